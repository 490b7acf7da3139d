/** Arithmetic of the tone picture. */
import type { Point } from "./geometry";

/** For the marks over the curve. */
const HEADROOM_DB = 6;

/** Decibels that the picture spans: whole steps of 12 dB, the loudest point near the top, at most 72 dB. */
export function curveSpan(levelDb: readonly (number | null)[], targetDb: readonly (number | null)[]): { readonly lowDb: number; readonly highDb: number } {
  const all = [...levelDb, ...targetDb].filter((db): db is number => db !== null);
  if (all.length === 0) return { lowDb: -72, highDb: 0 };
  const highDb = 12 * Math.ceil((Math.max(...all) + HEADROOM_DB) / 12);
  return { lowDb: Math.max(highDb - 72, 12 * Math.floor((Math.min(...all) - 1) / 12)), highDb };
}

/** Level at a frequency, on a straight line between the points beside it; null where either is not known. */
export function levelAt(frequenciesHz: readonly number[], levelDb: readonly (number | null)[], hz: number): number | null {
  const next = frequenciesHz.findIndex((frequency) => frequency >= hz);
  if (next < 0) return null;
  const high = levelDb[next] ?? null;
  if (next === 0 || high === null) return frequenciesHz[next] === hz ? high : null;
  const low = levelDb[next - 1] ?? null;
  if (low === null) return null;
  const from = frequenciesHz[next - 1] as number;
  return low + ((high - low) * Math.log(hz / from)) / Math.log((frequenciesHz[next] as number) / from);
}

/** The areas in which the first line lies above the second, cut where they cross. Smaller y is higher. */
export function excessPath(level: readonly (Point | null)[], target: readonly (Point | null)[]): string {
  let path = "";
  const at = (point: Point): string => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
  for (let i = 1; i < level.length; ++i) {
    const [a, b, c, d] = [level[i - 1], level[i], target[i - 1], target[i]];
    if (!a || !b || !c || !d) continue;
    const before = c.y - a.y;
    const after = d.y - b.y;
    if (before <= 0 && after <= 0) continue;
    if (before >= 0 && after >= 0) path += `M${at(a)}L${at(b)}L${at(d)}L${at(c)}Z`;
    else {
      const t = before / (before - after);
      const cross = { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
      path += before > 0 ? `M${at(a)}L${at(cross)}L${at(c)}Z` : `M${at(cross)}L${at(b)}L${at(d)}Z`;
    }
  }
  return path;
}
