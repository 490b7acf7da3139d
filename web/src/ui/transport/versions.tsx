/** Which version is heard, and whether all are heard equally loud. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { isModelVersion } from "../../protocol/models";
import type { VersionId } from "../../protocol/types";
import { VERSIONS, type Version } from "../../state/versions";
import { useStudio } from "../shell/context";
import { signed, typeset } from "../shell/format";
import { Icon } from "../shell/icons";

export function Versions(): VNode {
  const studio = useStudio();
  const { player, mix } = studio;
  const [open, setOpen] = useState(false);
  const { originalGainDb, processedGainDb } = studio.gains.value;
  const on = player.matchLoudness.value;
  const live = mix.current.value?.isLive === true;
  const heard: VersionId = live && player.version.value !== "original" ? "musical" : player.version.value;
  const offsetDb = heard === "original" ? originalGainDb : processedGainDb;
  const disabled = mix.current.value === null;
  const matches = studio.rig.state.value.matchesLoudness;
  const segment = (version: Version): VNode => <Segment key={version.id} version={version} on={heard === version.id} disabled={disabled} live={live} />;
  const single = VERSIONS.some(({ id, single: alone }) => alone && id === heard);
  return (
    <div class="versions">
      <div class={`segmented listen-to ${open || single ? "open" : ""}`} role="radiogroup" aria-label="Listen to">
        {VERSIONS.filter(({ single: alone }) => !alone).map(segment)}
        <button type="button" class="more-models" aria-expanded={open || single} aria-label="More models" title="The models one by one" disabled={single} onClick={() => setOpen(!open)}><Icon name={open || single ? "minus" : "add"} size={12} /></button>
        <div class="singles">{VERSIONS.filter(({ single: alone }) => alone).map(segment)}</div>
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

interface SegmentProps {
  readonly version: Version;
  readonly on: boolean;
  readonly disabled: boolean;
  readonly live: boolean;
}

function Segment({ version: { id, label, hint }, on, disabled, live }: SegmentProps): VNode {
  const studio = useStudio();
  const song = studio.mix.current.value?.song;
  const planning = id === "original" || song === undefined ? null : (studio.mix.of(song, id)?.planning.view.value ?? null);
  const model = isModelVersion(id);
  const why = !model ? null : live ? "For songs: live input is mixed by hand, or by the bridge's mode Auto" : studio.offers(id) ? null : studio.models.unavailable(id);
  return (
    <label class={`segment is-${model ? "ai" : id} ${on ? "on" : ""}`} title={why ?? hint}>
      <input type="radio" name="listen-to" value={id} aria-label={label} aria-description={why ?? undefined} checked={on} disabled={disabled || why !== null} onChange={() => (studio.player.version.value = id)} />
      <span class="dot" aria-hidden="true" />
      {label}
      {planning !== null && <span class="segment-busy" aria-hidden="true" style={{ transform: `scaleX(${planning.ratio})` }} />}
    </label>
  );
}
