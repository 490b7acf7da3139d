/** Which version is heard, and whether both are heard equally loud. */
import type { VNode } from "preact";
import { useStudio } from "../shell/context";
import { signed, typeset } from "../shell/format";
import { VERSIONS } from "../../state/versions";

export function Versions(): VNode {
  const studio = useStudio();
  const { player, mix } = studio;
  const { originalGainDb, processedGainDb } = studio.gains.value;
  const on = player.matchLoudness.value;
  const heard = player.version.value;
  const offsetDb = heard === "original" ? originalGainDb : processedGainDb;
  const planning = mix.current.value?.planning.view.value ?? null;
  const disabled = mix.current.value === null;
  const live = mix.current.value?.isLive === true;
  const matches = studio.rig.state.value.matchesLoudness;
  return (
    <div class="versions">
      <div class="segmented" role="radiogroup" aria-label="Listen to">
        {VERSIONS.map(({ id, label, hint }) => (
          <label key={id} class={`segment is-${id} ${heard === id ? "on" : ""}`} title={hint}>
            <input type="radio" name="listen-to" value={id} checked={heard === id} disabled={disabled} onChange={() => (player.version.value = id)} />
            <span class="dot" aria-hidden="true" />
            {label}
            {id === "musical" && planning !== null && <span class="segment-busy" aria-hidden="true" style={{ width: `${planning.ratio * 100}%` }} />}
          </label>
        ))}
      </div>
      <button type="button" class={`switch ${on ? "on" : ""}`} role="switch" aria-checked={on} aria-label="Match loudness" disabled={disabled || live || !matches}
        title={live ? "For songs: of live input nothing is known in advance" : matches ? "Turns the louder version down while listening, never the export ( G )" : "This bridge cannot turn one version down: update it"} onClick={() => (player.matchLoudness.value = !on)}>
        <span class="switch-track" aria-hidden="true" />
        <span class="switch-text">Match<span class="switch-more"> loudness</span></span>
        <span class="switch-figure">{disabled || live ? "" : on ? `${typeset(signed(offsetDb))} dB` : "off"}</span>
      </button>
    </div>
  );
}
