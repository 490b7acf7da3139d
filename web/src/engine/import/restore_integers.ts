/** Undoes the uneven scaling of some browsers' decodeAudioData, which divides positive integers by 2^(b-1) - 1 and negative ones by 2^(b-1). */

/** Rounding of the float division, as a share of one integer step; grows with the depth. */
const TOLERANCE_STEPS = 1 / 64;

/** In place. False when the samples are no integers of this depth under either scaling: they are then left as they came. */
export function restoreIntegers(planes: readonly Float32Array[], bits: number): boolean {
  const scale = 2 ** (bits - 1);
  const every = (test: (x: number) => boolean): boolean => planes.every((plane) => plane.every(test));
  if (every((x) => Number.isInteger(x * scale))) return true;
  const steps = (x: number): number => x * (x > 0 ? scale - 1 : scale);
  if (bits > 16 || !every((x) => Math.abs(steps(x) - Math.round(steps(x))) < TOLERANCE_STEPS)) return false;
  for (const plane of planes) for (let i = 0; i < plane.length; ++i) plane[i] = Math.round(steps(plane[i] as number)) / scale;
  return true;
}
