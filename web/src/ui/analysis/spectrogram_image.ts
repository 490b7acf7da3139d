/** Turns stored levels into pixels: one per band upwards, columns averaged or blended to fit. */
import { SPECTROGRAM_HIGH_HZ, SPECTROGRAM_LOW_HZ, type Spectrogram } from "../../protocol/analysis";

/** A stored step is 100/255 dB; what is shown spans this much below the song's loudest. */
const SHOWN_DB = 50;
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
  /** Index of the lightest in use; 0: there is only silence. */
  readonly loudest: number;
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
  return { rgba: new Uint32Array(shades.buffer), tilt, offset, loudest };
}

/** Columns from..to (fractions allowed) onto `width` pixels: the mean level of the columns on a pixel, or, zoomed in, what lies between two. Beyond the song's ends pixels stay clear. */
export function poolColumns({ columns, bands, levels }: Spectrogram, { rgba, tilt, offset }: Shades, from: number, to: number, width: number, pixels: Uint32Array): void {
  const perPixel = (to - from) / width;
  const sum = new Float64Array(bands);
  const zoomedIn = perPixel < 1;
  for (let x = 0; x < width; ++x) {
    const start = from + x * perPixel;
    if (start >= columns || start + perPixel <= 0) continue;
    sum.fill(0);
    // A column's level belongs to its middle.
    const middle = start + perPixel / 2 - 0.5;
    const first = Math.max(0, zoomedIn ? Math.floor(middle) : Math.floor(start));
    const end = Math.min(columns, zoomedIn ? first + 2 : Math.max(Math.floor(start) + 1, Math.floor(start + perPixel)));
    let weights = 0;
    for (let column = first; column < end; ++column) {
      const weight = zoomedIn ? Math.max(0, 1 - Math.abs(middle - column)) : 1;
      weights += weight;
      for (let band = 0; band < bands; ++band) sum[band] = (sum[band] as number) + weight * (levels[column * bands + band] as number);
    }
    for (let band = 0; band < bands; ++band) {
      const level = weights === 0 ? 0 : Math.round((sum[band] as number) / weights);
      // Silence stays dark, wherever it is.
      pixels[(bands - 1 - band) * width + x] = rgba[level === 0 ? 0 : level + (tilt[band] as number) + offset] as number;
    }
  }
}
