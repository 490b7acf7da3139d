/** The combo box of one choice parameter; its names come from the table. */
import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import type { ParamKey } from "../../protocol/params.gen";
import { parameter } from "../../state/document";
import { useStudio } from "../shell/context";

interface Props {
  readonly id: ParamKey;
  /** The visible label; without one the panel around it says enough. */
  readonly short?: string;
}

export function Choice({ id, short }: Props): VNode {
  const { mix } = useStudio();
  const p = parameter(id);
  const value = useComputed(() => mix.values.value[id]).value;
  const select = (
    <select aria-label={p.label} value={value} title={p.help} onChange={(event) => mix.setValue(id, Number(event.currentTarget.value))}>
      {p.choices.map((choice, i) => (
        <option key={choice} value={i + p.min}>{choice}</option>
      ))}
    </select>
  );
  if (short === undefined) return select;
  return (
    <div class="choice">
      <span class="slider-label" aria-hidden="true">{short}</span>
      {select}
    </div>
  );
}
