/** Loudness matching of the monitor path: the louder version is turned down to the quieter one, nothing is ever turned up. */
export interface MatchGains {
  readonly originalGainDb: number;
  readonly processedGainDb: number;
}

export const UNMATCHED: MatchGains = { originalGainDb: 0, processedGainDb: 0 };

export function matchGains(originalLufs: number | null, processedLufs: number | null): MatchGains {
  if (originalLufs === null || processedLufs === null) return UNMATCHED;
  const differenceDb = processedLufs - originalLufs;
  return differenceDb > 0 ? { originalGainDb: 0, processedGainDb: -differenceDb } : { originalGainDb: differenceDb, processedGainDb: 0 };
}
