/** Magnitude of the EQ's bands for drawing. Not for audio: the engine's filters follow these analogue shapes up to 20 kHz. */
// Source: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients", analogue prototypes H(s).
export interface Band {
  readonly on: boolean;
  /** Index into the table's choices of eq.N.type. */
  readonly type: number;
  readonly freqHz: number;
  readonly gainDb: number;
  readonly q: number;
}

export const BELL = 0, LOW_SHELF = 1, HIGH_SHELF = 2, HIGH_PASS = 3, LOW_PASS = 4, NOTCH = 5;

export function hasGain(type: number): boolean {
  return type === BELL || type === LOW_SHELF || type === HIGH_SHELF;
}

/** Numerator and denominator in s normalised to the band's frequency, highest power last: n0 + n1 s + n2 s^2. */
function prototype(band: Band): readonly [number, number, number, number, number, number] {
  const a = 10 ** (band.gainDb / 40);
  const w = 1 / band.q;
  const r = Math.sqrt(a) * w;
  switch (band.type) {
    case BELL:
      return [1, a * w, 1, 1, w / a, 1];
    case LOW_SHELF:
      return [a * a, a * r, a, 1, r, a];
    case HIGH_SHELF:
      return [a, a * r, a * a, a, r, 1];
    case HIGH_PASS:
      return [0, 0, 1, 1, w, 1];
    case LOW_PASS:
      return [1, 0, 0, 1, w, 1];
    default:
      return [1, 0, 1, 1, w, 1];
  }
}

/** Gain in dB at a frequency; a band that is off passes unchanged. */
export function bandDb(band: Band, freqHz: number): number {
  if (!band.on) return 0;
  const [n0, n1, n2, d0, d1, d2] = prototype(band);
  const x = freqHz / band.freqHz;
  const x2 = x * x;
  const numerator = (n0 - n2 * x2) ** 2 + n1 * n1 * x2;
  const denominator = (d0 - d2 * x2) ** 2 + d1 * d1 * x2;
  return 10 * Math.log10(Math.max(numerator / denominator, 1e-12));
}

export function totalDb(bands: readonly Band[], freqHz: number): number {
  return bands.reduce((sum, band) => sum + bandDb(band, freqHz), 0);
}
