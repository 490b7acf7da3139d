/** Where echoes, voices and decays lie in their pictures. Not for audio. */
import { parameter } from "../../state/document";

const LONGEST_DELAY_MS = 4000;
const SHOWN_DELAY_S = 2;
const SHOWN_CHORUS_S = 4;
const SHOWN_DECAY_S = 4;
const LEAST_HEIGHT = 0.02;
const MOST_ECHOES = 64;

/** Beats of a note value such as "1/8 dotted"; null for what is none. */
export function beatsOf(note: string): number | null {
  const [, whole, parts, kind] = /^(\d+)\/(\d+)(?: (dotted|triplet))?$/.exec(note) ?? [];
  if (whole === undefined) return null;
  return ((4 * Number(whole)) / Number(parts)) * (kind === "dotted" ? 1.5 : kind === "triplet" ? 2 / 3 : 1);
}

export interface DelayShape {
  readonly timeMs: number;
  readonly syncChoice: number;
  readonly tempoBpm: number;
  readonly feedback: number;
  readonly send: number;
}

export function delayTimeMs({ timeMs, syncChoice, tempoBpm }: Pick<DelayShape, "timeMs" | "syncChoice" | "tempoBpm">): number {
  const beats = beatsOf(parameter("delay.sync").choices[Math.round(syncChoice)] ?? "");
  return beats === null ? timeMs : Math.min(LONGEST_DELAY_MS, (beats * 60000) / tempoBpm);
}

/** The song itself and its echoes within the picture: x and height in 0..1. */
export function echoes(shape: DelayShape): readonly { readonly x: number; readonly height: number }[] {
  const stepS = delayTimeMs(shape) / 1000;
  const found = [{ x: 0.01, height: 1 }];
  for (let n = 1, height = shape.send; n <= MOST_ECHOES && n * stepS <= SHOWN_DELAY_S && height >= LEAST_HEIGHT; n++, height *= shape.feedback)
    found.push({ x: 0.01 + (n * stepS) / SHOWN_DELAY_S, height });
  return found;
}

interface Voice {
  readonly voice: number;
  readonly count: number;
  readonly rateHz: number;
  readonly depthMs: number;
  readonly delayMs: number;
  readonly triangle: boolean;
  readonly width: number;
  readonly height: number;
}

/** The delay of one voice over time: 0 ms on top, 50 ms at the bottom. */
export function chorusPath({ voice, count, rateHz, depthMs, delayMs, triangle, width, height }: Voice): string {
  const points = 160;
  let path = "";
  for (let i = 0; i <= points; i++) {
    const turn = (i / points) * SHOWN_CHORUS_S * rateHz + voice / count;
    const wave = triangle ? 1 - 4 * Math.abs(turn - Math.floor(turn) - 0.5) : Math.sin(2 * Math.PI * turn);
    path += `${i === 0 ? "M" : "L"}${((i / points) * width).toFixed(1)} ${(height * Math.min(1, (delayMs + depthMs * wave) / 50)).toFixed(2)}`;
  }
  return path;
}

/** Straight in decibels: from full height after the pre-delay to the bottom (-60 dB) after the decay. */
export function decayPath(predelayS: number, decayS: number, width: number, height: number): string {
  const x = (s: number): string => Math.min(width * 4, (s / SHOWN_DECAY_S) * width).toFixed(1);
  return `M${x(predelayS)} ${height}V4L${x(predelayS + decayS)} ${height}`;
}
