/** The EQ's bands out of the parameter values, and the axes they are drawn on. */
import type { ParamKey } from "../../protocol/params.gen";
import type { ParamValues } from "../../protocol/types";
import { fromNorm, toNorm } from "../../protocol/curves";
import { parameter } from "../../state/document";
import type { Band } from "./response";

export const BANDS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type BandNumber = (typeof BANDS)[number];
export type BandField = "enabled" | "type" | "freq_hz" | "gain_db" | "q" | "slope";

export function bandKey(band: BandNumber, field: BandField): ParamKey {
  return `eq.${band}.${field}`;
}

export function bandOf(values: ParamValues, band: BandNumber): Band {
  return {
    on: values[bandKey(band, "enabled")] >= 0.5,
    type: Math.round(values[bandKey(band, "type")]),
    freqHz: values[bandKey(band, "freq_hz")],
    gainDb: values[bandKey(band, "gain_db")],
    q: values[bandKey(band, "q")],
    slope: Math.round(values[bandKey(band, "slope")]),
  };
}

const FREQUENCY = parameter("eq.1.freq_hz");

/** 0..1 from left to right. */
export function xOfHz(hz: number): number {
  return toNorm(FREQUENCY, hz);
}

export function hzOfX(x: number): number {
  return fromNorm(FREQUENCY, x);
}

/** 0..1 from top to bottom; the axis shows +/- spanDb. */
export function yOfDb(db: number, spanDb: number): number {
  return 0.5 - db / (2 * spanDb);
}

export function dbOfY(y: number, spanDb: number): number {
  return (0.5 - y) * 2 * spanDb;
}
