/** Loudness over the song: short-term as a line, the loudest 400 ms as a shade, the target as a dashed line. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Analysis } from "../../protocol/analysis";
import { colour, useSurface } from "../shell/canvas";
import { decimal, typeset } from "../shell/format";
import type { View } from "../waveform/view";
import { loudnessSpan } from "./geometry";

interface Props {
  readonly history: Analysis["loudness"]["history"];
  readonly integratedLufs: number | null;
  readonly targetLufs: number | null;
  readonly view: View;
  readonly sampleRateHz: number;
  readonly words: string;
}

/** Marks lie closer on a narrow span. */
const FINE_SPAN_DB = 12;

export function LoudnessLane({ history, integratedLufs, targetLufs, view, sampleRateHz, words }: Props): VNode {
  const span = loudnessSpan([...history.shortTermLufs, ...history.momentaryMaxLufs], targetLufs);
  const share = (db: number): number => Math.min(1, Math.max(0, (span.highDb - db) / (span.highDb - span.lowDb)));
  const stepDb = span.highDb - span.lowDb <= FINE_SPAN_DB ? 3 : 6;
  const marks: number[] = [];
  for (let db = span.highDb - stepDb; db > span.lowDb; db -= stepDb) marks.push(db);
  const paint = (): void => {
    const target = surface();
    if (target === null) return;
    const { context, width, height } = target;
    context.clearRect(0, 0, width, height);
    const stepS = history.stepS ?? 0;
    if (stepS === 0) return;
    const viewS = [view.startFrame / sampleRateHz, view.endFrame / sampleRateHz] as const;
    const first = Math.max(0, Math.floor(viewS[0] / stepS) - 1);
    const last = Math.min(history.shortTermLufs.length - 1, Math.ceil(viewS[1] / stepS) + 1);
    const x = (i: number): number => ((((i + 0.5) * stepS - viewS[0]) / (viewS[1] - viewS[0])) * width);
    const y = (db: number): number => 1 + share(db) * (height - 2);
    context.fillStyle = colour("lane-grid");
    for (const db of marks) context.fillRect(0, Math.round(y(db)), width, 1);
    context.fillStyle = colour("history-shade");
    const wide = Math.max(1, x(1) - x(0) + 0.5);
    for (let i = first; i <= last; ++i) {
      const db = history.momentaryMaxLufs[i] ?? null;
      if (db !== null) context.fillRect(x(i) - wide / 2, y(db), wide, height);
    }
    const line = new Path2D();
    let drawing = false;
    for (let i = first; i <= last; ++i) {
      const db = history.shortTermLufs[i] ?? null;
      if (db !== null && drawing) line.lineTo(x(i), y(db));
      else if (db !== null) line.moveTo(x(i), y(db));
      drawing = db !== null;
    }
    context.strokeStyle = colour("good");
    context.lineWidth = 1.6;
    context.stroke(line);
    const rule = (db: number, tint: string, dash: readonly number[]): void => {
      context.strokeStyle = colour(tint);
      context.lineWidth = 1;
      context.setLineDash([...dash]);
      context.beginPath();
      context.moveTo(0, Math.round(y(db)) + 0.5);
      context.lineTo(width, Math.round(y(db)) + 0.5);
      context.stroke();
      context.setLineDash([]);
    };
    if (integratedLufs !== null) rule(integratedLufs, "soft", [1, 3]);
    if (targetLufs !== null) rule(targetLufs, "accent", [6, 4]);
  };
  const { ref, surface } = useSurface(paint);
  useEffect(paint, [history, integratedLufs, targetLufs, view.startFrame, view.endFrame, sampleRateHz]);
  return (
    <div class="time-lane lane-loudness">
      <canvas ref={ref} role="img" aria-label={words} />
      {marks.map((db) => <span key={db} class="lane-mark" aria-hidden="true" style={{ top: `${share(db) * 100}%` }}>{typeset(decimal(db, 0))}</span>)}
      {history.momentaryMaxLufs.every((lufs) => lufs === null) && <span class="lane-empty">– no loudness: silent, or too short</span>}
      {targetLufs !== null && <span class="lane-target" aria-hidden="true" style={{ top: `${share(targetLufs) * 100}%` }}>target {typeset(decimal(targetLufs, 0))}</span>}
      <span class="lane-name" aria-hidden="true">Loudness <small>LUFS</small></span>
    </div>
  );
}
