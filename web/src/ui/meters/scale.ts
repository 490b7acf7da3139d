/** Where a level sits on a meter: pure maps from decibels to 0..1 and fall-back of peak holds. */
export interface Scale {
  readonly lowDb: number;
  readonly highDb: number;
  readonly ticksDb: readonly number[];
}

export const LOUDNESS_SCALE: Scale = { lowDb: -42, highDb: -3, ticksDb: [-6, -9, -12, -15, -18, -21, -24, -30, -36] };
export const PEAK_SCALE: Scale = { lowDb: -60, highDb: 3, ticksDb: [0, -6, -12, -18, -24, -36, -48] };

export function position(scale: Scale, db: number | null): number {
  if (db === null) return 0;
  return Math.min(1, Math.max(0, (db - scale.lowDb) / (scale.highDb - scale.lowDb)));
}

/** Rises at once, falls at a steady rate, so that the eye can follow. */
export function ballistic(shownDb: number, newDb: number | null, elapsedMs: number, fallDbPerS: number, floorDb: number): number {
  const fallen = Math.max(floorDb, shownDb - (fallDbPerS * elapsedMs) / 1000);
  return newDb === null ? fallen : Math.max(newDb, fallen);
}
