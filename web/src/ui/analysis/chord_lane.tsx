/** The chords by beat, as named blocks; neighbours on the circle of fifths have neighbouring colours. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Chord } from "../../protocol/analysis";
import { colour, useSurface } from "../shell/canvas";
import type { View } from "../waveform/view";
import { chordParts } from "./chords";
import { pitchColour } from "./ramp";

interface Props {
  readonly chords: readonly Chord[];
  readonly view: View;
  readonly sampleRateHz: number;
}

/** A chord that is less than likely is drawn faintly. */
const LIKELY = 0.5;

export function ChordLane({ chords, view, sampleRateHz }: Props): VNode {
  const paint = (): void => {
    const target = surface();
    if (target === null) return;
    const { context, width, height } = target;
    context.clearRect(0, 0, width, height);
    context.font = "600 11px system-ui, sans-serif";
    context.textBaseline = "middle";
    const startS = view.startFrame / sampleRateHz;
    const perSecond = (width * sampleRateHz) / (view.endFrame - view.startFrame);
    for (const { startS: from, endS: to, chord, confidence } of chords) {
      const left = (from - startS) * perSecond;
      const right = (to - startS) * perSecond;
      if (chord === null || right < 0 || left > width) continue;
      const { root, minor } = chordParts(chord);
      context.globalAlpha = (confidence ?? 0) >= LIKELY ? 1 : 0.55;
      context.fillStyle = root === null ? colour("line-strong") : pitchColour(root, minor);
      context.fillRect(left + 0.5, 2, Math.max(1, right - left - 1), height - 4);
      context.globalAlpha = 1;
      const visible = Math.min(right, width) - Math.max(left, 0);
      const wide = context.measureText(chord).width;
      if (wide + 3 > visible) continue;
      context.fillStyle = colour("well");
      context.fillText(chord, Math.max(left, 0) + (wide + 10 > visible ? (visible - wide) / 2 : 5), height / 2 + 0.5);
    }
  };
  const { ref, surface } = useSurface(paint);
  useEffect(paint, [chords, view.startFrame, view.endFrame, sampleRateHz]);
  return (
    <div class="time-lane lane-chords">
      <canvas ref={ref} role="img" aria-label={`Chords: ${chords.length} in order; the list below names them`} />
      {chords.length === 0 && <span class="lane-empty">– no chords to be told</span>}
    </div>
  );
}
