/** Readers of JSON objects by their shape: snake_case on the wire, camelCase with the same units here. Built on checked.ts. */
import { Damaged, asFields, asNumber, asText, list } from "./checked";

export type Reader<T> = (value: unknown, what: string) => T;

export type Camel<S> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type Shape = Readonly<Record<string, Reader<unknown>>>;
type Read<S extends Shape> = { readonly [K in keyof S as Camel<K & string>]: ReturnType<S[K]> };

export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** An object with at least these fields; others are left out. */
export function shape<S extends Shape>(fields: S): Reader<Read<S>> {
  return (value, what) => {
    const from = asFields(value, what);
    return Object.fromEntries(Object.entries(fields).map(([key, read]) => [camel(key), read(from[key], `${what}.${key}`)])) as Read<S>;
  };
}

/** A figure that may not be known. A field that is not there is not known either. */
export function figure(min = -Infinity, max = Infinity): Reader<number | null> {
  return (value, what) => (value === null || value === undefined ? null : asNumber(value, what, min, max));
}

/** Rounding may step over the ends a little. */
export const ratio = figure(-1e-6, 1 + 1e-6);

export function known(min = -Infinity, max = Infinity): Reader<number> {
  return (value, what) => asNumber(value, what, min, max);
}

export const word: Reader<string> = asText;
export const wordOrNone: Reader<string | null> = (value, what) => (value === null || value === undefined || value === "" ? null : asText(value, what));

export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, what) => (value === undefined ? [] : list({ [what]: value }, what, read));
}

/** Times of a song in order. */
export const times: Reader<readonly number[]> = (value, what) => {
  const found = listOf(known(0))(value, what);
  if (found.some((at, i) => i > 0 && at < (found[i - 1] as number))) throw new Damaged(`${what} is not in order`);
  return found;
};

/** Named values, e.g. the shares of the bands; what is missing is not known. */
export function record<K extends string, T>(names: readonly K[], read: Reader<T>): Reader<Readonly<Record<K, T>>> {
  return (value, what) => {
    const from = value === null || value === undefined ? {} : asFields(value, what);
    return Object.fromEntries(names.map((name) => [name, read(from[name], `${what}.${name}`)])) as Record<K, T>;
  };
}
