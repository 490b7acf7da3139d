/** The stereo picture: side against mid as a cloud of points, and the correlation of the channels as a meter. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { WAVE_FRAMES } from "../../protocol/scope";
import { colour, useSurface } from "../shell/canvas";
import { useStudio } from "../shell/context";
import { useFrame } from "../shell/frame";
import { useMarker } from "../shell/marker";
import { correlationOf } from "./correlation";
import { useSpoken } from "./spoken";

/** What stays of the last frame's points: a trail of a tenth of a second. */
const TRAIL = 0.72;
const SETTLE_MS = 300;
/** Music is drawn larger than it is: peaks near full scale touch the edge. */
const GAIN = 0.9;

export function Goniometer(): VNode {
  const studio = useStudio();
  const left = useRef(new Float32Array(WAVE_FRAMES));
  const right = useRef(new Float32Array(WAVE_FRAMES));
  const shown = useRef<number | null>(null);
  const last = useRef(0);
  const needle = useMarker();
  const { ref, inSight } = useSurface(() => undefined);
  const spoken = useSpoken(() => shown.current, (value) => (value === null ? "not measurable" : value.toFixed(2)));
  useFrame((telemetry, nowMs) => {
    const elapsedMs = nowMs - last.current;
    last.current = nowMs;
    needle.place(0.5 + 0.5 * (shown.current ?? 0));
    const target = inSight();
    if (target === null || !telemetry.playing || !studio.scope.readWaves(left.current, right.current)) return;
    const now = correlationOf(left.current, right.current);
    if (now !== null) shown.current = shown.current === null ? now : shown.current + Math.min(1, elapsedMs / SETTLE_MS) * (now - shown.current);
    draw(target.context, target.width, target.height, left.current, right.current);
  });
  return (
    <div class="goniometer">
      <canvas ref={ref} aria-hidden="true" />
      <span class="gonio-left" aria-hidden="true">L</span>
      <span class="gonio-right" aria-hidden="true">R</span>
      <div class="correlation" role="meter" aria-label="Correlation" aria-valuemin={-1} aria-valuemax={1} aria-valuenow={0} ref={spoken}
        title="Correlation of left and right: +1 mono, 0 wide, below 0 parts of the sound vanish in mono">
        <div class="correlation-needle" ref={needle.ref} />
        <span aria-hidden="true">−1</span><span aria-hidden="true">0</span><span aria-hidden="true">+1</span>
      </div>
    </div>
  );
}

function draw(context: CanvasRenderingContext2D, width: number, height: number, left: Float32Array, right: Float32Array): void {
  context.globalAlpha = 1 - TRAIL;
  context.fillStyle = colour("well");
  context.fillRect(0, 0, width, height);
  context.globalAlpha = 1;
  const radius = Math.min(width, height) / 2;
  context.strokeStyle = colour("line");
  context.beginPath();
  for (const direction of [-1, 1]) {
    context.moveTo(width / 2 - (direction * radius) / Math.SQRT2, height / 2 - radius / Math.SQRT2);
    context.lineTo(width / 2 + (direction * radius) / Math.SQRT2, height / 2 + radius / Math.SQRT2);
  }
  context.stroke();
  context.fillStyle = colour("scope");
  for (let i = 0; i < left.length; i++) {
    const l = left[i] as number;
    const r = right[i] as number;
    const x = width / 2 + ((r - l) / 2) * radius * GAIN * Math.SQRT2;
    const y = height / 2 - ((r + l) / 2) * radius * GAIN * Math.SQRT2;
    context.fillRect(x, y, 1.2, 1.2);
  }
}
