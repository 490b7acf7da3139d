/** Ticks over the waveform: one per beat, taller for the first of a bar, tallest where there is room for the bar's number. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { colour, useSurface } from "../shell/canvas";
import { beatMarks } from "./beats";
import type { View } from "./view";

interface Props {
  readonly beatsS: readonly number[];
  readonly downbeatsS: readonly number[];
  readonly view: View;
  readonly sampleRateHz: number;
}

const BEAT_PX = 4;
const DOWNBEAT_PX = 8;
const NUMBERED_PX = 14;

export function BeatGrid({ beatsS, downbeatsS, view, sampleRateHz }: Props): VNode {
  const paint = (): void => {
    const target = surface();
    if (target === null) return;
    const { context, width, height } = target;
    context.clearRect(0, 0, width, height);
    context.font = "600 9.5px system-ui, sans-serif";
    context.textBaseline = "top";
    const marks = beatMarks(beatsS, downbeatsS, view, sampleRateHz, width);
    for (const { share, downbeat, bar } of marks) {
      const x = Math.round(share * width);
      const tall = bar !== null ? NUMBERED_PX : downbeat ? DOWNBEAT_PX : BEAT_PX;
      if (bar !== null) {
        context.fillStyle = colour("beat-line");
        context.fillRect(x, 0, 1, height);
      }
      context.fillStyle = colour(downbeat ? "downbeat" : "beat");
      context.fillRect(x, 0, 1, tall);
      context.fillRect(x, height - tall, 1, tall);
    }
    // Last, so that no tick runs through a number.
    for (const { share, bar } of marks) {
      const x = Math.round(share * width);
      if (bar === null || x > width - 20) continue;
      const text = String(bar);
      context.fillStyle = colour("beat-plate");
      context.fillRect(x + 1, 0, context.measureText(text).width + 7, 12);
      context.fillStyle = colour("downbeat");
      context.fillText(text, x + 4, 1.5);
    }
  };
  const { ref, surface } = useSurface(paint);
  useEffect(paint, [beatsS, downbeatsS, view.startFrame, view.endFrame, sampleRateHz]);
  return <canvas class="beat-grid" ref={ref} role="img" aria-label={`Beat grid: ${beatsS.length} beats, ${downbeatsS.length} bars`} />;
}
