/** Figures of the analysis as text: the number, its unit, and a plain word where it is not known. */
import { UNKNOWN, clock, decimal, signed, typeset } from "../shell/format";

export interface Reading {
  readonly value: string;
  readonly unit: string;
}

export const NOTHING: Reading = { value: UNKNOWN, unit: "" };

export function reading(value: number | null, unit: string, decimals = 1): Reading {
  return value === null ? NOTHING : { value: typeset(decimal(value, decimals)), unit };
}

/** A word instead of a number; "unknown" says as much as none. */
export function wording(word: string | null): Reading {
  return word === null || word === "unknown" ? NOTHING : { value: word, unit: "" };
}

export function signedReading(value: number | null, unit: string, decimals = 1): Reading {
  return value === null ? NOTHING : { value: typeset(signed(value, decimals)), unit };
}

export function percent(ratio: number | null): Reading {
  return ratio === null ? NOTHING : { value: String(Math.round(ratio * 100)), unit: "%" };
}

/** Three figures that matter: 82.4 Hz, 315 Hz, 2.14 kHz, 12.3 kHz. */
export function hertz(hz: number | null): Reading {
  if (hz === null) return NOTHING;
  if (hz >= 999.5) return { value: hz >= 9995 ? (hz / 1000).toFixed(1) : (hz / 1000).toFixed(2), unit: "kHz" };
  return { value: hz >= 99.95 ? hz.toFixed(0) : hz.toFixed(1), unit: "Hz" };
}

export function time(seconds: number | null): Reading {
  return seconds === null ? NOTHING : { value: clock(seconds, 0), unit: seconds >= 3600 ? "h" : "min" };
}

export function spoken({ value, unit }: Reading): string {
  return unit === "" ? value : `${value} ${unit}`;
}

/** How far A4 is from 440 Hz, in hundredths of a semitone. */
export function centsFromA440(tuningHz: number): number {
  return 1200 * Math.log2(tuningHz / 440);
}

const NOTES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

/** The nearest note of equal temperament at the song's tuning, e.g. "E2 +3 ct". */
export function noteOf(hz: number, tuningHz: number | null): string {
  const semitones = 69 + 12 * Math.log2(hz / (tuningHz ?? 440));
  const nearest = Math.round(semitones);
  const cents = Math.round((semitones - nearest) * 100);
  const name = `${NOTES[((nearest % 12) + 12) % 12]}${Math.floor(nearest / 12) - 1}`;
  return cents === 0 ? name : `${name} ${typeset(signed(cents, 0))} ct`;
}

export { NOTES };
