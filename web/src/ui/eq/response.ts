/** Magnitude of the EQ's bands for drawing. Not for audio: the engine's filters follow these analogue shapes up to 20 kHz. */
// Source: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients", analogue prototypes H(s).
export interface Band {
  readonly on: boolean;
  /** Index into the table's choices of eq.N.type. */
  readonly type: number;
  readonly freqHz: number;
  readonly gainDb: number;
  readonly q: number;
  /** Index into the table's choices of eq.N.slope. */
  readonly slope: number;
}

export const BELL = 0, LOW_SHELF = 1, HIGH_SHELF = 2, HIGH_PASS = 3, LOW_PASS = 4, NOTCH = 5, TILT = 6;
/** Poles of the choices of eq.N.slope: 6 dB per octave each. */
const ORDERS = [1, 2, 3, 4, 6, 8];

export function hasGain(type: number): boolean {
  return type === BELL || type === LOW_SHELF || type === HIGH_SHELF || type === TILT;
}

export function hasSlope(type: number): boolean {
  return type === HIGH_PASS || type === LOW_PASS;
}

type Section = readonly [n0: number, n1: number, n2: number, d0: number, d1: number, d2: number];

/** Second-order sections in s normalised to the band's frequency, lowest power first: n0 + n1 s + n2 s^2 over d0 + d1 s + d2 s^2. */
function sections(band: Band): readonly Section[] {
  const a = 10 ** (band.gainDb / 40);
  const w = 1 / band.q;
  const r = Math.sqrt(a) * w;
  switch (band.type) {
    case BELL:
      return [[1, a * w, 1, 1, w / a, 1]];
    case LOW_SHELF:
      return [[a * a, a * r, a, 1, r, a]];
    case HIGH_SHELF:
      return [[a, a * r, a * a, a, r, 1]];
    case HIGH_PASS:
    case LOW_PASS:
      return cut(band);
    case TILT:
      return [[1, a, 0, a, 1, 0]]; // from -gain/2 to +gain/2, 0 dB at the band's frequency
    default:
      return [[1, 0, 1, 1, w, 1]];
  }
}

/** Butterworth sections (pole angles at odd multiples of pi over twice the order); Q scales the least damped one, and 0.707 leaves it as it is. */
function cut(band: Band): readonly Section[] {
  const order = ORDERS[band.slope] ?? 2;
  const high = band.type === HIGH_PASS;
  const found: Section[] = order % 2 === 1 ? [high ? [0, 1, 0, 1, 1, 0] : [1, 0, 0, 1, 1, 0]] : [];
  for (let k = 0; k < Math.floor(order / 2); k++) {
    const damping = 2 * Math.sin(((2 * k + 1) * Math.PI) / (2 * order));
    const w = k === 0 ? (damping * Math.SQRT1_2) / band.q : damping;
    found.push(high ? [0, 0, 1, 1, w, 1] : [1, 0, 0, 1, w, 1]);
  }
  return found;
}

/** Gain in dB at a frequency; a band that is off passes unchanged. */
export function bandDb(band: Band, freqHz: number): number {
  if (!band.on) return 0;
  const x = freqHz / band.freqHz;
  const x2 = x * x;
  const power = sections(band).reduce((product, [n0, n1, n2, d0, d1, d2]) => {
    const numerator = (n0 - n2 * x2) ** 2 + n1 * n1 * x2;
    return (product * numerator) / ((d0 - d2 * x2) ** 2 + d1 * d1 * x2);
  }, 1);
  return 10 * Math.log10(Math.max(power, 1e-30));
}

export function totalDb(bands: readonly Band[], freqHz: number): number {
  return bands.reduce((sum, band) => sum + bandDb(band, freqHz), 0);
}
