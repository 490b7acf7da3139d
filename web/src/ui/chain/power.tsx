/** The switch of a toggle parameter: a unit or an EQ band in or out of the chain. */
import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import type { ParamKey } from "../../protocol/params.gen";
import { parameter } from "../../state/document";
import { useStudio } from "../shell/context";
import { Icon } from "../shell/icons";

export function Power({ id, text }: { readonly id: ParamKey; readonly text?: string }): VNode {
  const { mix } = useStudio();
  const p = parameter(id);
  const on = useComputed(() => mix.values.value[id] >= 0.5).value;
  return (
    <button type="button" class={`power ${on ? "on" : ""}`} role="switch" aria-checked={on} aria-label={p.label} title={`${p.label}: ${on ? "on" : "bypassed"}`}
      onClick={() => mix.setValue(id, on ? p.min : p.max)}>
      {text === undefined ? <Icon name="power" size={14} /> : text}
    </button>
  );
}
