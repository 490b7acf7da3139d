/** The tempo from moment to moment. */
const BEATS = 8;

/** Over each eight beats in turn; empty where there are fewer. */
export function localTempo(beatsS: readonly number[]): readonly { readonly atS: number; readonly bpm: number }[] {
  const out: { atS: number; bpm: number }[] = [];
  for (let i = BEATS; i < beatsS.length; ++i) {
    const from = beatsS[i - BEATS] as number;
    const to = beatsS[i] as number;
    if (to > from) out.push({ atS: (from + to) / 2, bpm: (60 * BEATS) / (to - from) });
  }
  return out;
}
