/** Typed binding of ag06.wasm (wasm/abi.h): instantiation, identity check, status texts, heap views. The objects of the ABI stand beside it. */
import { PARAMS_HASH } from "../../protocol/params.gen";

export const ABI_VERSION = 3;
/** Longest block of offline work. */
export const WORK_BLOCK_FRAMES = 4096;

type Num = (...args: number[]) => number;
type Void = (...args: number[]) => void;

export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  readonly _initialize?: () => void;
  readonly ag06_abi_version: Num;
  readonly ag06_params_hash_high: Num;
  readonly ag06_params_hash_low: Num;
  readonly ag06_last_status: Num;
  readonly ag06_session_create: Num;
  readonly ag06_session_destroy: Void;
  readonly ag06_session_reset: Void;
  readonly ag06_session_set_param: Num;
  readonly ag06_session_get_param: Num;
  readonly ag06_session_buffer: Num;
  readonly ag06_session_set_monitor: Void;
  readonly ag06_session_process: Void;
  readonly ag06_session_latency_frames: Num;
  readonly ag06_session_reset_meters: Void;
  readonly ag06_session_telemetry: Num;
  readonly ag06_meter_create: Num;
  readonly ag06_meter_destroy: Void;
  readonly ag06_meter_buffer: Num;
  readonly ag06_meter_process: Void;
  readonly ag06_meter_finish: Num;
  readonly ag06_profile_values: Num;
  readonly ag06_profile_numbers: Num;
  readonly ag06_profile_label: Num;
  readonly ag06_profile_label_bytes: Num;
  readonly ag06_setting_count: Num;
  readonly ag06_setting_id: Num;
  readonly ag06_setting_label: Num;
  readonly ag06_setting_param: Num;
  readonly ag06_setting_neutral: Num;
  readonly ag06_setting_value: Num;
  readonly ag06_opinion_create: Num;
  readonly ag06_opinion_destroy: Void;
  readonly ag06_opinion_settings: Num;
  readonly ag06_opinion_spreads: Num;
  readonly ag06_opinion_weights: Num;
  readonly ag06_opinion_calibration: Num;
  readonly ag06_opinion_fallback: Num;
  readonly ag06_opinion_prior_spread: Num;
  readonly ag06_opinion_form: Void;
  readonly ag06_opinion_result: Num;
  readonly ag06_planner_create_amount: Num;
  readonly ag06_planner_create_fit: Num;
  readonly ag06_context_genre: Num;
  readonly ag06_context_genre_bytes: Num;
  readonly ag06_planner_destroy: Void;
  readonly ag06_planner_set_param: Num;
  readonly ag06_planner_buffer: Num;
  readonly ag06_planner_wants_pass: Num;
  readonly ag06_planner_max_passes: Num;
  readonly ag06_planner_feed: Void;
  readonly ag06_planner_set_models: Num;
  readonly ag06_planner_end_pass: Void;
  readonly ag06_planner_heard_numbers: Num;
  readonly ag06_planner_heard: Num;
  readonly ag06_planner_know: Void;
  readonly ag06_planner_rendered_frames: Num;
  readonly ag06_planner_rendered: Num;
  readonly ag06_planner_mix_frames: Num;
  readonly ag06_planner_mix: Num;
  readonly ag06_planner_takes_mix: Num;
  readonly ag06_planner_feed_mix: Void;
  readonly ag06_planner_get_param: Num;
  readonly ag06_planner_move_count: Num;
  readonly ag06_planner_move_param: Num;
  readonly ag06_planner_move_from: Num;
  readonly ag06_planner_move_to: Num;
  readonly ag06_planner_move_confidence: Num;
  readonly ag06_planner_move_reason: Num;
  readonly ag06_planner_move_evidence: Num;
  readonly ag06_planner_note_count: Num;
  readonly ag06_planner_note: Num;
  readonly ag06_planner_input_report: Num;
  readonly ag06_planner_output_report: Num;
  readonly ag06_resampler_create: Num;
  readonly ag06_resampler_destroy: Void;
  readonly ag06_resampler_input: Num;
  readonly ag06_resampler_output: Num;
  readonly ag06_resampler_output_capacity: Num;
  readonly ag06_resampler_process: Num;
  readonly ag06_resampler_drain: Num;
  readonly ag06_quantiser_create: Num;
  readonly ag06_quantiser_destroy: Void;
  readonly ag06_quantiser_input: Num;
  readonly ag06_quantiser_process: Void;
  readonly ag06_quantiser_output: Num;
  readonly ag06_quantiser_clipped: Num;
}

/** The clauses of core/base/status.h, by number. */
export const STATUS_TEXTS = [
  "ok",
  "sample rate is outside 8000 to 192000 Hz",
  "channel count is not supported",
  "block size is outside 1 to 65536 frames",
  "no parameter has this id",
  "value is outside the parameter's range",
  "value is not a finite number",
  "prepare() has not succeeded yet",
  "out of memory",
] as const;

export class CoreError extends Error {
  override readonly name = "CoreError";
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");

/** One instance of the engine. Memory is fixed, so views made once stay valid. */
export class Core {
  readonly exports: CoreExports;

  /** Synchronous, because a worklet can instantiate no other way. Throws CoreError when module and page do not belong together. */
  constructor(module: WebAssembly.Module) {
    const instance = new WebAssembly.Instance(module, {});
    this.exports = instance.exports as unknown as CoreExports;
    this.exports._initialize?.();
    const version = this.exports.ag06_abi_version();
    if (version !== ABI_VERSION) throw new CoreError(`ag06.wasm speaks ABI ${version}, this page ${ABI_VERSION}: rebuild both`);
    const hash = hex(this.exports.ag06_params_hash_high()) + hex(this.exports.ag06_params_hash_low());
    if (hash !== PARAMS_HASH) throw new CoreError(`ag06.wasm has parameter table ${hash}, this page ${PARAMS_HASH}: rebuild both`);
  }

  handle(made: number, what: string): number {
    if (made === 0) throw new CoreError(`${what}: ${STATUS_TEXTS[this.exports.ag06_last_status()] ?? "unknown status"}`);
    return made;
  }

  check(status: number, what: string): void {
    if (status !== 0) throw new CoreError(`${what}: ${STATUS_TEXTS[status] ?? "unknown status"}`);
  }

  floats(address: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.exports.memory.buffer as ArrayBuffer, address, count);
  }

  doubles(address: number, count: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.exports.memory.buffer as ArrayBuffer, address, count);
  }

  ints(address: number, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.exports.memory.buffer as ArrayBuffer, address, count);
  }

  /** Null-terminated ASCII; by hand because worklets have no TextDecoder. */
  text(address: number): string {
    const bytes = new Uint8Array(this.exports.memory.buffer, address);
    let out = "";
    for (let i = 0; bytes[i] !== 0 && i < bytes.length; ++i) out += String.fromCharCode(bytes[i] ?? 0);
    return out;
  }

  /** Writes ASCII, cut to the room there is and null-terminated; other letters become question marks. */
  writeText(address: number, capacity: number, text: string): void {
    const bytes = new Uint8Array(this.exports.memory.buffer, address, capacity);
    bytes.fill(0);
    for (let i = 0; i < Math.min(text.length, capacity - 1); ++i) bytes[i] = text.charCodeAt(i) < 127 ? text.charCodeAt(i) : 63;
  }

  planes(addressOf: (channel: number) => number, channels: number, frames: number): Float32Array<ArrayBuffer>[] {
    return Array.from({ length: channels }, (_, c) => this.floats(addressOf(c), frames));
  }
}
