/** Where the sound is made, and what goes in: two choices beside the transport. Why one cannot be had is said in the live panel. */
import type { VNode } from "preact";
import type { EngineChoice as Engine, InputSource } from "../../protocol/rig";
import { useStudio } from "../shell/context";

const ENGINES: readonly (readonly [id: Engine, label: string, hint: string])[] = [
  ["in-page", "In page", "The browser makes the sound, on this computer's usual output"],
  ["bridge", "AG06 bridge", "The ag06-bridge program makes the sound, on the mixer, with the least delay"],
];

const SOURCES: readonly (readonly [id: InputSource, label: string, hint: string])[] = [
  ["file", "File", "Mix the song that is chosen"],
  ["live", "Live input", "Mix what the microphone or mixer delivers, as it comes"],
];

export function EngineChoice(): VNode | null {
  const { rig } = useStudio();
  const wanted = rig.wantedEngine.value;
  const { engine, link } = rig.state.value;
  if (!rig.available) return null;
  const busy = wanted !== engine;
  const lost = engine === "bridge" && link.phase !== "online";
  return (
    <div class="segmented compact" role="radiogroup" aria-label="Engine" aria-busy={busy} aria-describedby={rig.problem.value === null ? undefined : "rig-problem"}>
      {ENGINES.map(([id, label, hint]) => (
        <label key={id} class={`segment ${wanted === id ? "on" : ""} ${busy && wanted === id ? "pending" : ""}`} title={hint}>
          <input type="radio" name="engine" value={id} checked={wanted === id} onChange={() => void rig.chooseEngine(id)} />
          {label}
          {id === "bridge" && engine === "bridge" && <span class={`rig-lamp ${lost ? "lost" : "good"}`} aria-hidden="true">{lost ? "!" : ""}</span>}
        </label>
      ))}
    </div>
  );
}

export function SourceChoice(): VNode | null {
  const { rig } = useStudio();
  const wanted = rig.wantedSource.value;
  if (!rig.available) return null;
  const busy = wanted !== rig.state.value.source;
  return (
    <div class="segmented compact" role="radiogroup" aria-label="Source" aria-busy={busy}>
      {SOURCES.map(([id, label, hint]) => (
        <label key={id} class={`segment ${wanted === id ? "on" : ""} ${busy && wanted === id ? "pending" : ""}`} title={hint}>
          <input type="radio" name="source" value={id} checked={wanted === id} onChange={() => void rig.chooseSource(id)} />
          {label}
        </label>
      ))}
    </div>
  );
}
