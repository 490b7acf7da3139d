/** The undoable document of one version of a song: the chain's values, the loudness target and what was decided. Plain data. */
import { PARAMS, type ParamKey } from "../protocol/params.gen";
import type { MixProfile } from "../protocol/profile";
import { BUILT_IN_PROFILES } from "../protocol/profiles.gen";
import type { Parameter } from "../protocol/parameter";
import type { SongOpinion } from "../protocol/models";
import type { LoudnessTarget, Move, ParamValues, Plan } from "../protocol/types";

export interface Decision {
  readonly params: ParamValues;
  readonly moves: readonly Move[];
  readonly notes: readonly string[];
  /** The values hold a person's edits, kept by a fit: deciding anew would lose them. */
  readonly keepsEdits: boolean;
  /** What trained models made of the song, where they decided. */
  readonly opinion: SongOpinion | null;
}

/** A suggestion of the analysis that a person took up. */
export interface Remedy {
  readonly title: string;
  readonly reason: string;
  readonly changes: readonly { readonly param: ParamKey; readonly from: number; readonly to: number }[];
}

export interface MixDocument {
  readonly values: ParamValues;
  readonly target: LoudnessTarget;
  /** What the version is mixed to. */
  readonly profile: MixProfile;
  /** From 0 to 1: how much of the decision is wanted. */
  readonly amount: number;
  /** null until it was decided on. */
  readonly decision: Decision | null;
  /** In the order they were taken up. */
  readonly remedies: readonly Remedy[];
}

export const DEFAULT_PROFILE = BUILT_IN_PROFILES[0] as MixProfile;

/** Every unit off, every gain zero: the chain passes the song unchanged. */
export const NEUTRAL_VALUES: ParamValues = Object.freeze(Object.fromEntries(PARAMS.map((p) => [p.key, p.defaultValue])) as Record<ParamKey, number>);

const BY_KEY = new Map<string, Parameter>(PARAMS.map((p) => [p.key, p]));

export function parameter(key: ParamKey): Parameter {
  const found = BY_KEY.get(key);
  if (found === undefined) throw new Error(`no parameter ${key}`);
  return found;
}

export function withValue(document: MixDocument, key: ParamKey, value: number): MixDocument {
  return { ...document, values: { ...document.values, [key]: value } };
}

/** The same suggestion, if it was taken up before, is taken up anew. */
export function withRemedy(document: MixDocument, title: string, reason: string, values: Partial<Record<ParamKey, number>>): MixDocument {
  const changes = (Object.entries(values) as [ParamKey, number][]).filter(([key, to]) => document.values[key] !== to).map(([param, to]) => ({ param, from: document.values[param], to }));
  const others = document.remedies.filter((remedy) => remedy.title !== title || remedy.reason !== reason);
  return { ...document, values: { ...document.values, ...values }, remedies: [...others, { title, reason, changes }] };
}

/** What a person changed since stays as it is. */
export function withoutRemedy(document: MixDocument, remedy: Remedy): MixDocument {
  const back = remedy.changes.filter(({ param, to }) => document.values[param] === to).map(({ param, from }) => [param, from]);
  return { ...document, values: { ...document.values, ...Object.fromEntries(back) }, remedies: document.remedies.filter((other) => other !== remedy) };
}

/** Whether the chain still does what the remedy set. */
export function isInEffect(remedy: Remedy, values: ParamValues): boolean {
  return remedy.changes.every(({ param, to }) => values[param] === to);
}

/** Whether the values hold anything that was not decided. */
export function isEdited(document: MixDocument): boolean {
  if (document.decision?.keepsEdits === true) return true;
  const base = document.decision?.params ?? NEUTRAL_VALUES;
  return PARAMS.some((p) => document.values[p.key as ParamKey] !== base[p.key as ParamKey]);
}

/** A job's result, with what a person changed while it ran kept on top. Without such edits it is the result itself. */
export function withEditsSince(start: ParamValues, now: ParamValues, result: ParamValues): ParamValues {
  const edits = Object.entries(now).filter(([key, value]) => start[key as ParamKey] !== value);
  return edits.length === 0 ? result : { ...result, ...Object.fromEntries(edits) };
}

export type MoveState = "applied" | "reverted" | "edited";

export function moveState(move: Move, values: ParamValues): MoveState {
  if (values[move.param] === move.to) return "applied";
  return values[move.param] === move.from ? "reverted" : "edited";
}

/** A fit replaces the moves of the parameters it set; their origin stays where the first move started. */
export function mergedDecision(before: Decision | null, fit: Plan): Decision {
  if (before === null) return { params: fit.params, moves: fit.moves, notes: fit.notes, keepsEdits: true, opinion: null };
  const origin = new Map(before.moves.map((move) => [move.param, move.from]));
  const refit = fit.moves.map((move) => ({ ...move, from: origin.get(move.param) ?? move.from }));
  const replaced = new Set(refit.map((move) => move.param));
  return { params: fit.params, moves: [...before.moves.filter((move) => !replaced.has(move.param)), ...refit], notes: [...new Set([...before.notes, ...fit.notes])], keepsEdits: true, opinion: before.opinion };
}
