/** The switch of a toggle parameter inside a unit. */
import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import type { ParamKey } from "../../protocol/params.gen";
import { parameter } from "../../state/document";
import { useStudio } from "../shell/context";

export function Toggle({ id, short }: { readonly id: ParamKey; readonly short: string }): VNode {
  const { mix } = useStudio();
  const p = parameter(id);
  const on = useComputed(() => mix.values.value[id] >= 0.5).value;
  return (
    <button type="button" class={`switch unit-switch ${on ? "on" : ""}`} role="switch" aria-checked={on} aria-label={p.label} title={p.help}
      onClick={() => mix.setValue(id, on ? p.min : p.max)}>
      <span class="slider-label" aria-hidden="true">{short}</span>
      <span class="switch-track" aria-hidden="true" />
    </button>
  );
}
