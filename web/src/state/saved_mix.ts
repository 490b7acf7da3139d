/** One version of one song as it is kept: its document and what it measured. Undo history is not kept. */
import { isInRange } from "../protocol/curves";
import { Damaged, asFields, asNumber, asReport, asText, flag, list, nullable, number, openDocument, text, whole, type Fields } from "../protocol/checked";
import { MODEL_IDS, type ModelShare, type SettingOpinion, type SongOpinion } from "../protocol/models";
import { PARAMS, type ParamKey } from "../protocol/params.gen";
import type { Parameter } from "../protocol/parameter";
import type { Move, ParamValues, StreamReport } from "../protocol/types";
import { DEFAULT_PROFILE, NEUTRAL_VALUES, type Decision, type MixDocument, type Remedy } from "./document";
import { asProfile } from "./profiles";

const FORMAT = "ag06-mix";
const VERSION = 1;

export interface SavedMix {
  readonly document: MixDocument;
  /** It was asked for and is decided or was cancelled: it does not start by itself again. */
  readonly decided: boolean;
  /** What the chain's output measures with these values, if known. */
  readonly report: StreamReport | null;
}

export function mixText(mix: SavedMix): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, ...mix });
}

export function readMix(json: string): SavedMix {
  const fields = openDocument(json, FORMAT, VERSION);
  const from = asFields(fields["document"], "document");
  const target = asFields(from["target"], "target");
  return {
    document: {
      values: asValues(from["values"], "values"),
      target: { id: text(target, "id"), label: text(target, "label"), lufs: nullable(target, "lufs", (value, what) => asNumber(value, what, -70, 0)) },
      profile: from["profile"] === undefined ? DEFAULT_PROFILE : asProfile(from["profile"], "profile"),
      amount: from["amount"] === undefined ? 1 : number(from, "amount", 0, 1),
      decision: nullable(from, "decision", asDecision),
      remedies: from["remedies"] === undefined ? [] : list(from, "remedies", asRemedy),
    },
    decided: flag(fields, "decided"),
    report: nullable(fields, "report", asReport),
  };
}

/** A parameter that this version added has its neutral value; one that it dropped is left out. */
function asValues(value: unknown, what: string): ParamValues {
  const from = asFields(value, what);
  const found = PARAMS.map((p) => {
    const x = from[p.key] ?? p.defaultValue;
    if (typeof x !== "number" || !isInRange(p, x)) throw new Damaged(`${p.key} in ${what} is out of its range`);
    return [p.key, x] as const;
  });
  // The chain is known to be neutral by identity.
  return found.every(([key, x]) => x === NEUTRAL_VALUES[key as ParamKey]) ? NEUTRAL_VALUES : (Object.fromEntries(found) as Record<ParamKey, number>);
}

function asDecision(value: unknown, what: string): Decision {
  const from = asFields(value, what);
  return {
    params: asValues(from["params"], "params"), moves: list(from, "moves", asMove), notes: list(from, "notes", asText), keepsEdits: flag(from, "keepsEdits"), opinion: (from["opinion"] ?? null) === null ? null : asOpinion(from["opinion"], "opinion"),
  };
}

function asOpinion(value: unknown, what: string): SongOpinion {
  const from = asFields(value, what);
  const setting = (found: unknown, name: string): SettingOpinion => {
    const fields = asFields(found, name);
    return {
      id: text(fields, "id"), label: text(fields, "label"), param: asParameter(fields, name).key as ParamKey, wished: number(fields, "wished"), neutral: number(fields, "neutral"),
      position: number(fields, "position"), spread: number(fields, "spread", 0), disagreement: number(fields, "disagreement", 0), confidence: number(fields, "confidence", 0, 1),
    };
  };
  const share = (found: unknown, name: string): ModelShare => {
    const fields = asFields(found, name);
    const id = MODEL_IDS.find((known) => known === text(fields, "id"));
    if (id === undefined) throw new Damaged(`${name} is no model`);
    return { id, label: text(fields, "label"), weights: list(fields, "weights", (weight, at) => asNumber(weight, at)) };
  };
  return { settings: list(from, "settings", setting), models: list(from, "models", share), excerpts: whole(from, "excerpts", 1) };
}

function asRemedy(value: unknown, what: string): Remedy {
  const from = asFields(value, what);
  return { title: text(from, "title"), reason: text(from, "reason"), changes: list(from, "changes", asChange) };
}

function asChange(value: unknown, what: string): Remedy["changes"][number] {
  const from = asFields(value, what);
  const { key, min, max } = asParameter(from, what);
  return { param: key as ParamKey, from: number(from, "from", min, max), to: number(from, "to", min, max) };
}

function asParameter(from: Fields, what: string): Parameter {
  const key = text(from, "param");
  const p = PARAMS.find((row) => row.key === key);
  if (p === undefined) throw new Damaged(`${what} sets ${key}, which does not exist`);
  return p;
}

function asMove(value: unknown, what: string): Move {
  const from = asFields(value, what);
  const { key, min, max } = asParameter(from, what);
  return {
    param: key as ParamKey, from: number(from, "from", min, max), to: number(from, "to", min, max),
    reason: text(from, "reason"), evidence: text(from, "evidence"), confidence: number(from, "confidence", 0, 1),
  };
}
