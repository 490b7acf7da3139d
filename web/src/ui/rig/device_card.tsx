/** The bridge's audio device: which one, at what rate and block, how long the sound takes through it, and how hard the computer works. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { BridgeFacts, DeviceRequest } from "../../protocol/rig";
import { useStudio } from "../shell/context";
import { sampleRate } from "../shell/format";
import { useFrame } from "../shell/frame";
import { latencyOf } from "./latency";

const RATES_HZ = [44100, 48000, 88200, 96000, 176400, 192000];
const BLOCKS = [32, 64, 128, 256, 512, 1024];
const TEXT_MS = 250;
const NONE = "";
const BEST = "best";

const PHASES: Readonly<Record<BridgeFacts["device"]["phase"], string>> = {
  none: "No device is open", opening: "Opening the device", running: "Running", lost: "The device is gone; it is opened again when it is back", failed: "The device could not be opened",
};

export function DeviceCard({ facts }: { readonly facts: BridgeFacts }): VNode {
  const { rig } = useStudio();
  const { device } = facts;
  const known = rig.devices.value;
  const chosen = known.find(({ id }) => id === device.id);
  const fixed = chosen?.rateIsFixed ?? false;
  const listed = known.length > 0 || device.id === "" ? known : [];
  const open = (change: Partial<DeviceRequest>): void => {
    const wish: DeviceRequest = { deviceId: device.id === "" ? null : device.id, sampleRateHz: device.sampleRateHz || null, blockFrames: device.blockFrames || null, ...change };
    void rig.openDevice(wish);
  };
  const rates = withCurrent(RATES_HZ, device.sampleRateHz);
  const blocks = withCurrent(BLOCKS, device.blockFrames);
  const fixedHint = fixed ? "The sound server sets this" : undefined;
  return (
    <section class="rig-card" aria-label="Audio device">
      <div class="rig-row">
        <select aria-label="Audio device" value={device.id} onFocus={() => void rig.refreshDevices()}
          onChange={({ currentTarget: { value } }) => {
            if (value === NONE) void rig.closeDevice();
            else open({ deviceId: value === BEST ? null : value, sampleRateHz: null, blockFrames: null });
          }}>
          <option value={NONE}>No device</option>
          <option value={BEST}>The best there is, an AG06 first</option>
          {listed.map(({ id, name, backend }) => <option key={id} value={id}>{name} ({backend})</option>)}
          {device.id !== "" && !listed.some(({ id }) => id === device.id) && <option value={device.id}>{device.name || device.id}</option>}
        </select>
        <select aria-label="Sample rate" class="narrow" value={device.sampleRateHz} disabled={fixed || device.phase !== "running"} title={fixedHint} onChange={(event) => open({ sampleRateHz: Number(event.currentTarget.value) })}>
          {rates.map((hz) => <option key={hz} value={hz}>{hz === 0 ? "–" : sampleRate(hz)}</option>)}
        </select>
        <select aria-label="Block size" class="narrow" value={device.blockFrames} disabled={fixed || device.phase !== "running"} title={fixedHint} onChange={(event) => open({ blockFrames: Number(event.currentTarget.value) })}>
          {blocks.map((frames) => <option key={frames} value={frames}>{frames === 0 ? "–" : `${frames} frames`}</option>)}
        </select>
      </div>
      <p class="rig-state"><span class={`rig-lamp ${device.phase === "running" ? "good" : "lost"}`} aria-hidden="true" /> {PHASES[device.phase]}{device.phase === "running" && !device.isRealtime ? ", without real-time rights" : ""}</p>
      <Latency facts={facts} />
      <Load />
    </section>
  );
}

function Latency({ facts }: { readonly facts: BridgeFacts }): VNode {
  const { rig } = useStudio();
  const parts = latencyOf(facts.device);
  const ms = (value: number): string => value.toFixed(1);
  return (
    <div class="rig-latency">
      <p>
        <span class="dim">Delay</span> <b>{parts === null ? "–" : `${ms(parts.measuredMs ?? parts.totalMs)} ms`}</b>{" "}
        <span class="dim">{parts === null ? "" : parts.measuredMs === null ? "computed" : `measured; computed ${ms(parts.totalMs)} ms`}</span>
      </p>
      {parts !== null && <p class="dim">device {ms(parts.deviceMs)} + block {ms(parts.blockMs)} + look-ahead {ms(parts.lookAheadMs)} ms</p>}
      <button type="button" class="small" disabled={parts === null || rig.calibrating.value} onClick={() => void rig.calibrate()}
        title="Measures the true way through the device with a quiet burst: set TO PC to LOOPBACK, or lead the output back to the input, for this moment">
        Calibrate
      </button>
    </div>
  );
}

function Load(): VNode {
  const { rig } = useStudio();
  const bar = useRef<HTMLSpanElement>(null);
  const peak = useRef<HTMLElement>(null);
  const meter = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLSpanElement>(null);
  const nextMs = useRef(0);
  useFrame((_, nowMs) => {
    if (nowMs < nextMs.current || meter.current === null) return;
    nextMs.current = nowMs + TEXT_MS;
    const { loadRatio, loadMaxRatio, xruns, deadlineMisses } = rig.figures();
    bar.current?.style.setProperty("transform", `scaleX(${Math.min(1, loadRatio ?? 0)})`);
    peak.current?.style.setProperty("left", `${100 * Math.min(1, loadMaxRatio ?? 0)}%`);
    const words = loadRatio === null ? "not measurable" : `${Math.round(100 * loadRatio)} %, highest ${Math.round(100 * (loadMaxRatio ?? loadRatio))} %`;
    meter.current.setAttribute("aria-valuenow", String(Math.round(100 * Math.min(1, loadRatio ?? 0))));
    meter.current.setAttribute("aria-valuetext", words);
    const line = loadRatio === null ? "–" : `${Math.round(100 * loadRatio)} % · ${xruns ?? 0} xruns · ${deadlineMisses ?? 0} late blocks`;
    if (text.current !== null && text.current.textContent !== line) text.current.textContent = line;
  });
  return (
    <div class="rig-load">
      <span class="dim">Load</span>
      <div class="load-bar" role="meter" aria-label="Processor load" aria-valuemin={0} aria-valuemax={100} aria-valuenow={0} aria-valuetext="not measurable" ref={meter}><span ref={bar} /><i ref={peak} /></div>
      <span ref={text} title="Xruns: times the driver lost audio. Late blocks: by the bridge's own clock.">–</span>
    </div>
  );
}

function withCurrent(choices: readonly number[], current: number): readonly number[] {
  return choices.includes(current) ? choices : [current, ...choices].sort((a, b) => a - b);
}
