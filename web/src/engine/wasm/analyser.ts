/** Binding of ag06_analysis.wasm: hears a whole song, block by block, and tells what it heard. A module of its own, with its own memory, used only in workers. */
import { ANALYSIS_VERSION, readAnalysisJson, type Heard } from "../../protocol/analysis";
import { CoreError, STATUS_TEXTS, WORK_BLOCK_FRAMES } from "./core";

type Num = (...args: number[]) => number;

interface AnalyserExports {
  readonly memory: WebAssembly.Memory;
  readonly _initialize?: () => void;
  readonly ag06_last_status: Num;
  readonly ag06_analysis_version: Num;
  readonly ag06_analyser_create: Num;
  readonly ag06_analyser_destroy: Num;
  readonly ag06_analyser_buffer: Num;
  readonly ag06_analyser_process: Num;
  readonly ag06_analyser_finish: Num;
  readonly ag06_analyser_json_bytes: Num;
  readonly ag06_analyser_spectrogram: Num;
  readonly ag06_analyser_spectrogram_columns: Num;
  readonly ag06_analyser_spectrogram_bands: Num;
  readonly ag06_analyser_spectrogram_step_s: Num;
}

export class CoreAnalyser {
  /** Write at most WORK_BLOCK_FRAMES here, then feed(). */
  readonly planes: readonly Float32Array<ArrayBuffer>[];
  private readonly exports: AnalyserExports;
  private readonly handle: number;

  constructor(module: WebAssembly.Module, sampleRateHz: number, channels: number, durationS: number) {
    const e = (this.exports = new WebAssembly.Instance(module, {}).exports as unknown as AnalyserExports);
    e._initialize?.();
    const version = e.ag06_analysis_version();
    if (version !== ANALYSIS_VERSION) throw new CoreError(`ag06_analysis.wasm is analysis ${version}, this page expects ${ANALYSIS_VERSION}: rebuild both`);
    this.handle = e.ag06_analyser_create(sampleRateHz, channels, WORK_BLOCK_FRAMES, durationS);
    if (this.handle === 0) throw new CoreError(`the analysis cannot run: ${STATUS_TEXTS[e.ag06_last_status()] ?? "unknown status"}`);
    this.planes = Array.from({ length: channels }, (_, c) => new Float32Array(e.memory.buffer as ArrayBuffer, e.ag06_analyser_buffer(this.handle, c), WORK_BLOCK_FRAMES));
  }

  feed(frames: number): void {
    this.exports.ag06_analyser_process(this.handle, frames);
  }

  /** Ends the song and frees the analyser. Takes seconds for an hour of audio. */
  finish(): Heard {
    const e = this.exports;
    const at = e.ag06_analyser_finish(this.handle);
    const json = new TextDecoder().decode(new Uint8Array(e.memory.buffer, at, e.ag06_analyser_json_bytes(this.handle)));
    const columns = e.ag06_analyser_spectrogram_columns(this.handle);
    const bands = e.ag06_analyser_spectrogram_bands(this.handle);
    const levels = new Uint8Array(e.memory.buffer, e.ag06_analyser_spectrogram(this.handle), columns * bands).slice();
    const heard = { analysis: readAnalysisJson(json), spectrogram: { columns, bands, stepS: e.ag06_analyser_spectrogram_step_s(this.handle), levels } };
    e.ag06_analyser_destroy(this.handle);
    return heard;
  }
}
