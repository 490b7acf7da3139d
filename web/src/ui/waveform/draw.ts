/** Paints a waveform pyramid: peaks as the outline, rms as the body. */
import type { Waveform, WaveformLevel } from "../../protocol/types";
import type { View } from "./view";

export interface Tint {
  readonly peak: string;
  readonly body: string;
}

/** The coarsest level that still has a bin per pixel. */
export function levelFor(waveform: Waveform, framesPerPixel: number): WaveformLevel | null {
  let chosen: WaveformLevel | null = waveform.levels[0] ?? null;
  for (const level of waveform.levels) if (level.framesPerBin <= framesPerPixel) chosen = level;
  return chosen;
}

export function drawWaveform(context: CanvasRenderingContext2D, waveform: Waveform, view: View, width: number, height: number, tint: Tint, density: number): void {
  const columns = Math.round(width * density);
  const framesPerColumn = (view.endFrame - view.startFrame) / columns;
  const level = levelFor(waveform, framesPerColumn);
  if (level === null || level.bins === 0) return;
  const lane = height / waveform.channels;
  const pixel = 1 / density;
  for (let channel = 0; channel < waveform.channels; channel++) {
    const middle = lane * (channel + 0.5);
    const half = lane / 2 - 2;
    const peak = new Path2D();
    const body = new Path2D();
    for (let column = 0; column < columns; column++) {
      const from = Math.floor((view.startFrame + column * framesPerColumn) / level.framesPerBin);
      const to = Math.max(from + 1, Math.ceil((view.startFrame + (column + 1) * framesPerColumn) / level.framesPerBin));
      let low = Infinity;
      let high = -Infinity;
      let power = 0;
      let bins = 0;
      for (let bin = Math.max(0, from); bin < Math.min(to, level.bins); bin++) {
        const at = (channel * level.bins + bin) * 3;
        low = Math.min(low, level.data[at] ?? 0);
        high = Math.max(high, level.data[at + 1] ?? 0);
        power += (level.data[at + 2] ?? 0) ** 2;
        bins++;
      }
      if (bins === 0) continue;
      const x = column * pixel;
      const top = middle - Math.min(1, high) * half;
      const bottom = middle - Math.max(-1, low) * half;
      peak.rect(x, top, pixel, Math.max(pixel, bottom - top));
      const rms = Math.min(1, Math.sqrt(power / bins)) * half;
      body.rect(x, middle - rms, pixel, Math.max(pixel, 2 * rms));
    }
    context.fillStyle = tint.peak;
    context.fill(peak);
    context.fillStyle = tint.body;
    context.fill(body);
  }
}
