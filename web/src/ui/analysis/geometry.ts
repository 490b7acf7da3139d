/** Where things lie in the pictures of the analysis: pure arithmetic. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** 0..1 on a logarithmic axis. */
export function logShare(value: number, low: number, high: number): number {
  return Math.log(value / low) / Math.log(high / low);
}

/** Clockwise from the top; radius 1 is the rim of the unit circle. */
export function onCircle(turn: number, radius: number): Point {
  const angle = 2 * Math.PI * (turn - 0.25);
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

/** SVG path of a ring's piece between two turns. */
export function wedge(fromTurn: number, toTurn: number, inner: number, outer: number): string {
  const [a, b, c, d] = [onCircle(fromTurn, outer), onCircle(toTurn, outer), onCircle(toTurn, inner), onCircle(fromTurn, inner)];
  const large = toTurn - fromTurn > 0.5 ? 1 : 0;
  const at = ({ x, y }: Point): string => `${x.toFixed(3)} ${y.toFixed(3)}`;
  return `M${at(a)}A${outer} ${outer} 0 ${large} 1 ${at(b)}L${at(c)}A${inner} ${inner} 0 ${large} 0 ${at(d)}Z`;
}

/** Where several stretches touch without a gap, they are one polyline; null breaks the line. */
export function linePath(points: readonly (Point | null)[], decimals = 1): string {
  let path = "";
  let drawing = false;
  for (const point of points) {
    if (point === null) drawing = false;
    else {
      path += `${drawing ? "L" : "M"}${point.x.toFixed(decimals)} ${point.y.toFixed(decimals)}`;
      drawing = true;
    }
  }
  return path;
}

/** The stretch of decibels that a song's loudness is drawn on: whole steps of 6 dB around what occurs, at most 36 dB. */
export function loudnessSpan(values: readonly (number | null)[], also: number | null): { readonly lowDb: number; readonly highDb: number } {
  const sounding = [...values, also].filter((value): value is number => value !== null);
  if (sounding.length === 0) return { lowDb: -42, highDb: -6 };
  const highDb = Math.min(6, 6 * Math.ceil((sounding.reduce((a, b) => Math.max(a, b)) + 0.5) / 6));
  const quiet = [...sounding].sort((a, b) => a - b)[Math.floor(sounding.length * 0.08)] as number;
  return { lowDb: Math.max(highDb - 36, Math.min(highDb - 12, 6 * Math.floor((quiet - 0.5) / 6))), highDb };
}

/** Index of the stretch that holds a time, in a list ordered by start; -1 before the first and in gaps. */
export function indexAt(stretches: readonly { readonly startS: number; readonly endS: number }[], atS: number): number {
  const index = lastNotAfter(stretches.length, (i) => (stretches[i] as { startS: number }).startS, atS);
  return index >= 0 && atS < (stretches[index] as { endS: number }).endS ? index : -1;
}

/** Index of the last of `count` ascending values that is not after `value`; -1 when all are. */
export function lastNotAfter(count: number, at: (index: number) => number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Bar and beat at a time, both from 1, e.g. "12.3"; null before the first downbeat. */
export function barBeatAt(beatsS: readonly number[], downbeatsS: readonly number[], atS: number): { readonly bar: number; readonly beat: number } | null {
  const bar = lastNotAfter(downbeatsS.length, (i) => downbeatsS[i] as number, atS + 1e-3);
  if (bar < 0) return null;
  const first = lastNotAfter(beatsS.length, (i) => beatsS[i] as number, (downbeatsS[bar] as number) + 1e-3);
  const now = lastNotAfter(beatsS.length, (i) => beatsS[i] as number, atS + 1e-3);
  return { bar: bar + 1, beat: Math.max(1, now - first + 1) };
}
