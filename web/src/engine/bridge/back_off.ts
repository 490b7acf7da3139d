/** How long to wait before the next attempt to reach the bridge: doubling from a quarter of a second to eight, spread so that many pages do not knock at once. */
export const FIRST_WAIT_MS = 250;
export const LONGEST_WAIT_MS = 8000;
const SPREAD_RATIO = 0.25;

/** failures: attempts that failed in a row, from 1. random: in [0, 1). */
export function backOffMs(failures: number, random: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 16));
  return Math.round(wait * (1 - SPREAD_RATIO + 2 * SPREAD_RATIO * random));
}
