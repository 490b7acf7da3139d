/** Where the spectrum's bins lie on the EQ's frequency axis, and how high a level is drawn. */
import { hzOfX } from "./bands";

const TOP_DB = -18;
const BOTTOM_DB = -96;
/** Music falls by about this much per octave (pink noise: 3.01; finished mixes a little more). */
const TILT_DB_PER_OCTAVE = 4;
const LEVEL_HZ = 1000;

/** Edges of the columns in bins, three numbers a column: from, to, and what the tilt adds in dB. */
export function binRanges(columns: number, hzPerBin: number): Float64Array {
  const edges = new Float64Array(3 * columns);
  for (let x = 0; x < columns; x++) {
    edges[3 * x] = hzOfX(x / columns) / hzPerBin;
    edges[3 * x + 1] = hzOfX((x + 1) / columns) / hzPerBin;
    edges[3 * x + 2] = TILT_DB_PER_OCTAVE * Math.log2(hzOfX((x + 0.5) / columns) / LEVEL_HZ);
  }
  return edges;
}

/** 0..1: the loudest bin of the column; between bins, where columns are finer than those, the level in between. */
export function heightOf(binsDb: Float32Array, edges: Float64Array, column: number): number {
  const from = edges[3 * column] as number;
  const to = edges[3 * column + 1] as number;
  let db = -Infinity;
  if (to - from < 1) {
    const middle = (from + to) / 2;
    const low = Math.floor(middle);
    const a = binsDb[low] ?? -Infinity;
    const b = binsDb[low + 1] ?? -Infinity;
    db = a === -Infinity || b === -Infinity ? Math.max(a, b) : a + (middle - low) * (b - a);
  } else {
    for (let bin = Math.ceil(from); bin < to; bin++) db = Math.max(db, binsDb[bin] ?? -Infinity);
  }
  const height = (db + (edges[3 * column + 2] as number) - BOTTOM_DB) / (TOP_DB - BOTTOM_DB);
  return Math.min(1, Math.max(0, height));
}
