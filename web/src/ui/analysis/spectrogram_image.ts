/** Turns stored levels into pixels: one per band upwards, the loudest of the columns that fall on a pixel. */
import { SPECTROGRAM_HIGH_HZ, SPECTROGRAM_LOW_HZ, type Spectrogram } from "../../protocol/analysis";

/** A stored step is 100/255 dB; what is shown spans this much below the song's loudest. */
const SHOWN_DB = 54;
const DB_PER_STEP = 100 / 255;

/** Levels fall towards the highs in nearly all music; the picture adds this back, so that cymbals are seen beside a bass. Readouts do not. */
const TILT_DB_PER_OCTAVE = 3;

/** What the tilt adds to each band, in steps of a stored level; the middle band stays. */
export function bandTilt(bands: number): Int16Array {
  const octavesPerBand = Math.log2(SPECTROGRAM_HIGH_HZ / SPECTROGRAM_LOW_HZ) / bands;
  return Int16Array.from({ length: bands }, (_, band) => Math.round(((band - bands / 2) * octavesPerBand * TILT_DB_PER_OCTAVE) / DB_PER_STEP));
}

export interface Shades {
  /** Packed RGBA by level and tilt: rgba[level + tilt + offset]. */
  readonly rgba: Uint32Array;
  readonly tilt: Int16Array;
  readonly offset: number;
}

/** Scaled so that the loudest level that occurs, tilt included, is the lightest. */
export function levelShades({ levels, bands }: Spectrogram, ramp: Uint8ClampedArray): Shades {
  const tilt = bandTilt(bands);
  const offset = tilt.reduce((most, steps) => Math.max(most, Math.abs(steps)), 0);
  let loudest = 0;
  for (let i = 0; i < levels.length; ++i) {
    const level = levels[i] as number;
    if (level > 0) loudest = Math.max(loudest, level + (tilt[i % bands] as number) + offset);
  }
  const steps = ramp.length / 3 - 1;
  const shades = new Uint8ClampedArray((256 + 2 * offset) * 4);
  for (let at = 0; at < 256 + 2 * offset; ++at) {
    const t = Math.min(1, Math.max(0, 1 - ((loudest - at) * DB_PER_STEP) / SHOWN_DB));
    const colour = 3 * Math.round(loudest === 0 ? 0 : t * steps);
    shades.set([ramp[colour] as number, ramp[colour + 1] as number, ramp[colour + 2] as number, 255], 4 * at);
  }
  return { rgba: new Uint32Array(shades.buffer), tilt, offset };
}

/** Columns from..to (fractions allowed) onto `width` pixels; where a column is wider than a pixel, levels in between are blended. Beyond the song's ends pixels stay clear. */
export function poolColumns({ columns, bands, levels }: Spectrogram, { rgba, tilt, offset }: Shades, from: number, to: number, width: number, pixels: Uint32Array): void {
  const perPixel = (to - from) / width;
  const loudest = new Uint8Array(bands);
  const blend = perPixel < 0.5;
  // Silence stays dark, wherever it is.
  const level = (band: number): number => (loudest[band] === 0 ? 0 : (loudest[band] as number) + (tilt[band] as number) + offset);
  for (let x = 0; x < width; ++x) {
    const first = Math.floor(from + x * perPixel);
    const end = Math.max(first + 1, Math.ceil(from + (x + 1) * perPixel - 1e-9));
    if (first >= columns || end <= 0) continue;
    loudest.fill(0);
    if (blend) {
      // A column's level belongs to its middle.
      const middle = from + (x + 0.5) * perPixel - 0.5;
      const left = Math.floor(middle);
      const share = middle - left;
      const a = Math.max(0, left) * bands;
      const b = Math.min(columns - 1, Math.max(0, left + 1)) * bands;
      for (let band = 0; band < bands; ++band) loudest[band] = Math.round((1 - share) * (levels[a + band] as number) + share * (levels[b + band] as number));
    } else for (let column = Math.max(0, first); column < Math.min(columns, end); ++column) {
      const at = column * bands;
      for (let band = 0; band < bands; ++band) if ((levels[at + band] as number) > (loudest[band] as number)) loudest[band] = levels[at + band] as number;
    }
    for (let band = 0; band < bands; ++band) pixels[(bands - 1 - band) * width + x] = rgba[level(band)] as number;
  }
}
