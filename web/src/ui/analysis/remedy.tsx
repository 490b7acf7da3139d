/** One press takes a suggestion into the mix as one undoable step, and takes it back. */
import type { VNode } from "preact";
import type { ParamKey } from "../../protocol/params.gen";
import { remedyValues } from "../../protocol/remedies";
import { isInEffect, parameter } from "../../state/document";
import { useStudio } from "../shell/context";
import { parameterReadout } from "../shell/format";
import { Icon } from "../shell/icons";

interface Props {
  readonly title: string;
  readonly reason: string;
  readonly parameters: Readonly<Record<string, number>>;
}

export function Remedy({ title, reason, parameters }: Props): VNode | null {
  const { mix } = useStudio();
  const document = mix.document.value;
  if (document === null) return null;
  const taken = document.remedies.find((remedy) => remedy.title === title && isInEffect(remedy, document.values));
  if (taken !== undefined) {
    return (
      <div class="remedy">
        <span class="in-use"><Icon name="check" size={11} /> in the mix</span>
        <button type="button" class="small" aria-label={`Take back: ${title}`} onClick={() => mix.takeBackRemedy(taken)}>Take back</button>
      </div>
    );
  }
  const values = remedyValues(parameters, document.values);
  if (values === null) return null;
  const changes = (Object.entries(values) as [ParamKey, number][]).filter(([key, value]) => document.values[key] !== value);
  if (changes.length === 0) return <div class="remedy"><span class="in-use"><Icon name="check" size={11} /> the mix has it</span></div>;
  return (
    <div class="remedy">
      <button type="button" class="small apply" aria-label={`Apply: ${title}`} onClick={() => mix.applyRemedy(title, reason, values)}>Apply</button>
      <ul class="changes">
        {changes.map(([key, value]) => {
          const p = parameter(key);
          return <li key={key}>{p.label} {parameterReadout(p, document.values[key])} → <b>{parameterReadout(p, value)}</b></li>;
        })}
      </ul>
    </div>
  );
}
