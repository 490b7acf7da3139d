/** Paints a waveform pyramid: peaks as the shape, rms as the body inside it. */
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

export interface Extent {
  readonly low: number;
  readonly high: number;
  readonly rms: number;
}

/** What a stretch of one channel holds; null where the level has no bins. */
export function extentOf(level: WaveformLevel, channel: number, startFrame: number, endFrame: number): Extent | null {
  const from = Math.max(0, Math.floor(startFrame / level.framesPerBin));
  const to = Math.min(level.bins, Math.max(from + 1, Math.ceil(endFrame / level.framesPerBin)));
  if (to <= from) return null;
  let low = Infinity;
  let high = -Infinity;
  let power = 0;
  for (let bin = from; bin < to; bin++) {
    const at = (channel * level.bins + bin) * 3;
    low = Math.min(low, level.data[at] ?? 0);
    high = Math.max(high, level.data[at + 1] ?? 0);
    power += (level.data[at + 2] ?? 0) ** 2;
  }
  return { low, high, rms: Math.sqrt(power / (to - from)) };
}

export function drawWaveform(context: CanvasRenderingContext2D, waveform: Waveform, view: View, width: number, height: number, tint: Tint, density: number): void {
  const columns = Math.round(width * density);
  const framesPerColumn = (view.endFrame - view.startFrame) / columns;
  const level = levelFor(waveform, framesPerColumn);
  if (level === null) return;
  const pixel = 1 / density;
  const lane = height / waveform.channels;
  const half = lane / 2 - 2;
  const peak = new Path2D();
  const body = new Path2D();
  for (let channel = 0; channel < waveform.channels; channel++) {
    const middle = lane * (channel + 0.5);
    for (let column = 0; column < columns; column++) {
      const start = view.startFrame + column * framesPerColumn;
      const extent = extentOf(level, channel, start, start + framesPerColumn);
      if (extent === null) continue;
      const top = middle - Math.min(1, extent.high) * half;
      const bottom = middle - Math.max(-1, extent.low) * half;
      const rms = Math.min(1, extent.rms) * half;
      peak.rect(column * pixel, top, pixel, Math.max(pixel, bottom - top));
      body.rect(column * pixel, middle - rms, pixel, Math.max(pixel, 2 * rms));
    }
  }
  context.fillStyle = tint.peak;
  context.fill(peak);
  context.fillStyle = tint.body;
  context.fill(body);
}
