/** The frame of one unit of the chain: power, name, an optional picture of what it does, and its controls from the table. */
import { useComputed } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { PARAMS, type ParamKey } from "../../protocol/params.gen";
import { useStudio } from "../shell/context";
import { Choice } from "./choice";
import { Power } from "./power";
import { Slider } from "./slider";
import { Toggle } from "./toggle";

interface Props {
  readonly name: string;
  readonly group: string;
  readonly power?: ParamKey;
  readonly tag?: ComponentChildren;
  /** The tag stays while the unit is bypassed. */
  readonly always?: boolean;
  readonly children?: ComponentChildren;
  readonly footer?: ComponentChildren;
}

export function Unit({ name, group, power, tag, always = false, children, footer }: Props): VNode {
  const { mix } = useStudio();
  const on = useComputed(() => power === undefined || mix.values.value[power] >= 0.5).value;
  return (
    <section id={`unit-${group.toLowerCase()}`} class={`unit unit-${group.toLowerCase()} ${on ? "" : "off"}`} aria-label={name}>
      <header class="unit-head">
        {power !== undefined && <Power id={power} />}
        <h3>{name}</h3>
        <span class="unit-state">{on || always ? tag : "bypassed"}</span>
      </header>
      {children}
      <GroupControls group={group} {...(power === undefined ? {} : { power })} />
      {footer}
    </section>
  );
}

/** fullNames: for a panel whose name does not say the group. */
export function GroupControls({ group, power, fullNames = false }: { readonly group: string; readonly power?: ParamKey; readonly fullNames?: boolean }): VNode {
  return (
    <div class="sliders">
      {PARAMS.filter((p) => p.group === group && p.key !== power).map((p) => {
        const props = { key: p.key, id: p.key as ParamKey, short: fullNames ? p.label : shortLabel(p.label, group) };
        return p.curve === "choice" ? <Choice {...props} /> : p.curve === "toggle" ? <Toggle {...props} /> : <Slider {...props} />;
      })}
    </div>
  );
}

/** "Compressor make-up" in the panel "Compressor" reads "Make-up"; the accessible name stays whole. */
export function shortLabel(label: string, prefix: string): string {
  const rest = label.startsWith(`${prefix} `) ? label.slice(prefix.length + 1) : label;
  return (rest.charAt(0).toUpperCase() + rest.slice(1)).replace("high-pass", "HP").replace(/^Sidechain /, "SC ");
}
