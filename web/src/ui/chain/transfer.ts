/** The static curve of a dynamics unit as points for drawing: output over input level. Not for audio. */
// Source: D. Giannoulis, M. Massberg, J. D. Reiss, "Digital Dynamic Range Compressor Design", JAES 60 (2012), eq. 4.
export function compressedDb(inputDb: number, thresholdDb: number, ratio: number, kneeDb: number): number {
  const over = inputDb - thresholdDb;
  if (2 * over < -kneeDb) return inputDb;
  if (2 * over > kneeDb) return thresholdDb + over / ratio;
  return inputDb + ((1 / ratio - 1) * (over + kneeDb / 2) ** 2) / (2 * kneeDb || 1);
}

/** The highest ratio of the table closes the gate to its whole range. */
export const GATE_RATIO = 100;

/** A closed gate, or an expander of that ratio down to the range; the hysteresis band is where the answer depends on what came before. */
export function gatedDb(inputDb: number, thresholdDb: number, rangeDb: number, ratio: number): number {
  if (inputDb >= thresholdDb) return inputDb;
  return inputDb - (ratio >= GATE_RATIO ? rangeDb : Math.min(rangeDb, (ratio - 1) * (thresholdDb - inputDb)));
}

/** An SVG path over [floor, 0] dB on both axes, in a square of `size`. */
export function transferPath(curve: (inputDb: number) => number, floorDb: number, size: number): string {
  const steps = 96;
  const y = (db: number): number => size * Math.min(1.05, Math.max(-0.05, db / floorDb));
  let path = "";
  for (let i = 0; i <= steps; i++) {
    const inputDb = floorDb * (1 - i / steps);
    path += `${i === 0 ? "M" : "L"}${((size * i) / steps).toFixed(1)} ${y(curve(inputDb)).toFixed(2)}`;
  }
  return path;
}
