/** The last seconds of a unit's gain reduction, growing down from the top. The meter beside it says the same in words. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Telemetry } from "../../protocol/types";
import { colour, useSurface } from "../shell/canvas";
import { useFrame } from "../shell/frame";

const SHOWN_S = 6;
const PER_S = 40;
const SAMPLES = SHOWN_S * PER_S;
const LINES = 3;

interface Props {
  readonly read: (telemetry: Telemetry) => number;
  readonly fullDb: number;
}

export function ReductionHistory({ read, fullDb }: Props): VNode {
  const reductionsDb = useRef(new Float32Array(SAMPLES));
  const next = useRef(0);
  const nextMs = useRef(0);
  const largestDb = useRef(0);
  /** How many of the samples are not 0: a picture of nothing does not move. */
  const reducing = useRef(0);
  const paint = (): void => {
    const target = inSight();
    if (target === null) return;
    const { context, width, height } = target;
    context.clearRect(0, 0, width, height);
    context.fillStyle = colour("line");
    for (let line = 1; line <= LINES; line++) context.fillRect(0, Math.round((line / (LINES + 1)) * height), width, 1);
    const path = new Path2D();
    path.moveTo(0, 0);
    for (let i = 0; i < SAMPLES; i++) {
      const share = Math.min(1, (reductionsDb.current[(next.current + i) % SAMPLES] ?? 0) / fullDb);
      path.lineTo((i / (SAMPLES - 1)) * width, share * height);
    }
    path.lineTo(width, 0);
    context.fillStyle = colour("reduction-shade");
    context.fill(path);
    context.strokeStyle = colour("reduction");
    context.lineWidth = 1;
    context.stroke(path);
  };
  const { ref, inSight } = useSurface(paint);
  useFrame((telemetry, nowMs) => {
    if (!telemetry.playing) return;
    largestDb.current = Math.max(largestDb.current, read(telemetry));
    if (nowMs < nextMs.current) return;
    nextMs.current = nowMs + 1000 / PER_S;
    const before = reducing.current;
    reducing.current += (largestDb.current > 0 ? 1 : 0) - ((reductionsDb.current[next.current] ?? 0) > 0 ? 1 : 0);
    reductionsDb.current[next.current] = largestDb.current;
    next.current = (next.current + 1) % SAMPLES;
    largestDb.current = 0;
    if (before + reducing.current > 0) paint();
  });
  return <canvas class="reduction-history" ref={ref} aria-hidden="true" />;
}
