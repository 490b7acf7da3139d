/** The way of the sound through the units at a glance; a press goes to a unit's panel. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { ParamKey } from "../../protocol/params.gen";
import { useStudio } from "../shell/context";
import { useFrame } from "../shell/frame";

const ORDER: readonly (readonly [name: string, group: string, power: ParamKey])[] = [
  ["Gate", "gate", "gate.enabled"],
  ["Compressor", "compressor", "comp.enabled"],
  ["EQ", "eq", "eq.enabled"],
  ["Delay", "delay", "delay.enabled"],
  ["Chorus", "chorus", "chorus.enabled"],
  ["Reverb", "reverb", "reverb.enabled"],
  ["Imager", "imager", "imager.enabled"],
  ["Exciter", "exciter", "exciter.enabled"],
  ["Limiter", "limiter", "limiter.enabled"],
];

export function Rack(): VNode {
  const values = useStudio().mix.values.value;
  const go = (group: string): void => {
    const panel = document.getElementById(`unit-${group}`);
    panel?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    panel?.querySelector<HTMLElement>(".power")?.focus({ preventScroll: true });
  };
  return (
    <nav class="rack" aria-label="Units in the order of the sound">
      {ORDER.map(([name, group, power]) => {
        const on = values[power] >= 0.5;
        return (
          <button key={group} type="button" class={`rack-unit ${on ? "on" : ""}`} aria-label={`Go to ${name}, ${on ? "on" : "bypassed"}`} onClick={() => go(group)}>
            <span class="rack-lamp" aria-hidden="true" />
            {name}
          </button>
        );
      })}
      <Latency />
    </nav>
  );
}

/** What the chain delays the sound by, and the switch that keeps it short enough to play along. */
function Latency(): VNode {
  const studio = useStudio();
  const { player, rig } = studio;
  // Live sound, and all that the bridge plays, has the short look-ahead.
  const always = rig.isLive.value || rig.onBridge.value;
  const live = always || player.latency.value === "live";
  const figure = useRef<HTMLSpanElement>(null);
  useFrame(({ chainLatencyFrames }) => {
    const rateHz = studio.scope.sampleRateHz;
    const text = rateHz === 0 || chainLatencyFrames === 0 ? "" : `${((1000 * chainLatencyFrames) / rateHz).toFixed(1)} ms`;
    if (figure.current !== null && figure.current.textContent !== text) figure.current.textContent = text;
  });
  return (
    <button type="button" class={`switch rack-latency ${live ? "on" : ""}`} role="switch" aria-checked={live} aria-label="Low latency" aria-describedby="chain-latency" disabled={always}
      title="Look ahead so little that a live signal is delayed by at most 1.5 ms" onClick={() => void player.setLatency(live ? "studio" : "live")}>
      <span>Low latency</span>
      <span class="switch-track" aria-hidden="true" />
      <span id="chain-latency" class="rack-figure" ref={figure} title="Delay of the chain" />
    </button>
  );
}
