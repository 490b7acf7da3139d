/** Turns stored levels into pixels: one per band upwards, the loudest of the columns that fall on a pixel. */
import type { Spectrogram } from "../../protocol/analysis";

/** A stored step is 100/255 dB; what is shown spans this much below the song's loudest. */
const SHOWN_DB = 54;
const DB_PER_STEP = 100 / 255;

/** Packed RGBA of each of the 256 levels, scaled so that the loudest one that occurs is the lightest. */
export function levelShades(levels: Uint8Array, ramp: Uint8ClampedArray): Uint32Array {
  let loudest = 0;
  for (const level of levels) if (level > loudest) loudest = level;
  const shades = new Uint8ClampedArray(256 * 4);
  const steps = ramp.length / 3 - 1;
  for (let level = 0; level < 256; ++level) {
    const t = Math.min(1, Math.max(0, 1 - ((loudest - level) * DB_PER_STEP) / SHOWN_DB));
    const at = 3 * Math.round(loudest === 0 ? 0 : t * steps);
    shades.set([ramp[at] as number, ramp[at + 1] as number, ramp[at + 2] as number, 255], 4 * level);
  }
  return new Uint32Array(shades.buffer);
}

/** Columns from..to (fractions allowed) onto `width` pixels; beyond the song's ends pixels stay clear. */
export function poolColumns({ columns, bands, levels }: Spectrogram, shades: Uint32Array, from: number, to: number, width: number, pixels: Uint32Array): void {
  const perPixel = (to - from) / width;
  const loudest = new Uint8Array(bands);
  for (let x = 0; x < width; ++x) {
    const first = Math.floor(from + x * perPixel);
    const end = Math.max(first + 1, Math.ceil(from + (x + 1) * perPixel - 1e-9));
    if (first >= columns || end <= 0) continue;
    loudest.fill(0);
    for (let column = Math.max(0, first); column < Math.min(columns, end); ++column) {
      const at = column * bands;
      for (let band = 0; band < bands; ++band) if ((levels[at + band] as number) > (loudest[band] as number)) loudest[band] = levels[at + band] as number;
    }
    for (let band = 0; band < bands; ++band) pixels[(bands - 1 - band) * width + x] = shades[loudest[band] as number] as number;
  }
}
