/** Which view of the song fills the middle, where the sound is made, and what of the analysis is drawn over the waveform. */
import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import { beatsShown, sectionsShown } from "../waveform/session";
import { EngineChoice, SourceChoice } from "../rig/engine_choice";
import { LivePanelToggle } from "../rig/live_panel";
import { RecordButton } from "../rig/record_button";
import { useStudio } from "./context";

export function Views(): VNode {
  const { analyses, rig } = useStudio();
  const live = rig.isLive.value;
  const shown = analyses.shown.value && !live;
  const analysis = live ? undefined : analyses.heard.value?.analysis;
  return (
    <div class="views">
      <div class="view-tabs" role="group" aria-label="View">
        <button type="button" class="view-tab" aria-pressed={!shown} onClick={() => (analyses.shown.value = false)}>Mix</button>
        <button type="button" class="view-tab" aria-pressed={shown} disabled={live} title={live ? "Songs can be analysed" : undefined} onClick={() => analyses.open()}>Analysis</button>
      </div>
      <div class="rig" role="group" aria-label="Sound">
        <EngineChoice />
        <SourceChoice />
        <RecordButton />
        <LivePanelToggle />
      </div>
      {analysis !== undefined && (
        <div class="overlays" role="group" aria-label="Over the waveform">
          {analysis.rhythm.beatsS.length > 0 && <Overlay name="Beat grid" on={beatsShown} />}
          {analysis.structure.sections.length > 0 && <Overlay name="Sections" on={sectionsShown} />}
        </div>
      )}
    </div>
  );
}

function Overlay({ name, on }: { readonly name: string; readonly on: Signal<boolean> }): VNode {
  return (
    <button type="button" class={`switch overlay ${on.value ? "on" : ""}`} role="switch" aria-checked={on.value} onClick={() => (on.value = !on.value)}>
      <span>{name}</span>
      <span class="switch-track" aria-hidden="true" />
    </button>
  );
}
