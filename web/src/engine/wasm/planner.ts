/** Decides a version, by the Musical rule or by what trained models said, or fits given settings to a target; pass by pass over the whole song. */
import type { ModelAdvice } from "../../protocol/models";
import { PARAMS, type ParamKey } from "../../protocol/params.gen";
import type { MixProfile } from "../../protocol/profile";
import type { Move, ParamValues, Plan } from "../../protocol/types";
import { WaveformBuilder } from "../peaks/waveform_builder";
import type { SongAudio } from "../store/pages";
import { WORK_BLOCK_FRAMES, type Core } from "./core";
import { KeptMix } from "./kept_mix";
import { readReport } from "./meter";
import { CoreOpinion } from "./opinion";
import { paramId } from "./session";

export interface PlanTarget {
  readonly lufs: number | null;
  readonly ceilingDbtp: number;
}

/** How a version is decided, by the Musical rule unless follow() is called; null in CorePlanner: given settings are only fitted. */
export interface Decide {
  readonly profile: MixProfile;
  /** From 0 to 1: how much of the decision is wanted. */
  readonly amount: number;
}

export class CorePlanner {
  /** Write at most WORK_BLOCK_FRAMES here, then feed(). */
  readonly planes: readonly Float32Array<ArrayBuffer>[];
  private readonly handle: number;
  private readonly channels: number;
  private opinion: CoreOpinion | null = null;
  /** Of the latest pass, as far as it renders. */
  private waveform: WaveformBuilder | null = null;
  private isPassEnded = true;
  private readonly mix: KeptMix;

  constructor(private readonly core: Core, decide: Decide | null, { sampleRateHz, channels, frames }: SongAudio, target: PlanTarget, from: ParamValues) {
    const e = core.exports;
    this.channels = channels;
    this.mix = new KeptMix(channels, frames);
    if (decide !== null) useProfile(core, decide.profile);
    const common = [sampleRateHz, channels, WORK_BLOCK_FRAMES, target.lufs ?? Number.NaN, target.ceilingDbtp] as const;
    this.handle = core.handle(decide === null ? e.ag06_planner_create_fit(...common) : e.ag06_planner_create_amount(...common, decide.amount), "the planner cannot run");
    this.planes = core.planes((c) => e.ag06_planner_buffer(this.handle, c), channels, WORK_BLOCK_FRAMES);
    for (const [key, value] of Object.entries(from)) core.check(e.ag06_planner_set_param(this.handle, paramId(key as ParamKey), value), key);
  }

  /** The models decide. Before the end of the first pass. */
  follow(advice: ModelAdvice): void {
    const e = this.core.exports;
    const { tempoBpm, tempoConfidence, energy, genre } = advice.context;
    this.opinion = new CoreOpinion(this.core, advice);
    this.core.writeText(e.ag06_context_genre(), e.ag06_context_genre_bytes(), genre ?? "");
    this.core.check(e.ag06_planner_set_models(this.handle, this.opinion.handle, tempoBpm ?? Number.NaN, tempoConfidence, energy ?? Number.NaN), "what the models say");
  }

  wantsPass(): boolean {
    return this.core.exports.ag06_planner_wants_pass(this.handle) !== 0;
  }

  feed(frames: number): void {
    if (this.isPassEnded) {
      this.waveform = null;
      this.mix.begin();
    }
    this.isPassEnded = false;
    this.core.exports.ag06_planner_feed(this.handle, frames);
    this.keep();
  }

  /** Whether the next pass differs from the last in output level and limiter only, so that feedMix() does instead of the song. */
  takesMix(): boolean {
    return this.core.exports.ag06_planner_takes_mix(this.handle) !== 0 && this.mix.isKept;
  }

  /** The whole of a pass but its end. */
  feedMix(progress: (ratio: number) => void): void {
    const e = this.core.exports;
    this.waveform = null;
    this.isPassEnded = false;
    const feed = (frames: number): void => {
      e.ag06_planner_feed_mix(this.handle, frames);
      this.keep();
    };
    this.mix.stream(this.planes, feed, progress);
  }

  endPass(): void {
    this.core.exports.ag06_planner_end_pass(this.handle);
    this.keep();
    this.isPassEnded = true;
  }

  /** What the first pass heard of the song, for know() of another planner. */
  heard(): Float64Array<ArrayBuffer> {
    return this.heardNumbers().slice();
  }

  /** Instead of the first pass. */
  know(heard: Float64Array): void {
    this.heardNumbers().set(heard);
    this.core.exports.ag06_planner_know(this.handle);
  }

  private heardNumbers(): Float64Array<ArrayBuffer> {
    const e = this.core.exports;
    return this.core.doubles(e.ag06_planner_heard(this.handle), e.ag06_planner_heard_numbers());
  }

  /** What the latest call made. */
  private keep(): void {
    const e = this.core.exports;
    const mixed = e.ag06_planner_mix_frames(this.handle);
    if (mixed > 0) this.mix.take(this.core.planes((c) => e.ag06_planner_mix(this.handle, c), this.channels, mixed));
    const frames = e.ag06_planner_rendered_frames(this.handle);
    if (frames === 0) return;
    this.waveform ??= new WaveformBuilder(this.channels);
    this.waveform.feed(this.core.planes((c) => e.ag06_planner_rendered(this.handle, c), this.channels, frames), frames);
  }

  result(): Plan {
    const e = this.core.exports;
    const params = Object.fromEntries(PARAMS.map((p) => [p.key, e.ag06_planner_get_param(this.handle, p.id)])) as Record<ParamKey, number>;
    const moves = Array.from({ length: e.ag06_planner_move_count(this.handle) }, (_, i) => this.move(i));
    const notes = Array.from({ length: e.ag06_planner_note_count(this.handle) }, (_, i) => this.core.text(e.ag06_planner_note(this.handle, i)));
    return {
      params,
      moves,
      notes,
      opinion: this.opinion?.result() ?? null,
      waveform: this.waveform?.finish() ?? null,
      input: readReport(this.core, e.ag06_planner_input_report(this.handle)),
      output: readReport(this.core, e.ag06_planner_output_report(this.handle)),
    };
  }

  destroy(): void {
    this.core.exports.ag06_planner_destroy(this.handle);
    this.opinion?.destroy();
  }

  private move(index: number): Move {
    const e = this.core.exports;
    const id = e.ag06_planner_move_param(this.handle, index);
    const row = PARAMS.find((p) => p.id === id);
    if (!row) throw new RangeError(`move ${index} names parameter ${id}, which the table does not have`);
    return {
      param: row.key as ParamKey,
      from: e.ag06_planner_move_from(this.handle, index),
      to: e.ag06_planner_move_to(this.handle, index),
      reason: this.core.text(e.ag06_planner_move_reason(this.handle, index)),
      evidence: this.core.text(e.ag06_planner_move_evidence(this.handle, index)),
      confidence: e.ag06_planner_move_confidence(this.handle, index),
    };
  }
}

/** What the next planner takes. */
function useProfile(core: Core, profile: MixProfile): void {
  const e = core.exports;
  const numbers = e.ag06_profile_numbers();
  if (profile.values.length !== numbers) throw new RangeError(`a profile has ${numbers} numbers, ${profile.label} ${profile.values.length}`);
  core.doubles(e.ag06_profile_values(), numbers).set(profile.values);
  core.writeText(e.ag06_profile_label(), e.ag06_profile_label_bytes(), profile.label);
}
