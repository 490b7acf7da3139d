/** Builds the min/max/rms pyramid of a stream in one pass and bounded memory: when the finest level outgrows its cap it is folded four to one. */
import type { Waveform, WaveformLevel } from "../../protocol/types";

const FOLD = 4;
const VALUES = 3;
const COARSEST_BINS = 512;

/** One channel's finest level while it grows: min, max, sum of squares per bin. */
class ChannelBins {
  values: Float64Array;
  bins = 0;
  private low = Infinity;
  private high = -Infinity;
  private squares = 0;
  private filled = 0;

  constructor(capacityBins: number) {
    this.values = new Float64Array(capacityBins * VALUES);
  }

  feed(plane: Float32Array, frames: number, framesPerBin: number, from: number): number {
    let at = from;
    const end = Math.min(frames, from + framesPerBin - this.filled);
    let { low, high, squares } = this;
    for (; at < end; ++at) {
      const raw = plane[at] as number;
      const x = raw - raw === 0 ? raw : 0; // not finite: drawn as silence
      if (x < low) low = x;
      if (x > high) high = x;
      squares += x * x;
    }
    this.filled += at - from;
    this.low = low;
    this.high = high;
    this.squares = squares;
    if (this.filled === framesPerBin) this.close();
    return at;
  }

  close(): void {
    if (this.filled === 0) return;
    this.values.set([this.low, this.high, this.squares], this.bins * VALUES);
    ++this.bins;
    this.low = Infinity;
    this.high = -Infinity;
    this.squares = 0;
    this.filled = 0;
  }

  foldInPlace(): void {
    const folded = fold(this.values, this.bins);
    this.values.set(folded);
    this.bins = folded.length / VALUES;
  }
}

function fold(values: Float64Array, bins: number): Float64Array {
  const out = new Float64Array(Math.ceil(bins / FOLD) * VALUES);
  for (let i = 0; i < out.length / VALUES; ++i) {
    let low = Infinity;
    let high = -Infinity;
    let squares = 0;
    for (let j = i * FOLD; j < Math.min(bins, (i + 1) * FOLD); ++j) {
      low = Math.min(low, values[j * VALUES] as number);
      high = Math.max(high, values[j * VALUES + 1] as number);
      squares += values[j * VALUES + 2] as number;
    }
    out.set([low, high, squares], i * VALUES);
  }
  return out;
}

export class WaveformBuilder {
  private framesPerBin: number;
  private frames = 0;
  private readonly planes: readonly ChannelBins[];

  /** capacityBins must be a multiple of four. */
  constructor(
    private readonly channels: number,
    private readonly capacityBins = 131072,
    finestFramesPerBin = 256,
  ) {
    this.framesPerBin = finestFramesPerBin;
    this.planes = Array.from({ length: channels }, () => new ChannelBins(capacityBins));
  }

  feed(planes: readonly Float32Array[], frames: number): void {
    for (let at = 0; at < frames; ) {
      let next = at;
      this.planes.forEach((bins, c) => (next = bins.feed(planes[c] as Float32Array, frames, this.framesPerBin, at)));
      at = next;
      if (this.planes[0]?.bins === this.capacityBins) {
        for (const bins of this.planes) bins.foldInPlace();
        this.framesPerBin *= FOLD;
      }
    }
    this.frames += frames;
  }

  finish(): Waveform {
    for (const bins of this.planes) bins.close();
    let rows = this.planes.map((p) => p.values.subarray(0, p.bins * VALUES));
    const levels: WaveformLevel[] = [];
    for (let framesPerBin = this.framesPerBin; ; framesPerBin *= FOLD) {
      const level = this.level(rows, framesPerBin);
      levels.push(level);
      if (level.bins <= COARSEST_BINS) break;
      rows = rows.map((row) => fold(row, level.bins));
    }
    return { channels: this.channels, frames: this.frames, levels };
  }

  private level(rows: readonly Float64Array[], framesPerBin: number): WaveformLevel {
    const bins = Math.ceil(this.frames / framesPerBin);
    const data = new Float32Array(this.channels * bins * VALUES);
    rows.forEach((row, c) => {
      for (let i = 0; i < bins; ++i) {
        const count = Math.min(framesPerBin, this.frames - i * framesPerBin);
        const at = (c * bins + i) * VALUES;
        data[at] = row[i * VALUES] as number;
        data[at + 1] = row[i * VALUES + 1] as number;
        data[at + 2] = Math.sqrt((row[i * VALUES + 2] as number) / count);
      }
    });
    return { framesPerBin, bins, data };
  }
}
