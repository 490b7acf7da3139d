/** Reads plain data that may be damaged or foreign: every reader gives the value back or throws a sentence that names the field. */
import type { StreamReport } from "./types";

export class Damaged extends Error {
  override readonly name = "Damaged";
}

/** Written by a later version of the studio: not to be read, and not to be thrown away. */
export class FromLaterVersion extends Error {
  override readonly name = "FromLaterVersion";
}

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a JSON text that says { format, version }. */
export function openDocument(text: string, format: string, version: number): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Damaged("it is no JSON");
  }
  const fields = asFields(parsed, "the document");
  if (fields["format"] !== format) throw new Damaged(`its format is not ${format}`);
  const found = whole(fields, "version", 1);
  if (found > version) throw new FromLaterVersion(`it was written by a later version of the studio (${format} ${found})`);
  return fields;
}

export function asFields(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Damaged(`${what} is no object`);
  return value as Fields;
}

export function asNumber(value: unknown, what: string, min = -Infinity, max = Infinity): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < min || value > max) throw new Damaged(`${what} is no number it can be`);
  return value;
}

export function number(from: Fields, key: string, min?: number, max?: number): number {
  return asNumber(from[key], key, min, max);
}

export function whole(from: Fields, key: string, min = 0, max = Number.MAX_SAFE_INTEGER): number {
  const value = number(from, key, min, max);
  if (!Number.isInteger(value)) throw new Damaged(`${key} is no whole number`);
  return value;
}

export function asText(value: unknown, what: string): string {
  if (typeof value !== "string") throw new Damaged(`${what} is no text`);
  return value;
}

export function text(from: Fields, key: string): string {
  return asText(from[key], key);
}

export function flag(from: Fields, key: string): boolean {
  const value = from[key];
  if (typeof value !== "boolean") throw new Damaged(`${key} is neither true nor false`);
  return value;
}

export function nullable<T>(from: Fields, key: string, read: (value: unknown, what: string) => T): T | null {
  return from[key] === null ? null : read(from[key], key);
}

export function list<T>(from: Fields, key: string, read: (value: unknown, what: string) => T): readonly T[] {
  const value = from[key];
  if (!Array.isArray(value)) throw new Damaged(`${key} is no list`);
  return value.map((item: unknown, i) => read(item, `${key}[${i}]`));
}

export function asReport(value: unknown, what: string): StreamReport {
  const from = asFields(value, what);
  const figure = (key: keyof StreamReport): number | null => nullable(from, key, (found) => asNumber(found, key));
  return {
    integratedLufs: figure("integratedLufs"), momentaryMaxLufs: figure("momentaryMaxLufs"), shortTermMaxLufs: figure("shortTermMaxLufs"), rangeLu: figure("rangeLu"),
    truePeakDbtp: figure("truePeakDbtp"), samplePeakDbfs: figure("samplePeakDbfs"), rmsDbfs: figure("rmsDbfs"), crestFactorDb: figure("crestFactorDb"),
    dynamicRangeDb: figure("dynamicRangeDb"), plrDb: figure("plrDb"), noiseFloorLufs: figure("noiseFloorLufs"), dcOffsetRatio: figure("dcOffsetRatio"),
    frames: whole(from, "frames"),
  };
}
