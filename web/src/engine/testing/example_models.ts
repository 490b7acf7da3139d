/** A registry and answers of models for tests: the shape of the real ones, made-up numbers. */
import { readRegistry, type ModelAdvice, type ModelId, type ModelOutputs, type ModelRegistry, type SettingOpinion, type SongOpinion } from "../../protocol/models";
import { PARAMS_SHA256, type ParamKey } from "../../protocol/params.gen";

const SETTINGS = ["input-gain", "compression", "high", "mid", "low", "air", "reverb", "delay", "width", "output"];
const KEYS: readonly ParamKey[] = ["input.gain_db", "comp.ratio", "eq.5.gain_db", "eq.4.gain_db", "eq.2.gain_db", "eq.6.gain_db", "reverb.send_ratio", "delay.send_ratio", "imager.width_ratio", "output.gain_db"];
const EXCERPTS = 2;
const each = (value: number): number[] => SETTINGS.map(() => value);

/** The registry's JSON, changed as a test wants. */
export function exampleRegistryJson(change: Readonly<Record<string, unknown>> = {}): string {
  const model = (id: string, label: string): object => ({ id, label, file: `weights/${id}.onnx`, sha256: "ab".repeat(32), bytes: 1000, calibration: each(1) });
  return JSON.stringify({
    version: 1, parameters_sha256: PARAMS_SHA256, features: { id: "ear-1", mel: [2, 64, 256], heard: 130, excerpt_s: 10.24 }, settings: SETTINGS,
    fallback: each(0.5), prior_spread: each(0.25), models: [model("baseline-cnn", "Baseline CNN"), model("enhanced-cnn", "Enhanced CNN"), model("ast", "AST")],
    ensemble: { id: "ensemble", label: "AI", weights: { "baseline-cnn": each(0.2), "enhanced-cnn": each(0.5), ast: each(0.3) }, calibration: each(1.1) },
    ...change,
  });
}

export function exampleRegistry(): ModelRegistry {
  return readRegistry(exampleRegistryJson());
}

export function exampleOutputs(model: ModelId): ModelOutputs {
  return { model, excerpts: EXCERPTS, settings: [...each(0.6), ...each(0.7)], spreads: [...each(0.1), ...each(0.1)] };
}

export function exampleOpinion({ shares, settings }: ModelAdvice): SongOpinion {
  const setting = (id: string, i: number): SettingOpinion => ({
    id, label: id, param: KEYS[i] as ParamKey, wished: 1 + i, neutral: 0, position: 0.65, spread: 0.1, disagreement: 0.05, confidence: i === 7 ? 0.05 : 0.6,
  });
  return { settings: settings.map(setting), models: shares, excerpts: EXCERPTS };
}
