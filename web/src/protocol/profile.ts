/** Mixing profiles: what a style of music asks of its mix, as the numbers of core/assist/profiles/profiles.json; and reading those that people make. */
import { asFields, asText, Damaged, type Fields } from "./checked";

export interface ProfileField {
  /** section.name in a profile's JSON. */
  readonly path: string;
  readonly at: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Names of its values, or none. */
  readonly choices: readonly string[];
  readonly help: string;
}

export interface MixProfile {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly values: readonly number[];
}

const LONGEST_TEXT = 60;
const LONGEST_DESCRIPTION = 400;
const TEXTS = new Set(["id", "label", "description", "$schema"]);

/** A profile out of a JSON text; what it leaves out is as in `base`. Throws Damaged with a sentence that names the field. */
export function readProfile(json: string, fields: readonly ProfileField[], base: MixProfile): MixProfile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Damaged("it is no JSON");
  }
  const from = asFields(parsed, "the profile");
  const values = [...base.values];
  for (const [section, content] of Object.entries(from)) {
    if (TEXTS.has(section)) continue;
    for (const [name, value] of Object.entries(asFields(content, section))) {
      const path = `${section}.${name}`;
      const field = fields.find((known) => known.path === path);
      if (field === undefined) throw new Damaged(`no field is called ${path}`);
      values.splice(field.at, field.count, ...numbersOf(field, value));
    }
  }
  const description = from["description"] === undefined ? "" : limited(asText(from["description"], "description"), "description", LONGEST_DESCRIPTION);
  return { id: title(from, "id"), label: title(from, "label"), description, values };
}

/** Numbers that were kept: every one inside its field. */
export function asProfileValues(value: unknown, fields: readonly ProfileField[]): readonly number[] {
  const count = fields.reduce((sum, field) => sum + field.count, 0);
  if (!Array.isArray(value) || value.length !== count) throw new Damaged(`a profile has ${count} numbers`);
  return fields.flatMap((field) => value.slice(field.at, field.at + field.count).map((item: unknown) => inRange(field, item)));
}

function numbersOf(field: ProfileField, value: unknown): readonly number[] {
  if (field.choices.length > 0) {
    const index = field.choices.indexOf(typeof value === "string" ? value : "");
    if (index < 0) throw new Damaged(`${field.path} must be one of ${field.choices.join(", ")}`);
    return [index];
  }
  if (field.count === 1) return [inRange(field, value)];
  if (!Array.isArray(value) || value.length !== field.count) throw new Damaged(`${field.path} must be a list of ${field.count} numbers`);
  return value.map((item: unknown) => inRange(field, item));
}

function inRange(field: ProfileField, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Damaged(`${field.path} must be a number`);
  if (value < field.min || value > field.max) throw new Damaged(`${field.path} is ${value}, outside ${field.min} to ${field.max}`);
  return value;
}

function title(from: Fields, key: "id" | "label"): string {
  if (from[key] === undefined) throw new Damaged(`${key} is missing`);
  const text = asText(from[key], key);
  if (text === "") throw new Damaged(`${key} is empty`);
  return limited(text, key, LONGEST_TEXT);
}

function limited(text: string, what: string, most: number): string {
  if (text.length > most) throw new Damaged(`${what} is longer than ${most} letters`);
  return text;
}
