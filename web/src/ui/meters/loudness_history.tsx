/** The last minute of loudness: short-term as a line, momentary as a shade, the target as a mark. The figures beside it say the same in words. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { colour, useSurface } from "../shell/canvas";
import { useFrame } from "../shell/frame";
import { LOUDNESS_SCALE, position } from "./scale";

const SAMPLES = 300;
const INTERVAL_MS = 200;

export function LoudnessHistory({ targetLufs }: { readonly targetLufs: number | null }): VNode {
  const momentary = useRef(new Float32Array(SAMPLES));
  const shortTerm = useRef(new Float32Array(SAMPLES));
  const next = useRef(0);
  const nextMs = useRef(0);
  const known = useRef(0);
  const paint = (): void => {
    const target = surface();
    if (target === null) return;
    const { context, width, height } = target;
    context.clearRect(0, 0, width, height);
    const x = (i: number): number => (i / (SAMPLES - 1)) * width;
    const y = (share: number): number => height - 1 - share * (height - 2);
    const first = SAMPLES - known.current;
    const line = (values: Float32Array): Path2D => {
      const path = new Path2D();
      for (let i = first; i < SAMPLES; i++) path.lineTo(x(i), y(values[(next.current + i) % SAMPLES] ?? 0));
      return path;
    };
    const shade = line(momentary.current);
    shade.lineTo(width, height);
    shade.lineTo(x(first), height);
    context.fillStyle = colour("history-shade");
    context.fill(shade);
    if (targetLufs !== null) {
      context.fillStyle = colour("accent");
      context.fillRect(0, Math.round(y(position(LOUDNESS_SCALE, targetLufs))), width, 1);
    }
    context.strokeStyle = colour("good");
    context.lineWidth = 1.5;
    context.stroke(line(shortTerm.current));
  };
  const { ref, surface } = useSurface(paint);
  const painted = useRef<number | null | undefined>(undefined);
  useFrame((t, nowMs) => {
    const stale = painted.current !== targetLufs;
    if (t.playing && nowMs >= nextMs.current) {
      nextMs.current = nowMs + INTERVAL_MS;
      momentary.current[next.current] = position(LOUDNESS_SCALE, t.momentaryLufs);
      shortTerm.current[next.current] = position(LOUDNESS_SCALE, t.shortTermLufs);
      next.current = (next.current + 1) % SAMPLES;
      known.current = Math.min(SAMPLES, known.current + 1);
    } else if (!stale) return;
    painted.current = targetLufs;
    paint();
  });
  return <canvas class="loudness-history" ref={ref} aria-hidden="true" />;
}
