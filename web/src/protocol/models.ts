/** The trained models: what models/registry.json offers, what a model answers, and the opinion that the core forms of the answers. */
import { Damaged, asFields, asNumber, asText, list, number, text, whole, type Fields } from "./checked";
import type { ParamKey } from "./params.gen";
import type { ModelVersionId } from "./types";

export const MODEL_IDS = ["enhanced-cnn", "ast", "baseline-cnn"] as const;
export type ModelId = (typeof MODEL_IDS)[number];

const REGISTRY_VERSION = 1;
/** A model larger than this is no model of this studio. */
const LARGEST_BYTES = 256 << 20;

export interface ModelEntry {
  readonly id: ModelId;
  readonly label: string;
  /** Beside the registry. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Per setting: what its spread is multiplied by. */
  readonly calibration: readonly number[];
}

export interface ModelRegistry {
  readonly parametersSha256: string;
  readonly features: { readonly id: string; readonly mel: readonly number[]; readonly heard: number; readonly excerptS: number };
  /** Ids, in the order of every list of settings. */
  readonly settings: readonly string[];
  /** Per setting: the median of the training, which stands in for what the weights leave over. */
  readonly fallback: readonly number[];
  readonly priorSpread: readonly number[];
  readonly models: readonly ModelEntry[];
  readonly ensemble: { readonly label: string; readonly weights: Readonly<Partial<Record<ModelId, readonly number[]>>>; readonly calibration: readonly number[] };
}

/** What one model says of one song: per excerpt and setting its mean and standard deviation. */
export interface ModelOutputs {
  readonly model: ModelId;
  readonly excerpts: number;
  readonly settings: readonly number[];
  readonly spreads: readonly number[];
}

export interface ModelShare {
  readonly id: ModelId;
  readonly label: string;
  /** Per setting. */
  readonly weights: readonly number[];
}

/** What a song's music was heard to be; null: it could not be told. */
export interface MusicalContext {
  readonly tempoBpm: number | null;
  readonly tempoConfidence: number;
  readonly energy: number | null;
  readonly genre: string | null;
}

/** What a planner needs to let models decide: numbers of the registry, answers of the models, in the same order. */
export interface ModelAdvice {
  readonly settings: readonly string[];
  readonly shares: readonly ModelShare[];
  readonly calibrations: readonly (readonly number[])[];
  readonly fallback: readonly number[];
  readonly priorSpread: readonly number[];
  readonly outputs: readonly ModelOutputs[];
  readonly context: MusicalContext;
}

export interface SettingOpinion {
  readonly id: string;
  readonly label: string;
  readonly param: ParamKey;
  /** What the models ask for, in the parameter's unit, and where it changes nothing. */
  readonly wished: number;
  readonly neutral: number;
  /** The same on the models' scale from 0 to 1. */
  readonly position: number;
  readonly spread: number;
  /** Standard deviation of the position over the excerpts. */
  readonly disagreement: number;
  readonly confidence: number;
}

export interface SongOpinion {
  readonly settings: readonly SettingOpinion[];
  readonly models: readonly ModelShare[];
  readonly excerpts: number;
}

export function isModelVersion(version: string): version is ModelVersionId {
  return version === "ensemble" || (MODEL_IDS as readonly string[]).includes(version);
}

/** The models a version is made of, as far as the registry has them: the ensemble's have a say somewhere. */
export function membersOf(registry: ModelRegistry, version: ModelVersionId): readonly ModelEntry[] {
  if (version !== "ensemble") return registry.models.filter(({ id }) => id === version);
  return registry.models.filter(({ id }) => registry.ensemble.weights[id]?.some((weight) => weight !== 0) === true);
}

/** Outputs are matched by model; all members must have answered. */
export function adviceFor(registry: ModelRegistry, version: ModelVersionId, outputs: readonly ModelOutputs[], context: MusicalContext): ModelAdvice {
  const members = membersOf(registry, version);
  const answers = members.map(({ id, label }) => {
    const found = outputs.find(({ model }) => model === id);
    if (found === undefined) throw new Error(`${label} gave no answer`);
    return found;
  });
  const alone = registry.settings.map(() => 1);
  return {
    settings: registry.settings, fallback: registry.fallback, priorSpread: registry.priorSpread, outputs: answers, context,
    shares: members.map(({ id, label }) => ({ id, label, weights: version === "ensemble" ? (registry.ensemble.weights[id] ?? []) : alone })),
    // The ensemble's spread is calibrated as a whole.
    calibrations: members.map(({ calibration }) => (version === "ensemble" ? registry.ensemble.calibration : calibration)),
  };
}

/** Throws Damaged with a sentence that names the field. */
export function readRegistry(json: string): ModelRegistry {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Damaged("it is no JSON");
  }
  const from = asFields(parsed, "the registry");
  const version = whole(from, "version", 1);
  if (version !== REGISTRY_VERSION) throw new Damaged(`its version is ${version}, this studio reads ${REGISTRY_VERSION}`);
  const features = asFields(from["features"], "features");
  const settings = list(from, "settings", asText);
  const perSetting = (fields: Fields, key: string, min: number, max: number): readonly number[] => {
    const found = list(fields, key, (value, what) => asNumber(value, what, min, max));
    if (found.length !== settings.length) throw new Damaged(`${key} has ${found.length} numbers for ${settings.length} settings`);
    return found;
  };
  const models = list(from, "models", (value, what): ModelEntry => {
    const fields = asFields(value, what);
    return {
      id: asModelId(text(fields, "id"), what), label: text(fields, "label"), file: asFile(text(fields, "file"), what), sha256: asDigest(fields, "sha256"),
      bytes: whole(fields, "bytes", 1, LARGEST_BYTES), calibration: perSetting(fields, "calibration", 0, 1000),
    };
  });
  if (new Set(models.map(({ id }) => id)).size !== models.length) throw new Damaged("a model is there twice");
  const ensemble = asFields(from["ensemble"], "ensemble");
  const weights = asFields(ensemble["weights"], "ensemble.weights");
  for (const id of Object.keys(weights)) if (!models.some((model) => model.id === id)) throw new Damaged(`ensemble.weights names ${id}, which is not among the models`);
  return {
    parametersSha256: asDigest(from, "parameters_sha256"),
    features: { id: text(features, "id"), mel: list(features, "mel", (value, what) => asNumber(value, what, 1)), heard: whole(features, "heard", 1), excerptS: number(features, "excerpt_s", 0) },
    settings,
    fallback: perSetting(from, "fallback", 0, 1),
    priorSpread: perSetting(from, "prior_spread", 0, 1000),
    models,
    ensemble: {
      label: text(ensemble, "label"), calibration: perSetting(ensemble, "calibration", 0, 1000),
      weights: Object.fromEntries(Object.keys(weights).map((id) => [id, perSetting(weights, id, -1000, 1000)])),
    },
  };
}

function asModelId(id: string, what: string): ModelId {
  const found = MODEL_IDS.find((known) => known === id);
  if (found === undefined) throw new Damaged(`${what} is called ${id}, which this studio does not know`);
  return found;
}

/** A path below the registry's folder, nothing else. */
function asFile(path: string, what: string): string {
  if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(path)) throw new Damaged(`${what} names a file outside its folder: ${path}`);
  return path;
}

function asDigest(from: Fields, key: string): string {
  const found = text(from, key).toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(found)) throw new Damaged(`${key} is no SHA-256`);
  return found;
}
