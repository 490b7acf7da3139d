/** Forms the opinion on a song out of what its models answered. It is a planner's input. */
import type { ModelAdvice, SettingOpinion, SongOpinion } from "../../protocol/models";
import { PARAMS, type ParamKey } from "../../protocol/params.gen";
import { CoreError, type Core } from "./core";

const RESULT_ROWS = 4; // position, spread, disagreement, confidence

export class CoreOpinion {
  readonly handle: number;
  private readonly settings: number;

  constructor(private readonly core: Core, private readonly advice: ModelAdvice) {
    const e = core.exports;
    const settings = (this.settings = e.ag06_setting_count());
    const known = Array.from({ length: settings }, (_, i) => core.text(e.ag06_setting_id(i)));
    if (known.join() !== advice.settings.join()) throw new CoreError(`the models set ${advice.settings.join(", ")}; this studio's settings are ${known.join(", ")}`);
    const { outputs, shares, calibrations } = advice;
    const excerpts = outputs[0]?.excerpts ?? 0;
    for (const { model, excerpts: own, settings: means, spreads } of outputs)
      if (own !== excerpts || means.length !== own * settings || spreads.length !== own * settings) throw new CoreError(`${model} answered in another shape than it was asked in`);
    this.handle = core.handle(e.ag06_opinion_create(outputs.length, excerpts), "no opinion can be formed");
    const each = excerpts * settings;
    const means = core.floats(e.ag06_opinion_settings(this.handle), outputs.length * each);
    const spreads = core.floats(e.ag06_opinion_spreads(this.handle), outputs.length * each);
    const weights = core.doubles(e.ag06_opinion_weights(this.handle), outputs.length * settings);
    const calibration = core.doubles(e.ag06_opinion_calibration(this.handle), outputs.length * settings);
    outputs.forEach((output, m) => {
      means.set(output.settings, m * each);
      spreads.set(output.spreads, m * each);
      weights.set(shares[m]?.weights ?? [], m * settings);
      calibration.set(calibrations[m] ?? [], m * settings);
    });
    core.doubles(e.ag06_opinion_fallback(this.handle), settings).set(advice.fallback);
    core.doubles(e.ag06_opinion_prior_spread(this.handle), settings).set(advice.priorSpread);
    e.ag06_opinion_form(this.handle);
  }

  result(): SongOpinion {
    const e = this.core.exports;
    const rows = this.core.doubles(e.ag06_opinion_result(this.handle), RESULT_ROWS * this.settings);
    const at = (row: number, setting: number): number => rows[row * this.settings + setting] as number;
    const settings = Array.from({ length: this.settings }, (_, i): SettingOpinion => {
      const id = e.ag06_setting_param(i);
      const param = PARAMS.find((p) => p.id === id)?.key;
      if (param === undefined) throw new CoreError(`setting ${i} sets parameter ${id}, which the table does not have`);
      return {
        id: this.core.text(e.ag06_setting_id(i)), label: this.core.text(e.ag06_setting_label(i)), param: param as ParamKey,
        wished: e.ag06_setting_value(i, at(0, i)), neutral: e.ag06_setting_value(i, e.ag06_setting_neutral(i)),
        position: at(0, i), spread: at(1, i), disagreement: at(2, i), confidence: at(3, i),
      };
    });
    return { settings, models: this.advice.shares, excerpts: this.advice.outputs[0]?.excerpts ?? 0 };
  }

  destroy(): void {
    this.core.exports.ag06_opinion_destroy(this.handle);
  }
}
