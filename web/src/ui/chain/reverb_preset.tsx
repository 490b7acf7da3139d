/** The reverb's starting points; any change after one makes it a person's own. */
import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import type { ParamKey } from "../../protocol/params.gen";
import { REVERB_PRESETS } from "../../protocol/reverb_presets";
import { useStudio } from "../shell/context";

const OWN = "";

export function ReverbPresetChoice(): VNode {
  const { mix } = useStudio();
  const chosen = useComputed(() => {
    const values = mix.values.value;
    return REVERB_PRESETS.find((preset) => Object.entries(preset.values).every(([key, value]) => values[key as ParamKey] === value))?.label ?? OWN;
  }).value;
  return (
    <select class="unit-preset" aria-label="Reverb preset" value={chosen} onChange={(event) => {
      const preset = REVERB_PRESETS.find(({ label }) => label === event.currentTarget.value);
      if (preset !== undefined) mix.setValues(`Reverb preset ${preset.label}`, { "reverb.enabled": 1, ...preset.values }, `reverb-preset-${preset.label}`);
    }}>
      {chosen === OWN && <option value={OWN}>Own setting</option>}
      {REVERB_PRESETS.map(({ label }) => <option key={label} value={label}>{label}</option>)}
    </select>
  );
}
