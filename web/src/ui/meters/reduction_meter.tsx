/** Gain reduction of one unit: a bar that grows down from zero, with its figure. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Telemetry } from "../../protocol/types";
import { colour, useSurface } from "../shell/canvas";
import { useFrame } from "../shell/frame";
import { ballistic } from "./scale";
import { useSpoken } from "./spoken";

interface Props {
  readonly name: string;
  readonly read: (telemetry: Telemetry) => number;
  readonly fullDb: number;
}

const FALL_DB_PER_S = 30;

export function ReductionMeter({ name, read, fullDb }: Props): VNode {
  const shownDb = useRef(0);
  const last = useRef(0);
  const figure = useRef<HTMLSpanElement>(null);
  const drawn = useRef(-1);
  const { ref, surface } = useSurface(() => (drawn.current = -1));
  const spoken = useSpoken((t) => read(t), (db) => `${(db ?? 0).toFixed(1)} dB`);
  useFrame((telemetry, nowMs) => {
    shownDb.current = ballistic(shownDb.current, telemetry.playing ? read(telemetry) : 0, nowMs - last.current, FALL_DB_PER_S, 0);
    last.current = nowMs;
    const target = surface();
    if (target === null || Math.abs(shownDb.current - drawn.current) < 0.01) return;
    drawn.current = shownDb.current;
    const { context, width, height } = target;
    const share = Math.min(1, shownDb.current / fullDb);
    context.clearRect(0, 0, width, height);
    context.fillStyle = colour("well");
    context.fillRect(0, 0, width, height);
    context.fillStyle = colour("reduction");
    context.fillRect(0, 0, width, share * height);
    context.fillStyle = colour("line-strong");
    for (let tick = 1; tick < 4; tick++) context.fillRect(0, Math.round((tick / 4) * height), 3, 1);
    if (figure.current !== null) figure.current.textContent = shownDb.current < 0.05 ? "0.0" : `\u2212${shownDb.current.toFixed(1)}`;
  });
  return (
    <div class="reduction" role="meter" aria-label={name} aria-valuemin={0} aria-valuemax={fullDb} aria-valuenow={0} ref={spoken} title={`${name}, dB`}>
      <canvas ref={ref} aria-hidden="true" />
      <span class="reduction-figure" ref={figure} aria-hidden="true">0.0</span>
    </div>
  );
}
