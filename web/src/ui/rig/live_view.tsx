/** In place of a waveform while live input is mixed: the last half minute of its level, and the warning that belongs to a microphone beside loudspeakers. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { PEAK_SCALE, position } from "../meters/scale";
import { colour, useSurface, type Surface } from "../shell/canvas";
import { useStudio } from "../shell/context";
import { useFrame } from "../shell/frame";
import { Icon } from "../shell/icons";

const SPAN_S = 30;
const STEP_MS = 50;
const COUNT = (1000 * SPAN_S) / STEP_MS;
const SILENT_DB = -120;

export function LiveView(): VNode {
  const { rig } = useStudio();
  const levels = useRef(new Float32Array(COUNT).fill(SILENT_DB));
  const written = useRef(0);
  const loudest = useRef(SILENT_DB);
  const startMs = useRef<number | null>(null);
  const { ref, surface } = useSurface(() => undefined);
  useFrame((_, nowMs) => {
    startMs.current ??= nowMs;
    const [left, right] = rig.figures().inputPeakDbfs;
    loudest.current = Math.max(loudest.current, left ?? SILENT_DB, right ?? SILENT_DB);
    const due = Math.floor((nowMs - startMs.current) / STEP_MS);
    if (due <= written.current) return;
    // A page that was hidden draws no frames: what is missing is silence, at most the whole span.
    for (written.current = Math.max(written.current, due - COUNT); written.current < due; ++written.current) levels.current[written.current % COUNT] = loudest.current;
    loudest.current = SILENT_DB;
    const target = surface();
    if (target !== null) draw(target, levels.current, written.current);
  });
  const onBridge = rig.onBridge.value;
  const device = rig.state.value.bridge?.device;
  const name = onBridge ? (device?.phase === "running" ? device.name : "Waiting for the bridge's device") : rig.state.value.inputName || "This computer's audio input";
  return (
    <div class="live-view">
      <canvas ref={ref} aria-hidden="true" />
      <div class="live-text">
        <h2>Live input</h2>
        <p>{name}</p>
        {!onBridge && <HeadphonesWarning />}
      </div>
    </div>
  );
}

function HeadphonesWarning(): VNode {
  const { rig } = useStudio();
  const on = rig.state.value.hearsInput;
  return (
    <div class="headphones" role="group" aria-label="Headphones">
      <p class="rig-warning"><Icon name="warning" size={16} /> <span><b>Put on headphones first.</b> Over loudspeakers the microphone hears the sound again and it starts to howl.</span></p>
      <button type="button" class={`switch ${on ? "on" : ""}`} role="switch" aria-checked={on} onClick={() => rig.setHearsInput(!on)}>
        <span class="switch-track" aria-hidden="true" />
        <span>Hear live input</span>
      </button>
    </div>
  );
}

function draw({ context, width, height }: Surface, levels: Float32Array, written: number): void {
  context.clearRect(0, 0, width, height);
  const step = width / COUNT;
  context.fillStyle = colour("wave-original");
  for (let i = 0; i < COUNT; ++i) {
    const at = written - COUNT + i;
    const db = at < 0 ? SILENT_DB : (levels[at % COUNT] as number);
    const half = (position(PEAK_SCALE, db) * height) / 2.2;
    context.fillRect(i * step, height / 2 - half, Math.max(1, step), Math.max(1, 2 * half));
  }
}
