/** Turns what a suggestion would set into values that the chain can take: known parameters in their range, units switched on, and no EQ band taken away from somebody else. */
import { PARAMS, type ParamKey } from "./params.gen";
import type { ParamValues } from "./types";

const EQ_BANDS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const EQ_KEY = /^eq\.(\d)\.(.+)$/;
const BY_KEY = new Map(PARAMS.map((p) => [p.key, p]));

/** null: the suggestion is advice only, because it sets nothing or something that the chain does not have. */
export function remedyValues(parameters: Readonly<Record<string, number>>, now: ParamValues): Partial<Record<ParamKey, number>> | null {
  const wanted = Object.entries(parameters);
  if (wanted.length === 0 || wanted.some(([key]) => !BY_KEY.has(key))) return null;
  const moved = bandMoves(wanted.map(([key]) => key), parameters, now);
  const placed: Partial<Record<ParamKey, number>> = {};
  for (const [key, value] of wanted) {
    const [, band, field] = EQ_KEY.exec(key) ?? [];
    const place = (band === undefined ? key : `eq.${moved.get(Number(band)) ?? band}.${field}`) as ParamKey;
    const { min, max } = BY_KEY.get(place) as (typeof PARAMS)[number];
    placed[place] = Math.min(max, Math.max(min, value));
  }
  for (const [band, type] of bandTypes(wanted.map(([key]) => key), moved, now)) placed[`eq.${band}.type` as ParamKey] ??= type;
  for (const key of Object.keys(placed)) {
    for (const power of [`${key.split(".")[0]}.enabled`, key.replace(EQ_KEY, "eq.$1.enabled")]) {
      if (BY_KEY.has(power) && power.endsWith(".enabled") && placed[power as ParamKey] === undefined) placed[power as ParamKey] = 1;
    }
  }
  return placed;
}

/** A band that is already at work elsewhere in the spectrum keeps its work: the remedy takes a free one. */
function bandMoves(keys: readonly string[], parameters: Readonly<Record<string, number>>, now: ParamValues): Map<number, number> {
  const wanted = new Set(keys.flatMap((key) => Number(EQ_KEY.exec(key)?.[1] ?? 0) || []));
  const isFree = (band: number): boolean => now[`eq.${band}.enabled` as ParamKey] < 0.5;
  const taken = new Set<number>([...wanted].filter(isFree));
  const moves = new Map<number, number>();
  for (const band of wanted) {
    if (isFree(band) || parameters[`eq.${band}.freq_hz`] === undefined || parameters[`eq.${band}.freq_hz`] === now[`eq.${band}.freq_hz` as ParamKey]) continue;
    const free = nearest(EQ_BANDS.filter((other) => isFree(other) && !taken.has(other)), parameters[`eq.${band}.freq_hz`] as number);
    if (free === null) continue;
    taken.add(free);
    moves.set(band, free);
  }
  return moves;
}

/** A band that was off takes the shape that the wanted one has by default, whatever was left in it. */
function bandTypes(keys: readonly string[], moved: ReadonlyMap<number, number>, now: ParamValues): readonly (readonly [band: number, type: number])[] {
  return [...new Set(keys.flatMap((key) => Number(EQ_KEY.exec(key)?.[1] ?? 0) || []))].flatMap((wanted) => {
    const band = moved.get(wanted) ?? wanted;
    const type = BY_KEY.get(`eq.${wanted}.type`)?.defaultValue ?? 0;
    return now[`eq.${band}.enabled` as ParamKey] < 0.5 && now[`eq.${band}.type` as ParamKey] !== type ? [[band, type] as const] : [];
  });
}

/** The band that usually works closest to a frequency, so that the bands stay in a natural order. */
function nearest(bands: readonly number[], hz: number): number | null {
  const octaves = (band: number): number => Math.abs(Math.log2((BY_KEY.get(`eq.${band}.freq_hz`)?.defaultValue ?? 1) / hz));
  return bands.reduce<number | null>((best, band) => (best === null || octaves(band) < octaves(best) ? band : best), null);
}
