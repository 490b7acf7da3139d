/** How loud the input is in front of the chain: two bars with a number, and the samples that were too loud for it. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { ballistic, position, PEAK_SCALE } from "../meters/scale";
import { useStudio } from "../shell/context";
import { decimal, quantity, typeset } from "../shell/format";
import { useFrame } from "../shell/frame";

const FALL_DB_PER_S = 30;
const FLOOR_DB = -120;
const TEXT_MS = 150;
const SIDES = ["L", "R"] as const;

export function InputMeter(): VNode {
  const { rig } = useStudio();
  const bars = useRef<(HTMLSpanElement | null)[]>([null, null]);
  const shown = useRef<[number, number]>([FLOOR_DB, FLOOR_DB]);
  const meter = useRef<HTMLDivElement>(null);
  const figure = useRef<HTMLSpanElement>(null);
  const clips = useRef<HTMLSpanElement>(null);
  const last = useRef(0);
  const nextTextMs = useRef(0);
  useFrame((_, nowMs) => {
    const elapsedMs = nowMs - last.current;
    last.current = nowMs;
    const { inputPeakDbfs, inputClips } = rig.figures();
    for (const side of [0, 1] as const) {
      shown.current[side] = ballistic(shown.current[side], inputPeakDbfs[side], elapsedMs, FALL_DB_PER_S, FLOOR_DB);
      bars.current[side]?.style.setProperty("transform", `scaleX(${position(PEAK_SCALE, shown.current[side])})`);
    }
    if (nowMs < nextTextMs.current || meter.current === null) return;
    nextTextMs.current = nowMs + TEXT_MS;
    const loudest = Math.max(...shown.current);
    const db = loudest <= -100 ? null : loudest;
    const text = typeset(decimal(db));
    if (figure.current !== null && figure.current.textContent !== text) figure.current.textContent = text;
    const words = quantity(db, "dBFS");
    if (meter.current.getAttribute("aria-valuetext") !== words) {
      meter.current.setAttribute("aria-valuenow", Math.max(-60, Math.min(6, loudest)).toFixed(1));
      meter.current.setAttribute("aria-valuetext", words);
    }
    const clipText = inputClips === 0 ? "" : `clipped ${inputClips}`;
    if (clips.current !== null && clips.current.textContent !== clipText) clips.current.textContent = clipText;
  });
  return (
    <div class="input-meter">
      <div class="input-bars" role="meter" aria-label="Input level" aria-valuemin={-60} aria-valuemax={6} aria-valuenow={-60} aria-valuetext="not measurable" ref={meter}>
        {SIDES.map((name, side) => (
          <span key={name} class="input-bar" aria-hidden="true"><b>{name}</b><i><span ref={(bar) => void (bars.current[side] = bar)} /></i></span>
        ))}
      </div>
      <span class="input-figure"><b ref={figure}>–</b> dBFS</span>
      <span class="input-clips" ref={clips} />
    </div>
  );
}
