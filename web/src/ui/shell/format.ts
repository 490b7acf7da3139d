/** Quantities as text. Spoken forms use a plain hyphen; `typeset` turns it into a true minus for the eye. */
import type { Parameter } from "../../protocol/parameter";

export const UNKNOWN = "–";

export function typeset(text: string): string {
  return text.replace(/(^|[\s(])-(?=\d|∞)/g, "$1\u2212");
}

/** A share of something reads best in percent: 0.35 is shown, spoken and typed as 35 %. */
function isShare(p: Parameter): boolean {
  return p.unit === "" && p.key.endsWith("_ratio");
}

/** The number a person edits, in the unit that is shown. */
export function editableText(p: Parameter, value: number): string {
  return isShare(p) ? String(Math.round(value * 100)) : value.toFixed(p.decimals);
}

/** What was typed over editableText(); null when it is no number. */
export function editedValue(p: Parameter, text: string): number | null {
  const typed = parseTyped(text);
  return typed === null || !isShare(p) ? typed : typed / 100;
}

export function parameterText(p: Parameter, value: number): string {
  if (p.choices.length > 0) return p.choices[Math.round(value - p.min)] ?? String(value);
  if (isShare(p)) return `${withoutMinusZero(String(Math.round(value * 100)))} %`;
  const number = withoutMinusZero(value.toFixed(p.decimals));
  if (p.unit === "") return number;
  return p.unit === ":1" ? `${number}:1` : `${number} ${p.unit}`;
}

/** As parameterText, shortened for a narrow readout: kilohertz and seconds where they read better. */
export function parameterReadout(p: Parameter, value: number): string {
  if (p.unit === "Hz" && value >= 1000) return `${trimZeros((value / 1000).toFixed(2))} kHz`;
  if (p.unit === "ms" && value >= 1000) return `${trimZeros((value / 1000).toFixed(2))} s`;
  return typeset(parameterText(p, value));
}

export function decimal(value: number | null, decimals = 1): string {
  return value === null || !Number.isFinite(value) ? UNKNOWN : withoutMinusZero(value.toFixed(decimals));
}

export function quantity(value: number | null, unit: string, decimals = 1): string {
  return value === null || !Number.isFinite(value) ? "not measurable" : `${decimal(value, decimals)} ${unit}`;
}

export function signed(value: number, decimals = 1): string {
  const text = decimal(value, decimals);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** m:ss.t, or h:mm:ss.t from an hour up. */
export function clock(seconds: number, decimals = 1): string {
  const scale = 10 ** decimals;
  const ticks = Math.max(0, Math.floor(seconds * scale + 1e-6));
  const whole = Math.floor(ticks / scale);
  const part = decimals === 0 ? "" : `.${String(ticks % scale).padStart(decimals, "0")}`;
  const h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60;
  const s = String(whole % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}${part}` : `${m}:${s}${part}`;
}

export function fileSize(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

export function sampleRate(hz: number): string {
  return `${trimZeros((hz / 1000).toFixed(3))} kHz`;
}

/** What a person typed as a value: a comma is a decimal point, k multiplies by a thousand, units are ignored. */
export function parseTyped(text: string): number | null {
  const match = /^\s*([+\-\u2212]?\d*[.,]?\d+)\s*(k)?/i.exec(text);
  if (match?.[1] === undefined) return null;
  const value = Number(match[1].replace("\u2212", "-").replace(",", "."));
  return Number.isFinite(value) ? value * (match[2] === undefined ? 1 : 1000) : null;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function withoutMinusZero(text: string): string {
  return /^-0(\.0+)?$/.test(text) ? text.slice(1) : text;
}
