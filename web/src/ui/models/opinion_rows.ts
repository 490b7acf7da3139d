/** What the panel of a model version says of each setting, as text and shares. */
import { PARAMS, type ParamKey } from "../../protocol/params.gen";
import type { ModelShare, SettingOpinion, SongOpinion } from "../../protocol/models";
import type { ParamValues } from "../../protocol/types";
import { parameter } from "../../state/document";
import { parameterReadout } from "../shell/format";

export interface OpinionRow {
  readonly id: string;
  readonly name: string;
  /** What the models ask for. */
  readonly wish: string;
  readonly confidence: number;
  readonly sure: string;
  readonly agreement: string;
  /** What it is in the chain now. */
  readonly became: string;
  readonly inChain: boolean;
}

/** These two are measured by the planner instead. */
const METERED: ReadonlySet<ParamKey> = new Set<ParamKey>(["input.gain_db", "output.gain_db"]);
/** Of the models' scale from 0 to 1: a wish that differs less from neutral asks for nothing. */
const NOTHING = 0.01;
const KEYS: ReadonlySet<string> = new Set(PARAMS.map((p) => p.key));

export function opinionRows({ settings, excerpts }: SongOpinion, values: ParamValues, amount: number): readonly OpinionRow[] {
  return settings.map((setting) => {
    const p = parameter(setting.param);
    const value = values[setting.param];
    const metered = METERED.has(setting.param);
    const inChain = !metered && isAtWork(setting, values);
    return {
      id: setting.id, name: setting.label, wish: parameterReadout(p, setting.wished), confidence: setting.confidence, sure: sureness(setting.confidence), agreement: agreement(setting.disagreement, excerpts),
      became: metered ? `measured: ${p.label} ${parameterReadout(p, value)}` : inChain ? `${p.label} ${parameterReadout(p, value)}` : idleReason(setting, amount), inChain,
    };
  });
}

export function sureness(confidence: number): string {
  return confidence >= 0.6 ? "sure" : confidence >= 0.4 ? "fairly sure" : confidence >= 0.2 ? "unsure" : "cannot tell";
}

/** deviation: of the models' scale from 0 to 1. */
export function agreement(deviation: number, excerpts: number): string {
  if (excerpts < 2) return "";
  return `${deviation < 0.05 ? "agree" : deviation < 0.12 ? "mostly agree" : "differ"} ±${Math.round(deviation * 100)} %`;
}

/** What the agreements are about. */
export function excerptsNote(excerpts: number): string {
  return excerpts < 2 ? "One excerpt of ten seconds was heard." : `${excerpts} excerpts of ten seconds were heard; ± is how far they differ on a setting's scale.`;
}

export interface ShareRow {
  readonly id: string;
  readonly label: string;
  readonly mean: number;
  readonly text: string;
}

/** How much say each model has: the mean over the settings, and from where to where it goes. */
export function shareRows(models: readonly ModelShare[]): readonly ShareRow[] {
  return models.map(({ id, label, weights }) => {
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
    const percent = (share: number): string => String(Math.round(share * 100));
    const [least, most] = [percent(Math.min(...weights)), percent(Math.max(...weights))];
    return { id, label, mean, text: least === most ? `${most} %` : `${percent(mean)} % (${least} to ${most})` };
  });
}

/** Away from neutral in a unit that is on. */
function isAtWork({ param, neutral }: SettingOpinion, values: ParamValues): boolean {
  const parts = param.split(".");
  for (let n = 1; n < parts.length; ++n) {
    const power = `${parts.slice(0, n).join(".")}.enabled`;
    if (KEYS.has(power) && values[power as ParamKey] < 0.5) return false;
  }
  const { step } = parameter(param);
  return Math.abs(values[param] - neutral) > Math.max(1e-6, step / 2);
}

function idleReason({ wished, neutral, param, confidence }: SettingOpinion, amount: number): string {
  const { min, max } = parameter(param);
  if (amount === 0) return "left at neutral: no amount wanted";
  if (confidence < 0.2) return "left at neutral: cannot be heard";
  return Math.abs(wished - neutral) < NOTHING * (max - min) ? "left at neutral: nothing to correct" : "left at neutral";
}
