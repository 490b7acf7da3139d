/** One press takes a suggestion into the mix as one undoable step, and takes it back. */
import type { VNode } from "preact";
import type { ParamKey } from "../../protocol/params.gen";
import { remedyValues } from "../../protocol/remedies";
import { isInEffect } from "../../state/document";
import { useStudio } from "../shell/context";
import { Icon } from "../shell/icons";
import { changeTexts } from "./changes";

interface Props {
  readonly title: string;
  /** Tells apart suggestions of one title. */
  readonly detail?: string;
  readonly reason: string;
  readonly parameters: Readonly<Record<string, number>>;
}

export function Remedy({ title, detail, reason, parameters }: Props): VNode | null {
  const { mix } = useStudio();
  const document = mix.document.value;
  const name = detail === undefined ? title : `${title}, ${detail}`;
  if (document === null) return null;
  const taken = document.remedies.find((remedy) => remedy.title === title && remedy.reason === reason && isInEffect(remedy, document.values));
  if (taken !== undefined) {
    return (
      <div class="remedy">
        <span class="in-use"><Icon name="check" size={11} /> in the mix</span>
        <button type="button" class="small" aria-label={`Take back: ${name}`} onClick={() => mix.takeBackRemedy(taken)}>Take back</button>
      </div>
    );
  }
  const values = remedyValues(parameters, document.values);
  if (values === null) return null;
  const changes = (Object.entries(values) as [ParamKey, number][]).filter(([key, value]) => document.values[key] !== value);
  if (changes.length === 0) return <div class="remedy"><span class="in-use"><Icon name="check" size={11} /> the mix has it</span></div>;
  return (
    <div class="remedy">
      <button type="button" class="small apply" aria-label={`Apply: ${name}`} onClick={() => mix.applyRemedy(title, reason, values)}>Apply</button>
      <ul class="changes">
        {changeTexts(values, document.values).map(([what, to]) => <li key={what}>{what} <b>{to}</b></li>)}
      </ul>
    </div>
  );
}
