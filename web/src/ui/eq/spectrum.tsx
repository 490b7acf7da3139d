/** The spectrum of what is heard, behind the EQ's response: on the same frequency axis, tilted so that balanced music lies level. Decorative. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { SPECTRUM_BINS } from "../../protocol/scope";
import { colour, useSurface } from "../shell/canvas";
import { useStudio } from "../shell/context";
import { useFrame } from "../shell/frame";
import { binRanges, heightOf } from "./spectrum_scale";

export function Spectrum(): VNode {
  const studio = useStudio();
  const bins = useRef(new Float32Array(SPECTRUM_BINS));
  const ranges = useRef<{ readonly key: string; readonly edges: Float64Array } | null>(null);
  const blank = useRef(false);
  const { ref, inSight } = useSurface(() => (blank.current = false));
  useFrame((telemetry) => {
    const target = inSight();
    const rateHz = studio.scope.sampleRateHz === 0 ? null : studio.scope.sampleRateHz;
    if (target === null || (!telemetry.playing && blank.current)) return;
    const { context, width, height } = target;
    context.clearRect(0, 0, width, height);
    blank.current = !telemetry.playing;
    if (!telemetry.playing || rateHz === null || !studio.scope.readSpectrum(bins.current)) return;
    const columns = Math.floor(width);
    const key = `${columns} ${rateHz}`;
    if (ranges.current?.key !== key) ranges.current = { key, edges: binRanges(columns, rateHz / 2 / SPECTRUM_BINS) };
    const { edges } = ranges.current;
    const path = new Path2D();
    path.moveTo(0, height);
    for (let x = 0; x < columns; x++) path.lineTo(x + 0.5, (1 - heightOf(bins.current, edges, x)) * height);
    path.lineTo(width, height);
    context.fillStyle = colour("spectrum");
    context.fill(path);
    context.strokeStyle = colour("spectrum-line");
    context.lineWidth = 1;
    context.stroke(path);
  });
  return <canvas class="eq-spectrum" ref={ref} aria-hidden="true" />;
}
