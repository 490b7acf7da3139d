/** How live sound is mixed and heard: mode, dry and wet, the input's level, and in the page whether it is heard at all. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { versionLabel } from "../../state/versions";
import { useStudio } from "../shell/context";
import { useFrame } from "../shell/frame";
import { InputMeter } from "./input_meter";

const TEXT_MS = 500;

type Mode = "auto" | "manual" | "bypass";

const MODES: readonly (readonly [id: Mode, label: string, hint: string])[] = [
  ["auto", "Auto", "The bridge listens and sets the chain, a little at a time; what you set yourself it leaves alone"],
  ["manual", "Manual", "You set the chain"],
  ["bypass", "Bypass", "The input as it comes, equally delayed"],
];

export function MonitorCard(): VNode {
  const { rig } = useStudio();
  return (
    <section class="rig-card" aria-label="Monitoring">
      <ModeChoice />
      {rig.state.value.bridge?.mode === "auto" && <p class="rig-line dim" role="status">Auto goes by {versionLabel(rig.state.value.bridge.autoBy)}</p>}
      {rig.connected.value && rig.isLive.value && <DryWet />}
      <div class="rig-line"><span class="dim">Input</span><InputMeter /></div>
      {!rig.connected.value && <PageDelay />}
      <DryToo />
    </section>
  );
}

function ModeChoice(): VNode {
  const { rig, player } = useStudio();
  const facts = rig.state.value.bridge;
  const mode: Mode = player.version.value === "original" ? "bypass" : (facts?.mode ?? "manual");
  const choose = (wanted: Mode): void => {
    player.version.value = wanted === "bypass" ? "original" : player.processed.peek();
    if (wanted !== "bypass" && facts !== null) rig.setMode(wanted);
  };
  return (
    <div class="segmented compact" role="radiogroup" aria-label="Mode">
      {MODES.filter(([id]) => id !== "auto" || facts !== null).map(([id, label, hint]) => (
        <label key={id} class={`segment ${mode === id ? "on" : ""}`} title={hint}>
          <input type="radio" name="mode" value={id} checked={mode === id} onChange={() => choose(id)} />
          {label}
        </label>
      ))}
    </div>
  );
}

function DryWet(): VNode {
  const { rig } = useStudio();
  const percent = Math.round(100 * rig.wetRatio.value);
  return (
    <label class="rig-line">
      <span class="dim">Dry/wet</span>
      <input type="range" min={0} max={100} step={1} value={percent} aria-label="Dry/wet" aria-valuetext={`${percent} % processed`} title="How much of the processed sound you hear; double-click: all of it"
        onInput={(event) => rig.setWet(Number(event.currentTarget.value) / 100)} onDblClick={() => rig.setWet(1)} />
      <span class="rig-number">{percent} %</span>
    </label>
  );
}

/** From the microphone to the ear, as far as the browser tells. */
function PageDelay(): VNode {
  const { rig } = useStudio();
  const figure = useRef<HTMLSpanElement>(null);
  const nextMs = useRef(0);
  useFrame((_, nowMs) => {
    if (nowMs < nextMs.current || figure.current === null) return;
    nextMs.current = nowMs + TEXT_MS;
    const { pageLatencyMs } = rig.figures();
    const text = pageLatencyMs === null ? "–" : `${pageLatencyMs.toFixed(0)} ms as the browser tells; the AG06 bridge is faster`;
    if (figure.current.textContent !== text) figure.current.textContent = text;
  });
  return <div class="rig-line"><span class="dim">Delay</span><span ref={figure}>–</span></div>;
}

function DryToo(): VNode {
  const { rig } = useStudio();
  const on = rig.recordsDry.value;
  return (
    <button type="button" class={`switch rig-switch ${on ? "on" : ""}`} role="switch" aria-checked={on} disabled={rig.state.value.recording} title="A second recording without the chain" onClick={() => (rig.recordsDry.value = !on)}>
      <span class="switch-track" aria-hidden="true" />
      <span>Record the dry input too</span>
    </button>
  );
}
