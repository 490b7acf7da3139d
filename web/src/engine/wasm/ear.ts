/** Binding of the ear in ag06_analysis.wasm: what a trained model is given of an excerpt. A module instance of its own, used only in workers. */
import type { ModelRegistry } from "../../protocol/models";
import { CoreError, STATUS_TEXTS, WORK_BLOCK_FRAMES } from "./core";

type Num = (...args: number[]) => number;

interface EarExports {
  readonly memory: WebAssembly.Memory;
  readonly _initialize?: () => void;
  readonly ag06_last_status: Num;
  readonly ag06_excerpt_count: Num;
  readonly ag06_excerpt_start: Num;
  readonly ag06_excerpt_frames: Num;
  readonly ag06_ear_create: Num;
  readonly ag06_ear_destroy: Num;
  readonly ag06_ear_reset: Num;
  readonly ag06_ear_buffer: Num;
  readonly ag06_ear_process: Num;
  readonly ag06_ear_finish: Num;
  readonly ag06_ear_mel: Num;
  readonly ag06_ear_heard: Num;
  readonly ag06_ear_mel_numbers: Num;
  readonly ag06_ear_heard_numbers: Num;
}

/** The features of core/assist/ear.h. */
export const FEATURES_ID = "ear-1";

/** What a model is given of one excerpt. */
export interface ExcerptFeatures {
  readonly mel: Float32Array;
  readonly heard: Float32Array;
}

/** What is known of a song before it is heard. */
interface StreamShape {
  readonly sampleRateHz: number;
  readonly channels: number;
}
interface SongShape extends StreamShape {
  readonly frames: number;
}

export class CoreEar {
  readonly melNumbers: number;
  readonly heardNumbers: number;
  private readonly exports: EarExports;
  private handle = 0;
  private spec = "";

  constructor(module: WebAssembly.Module) {
    const e = (this.exports = new WebAssembly.Instance(module, {}).exports as unknown as EarExports);
    e._initialize?.();
    this.melNumbers = e.ag06_ear_mel_numbers();
    this.heardNumbers = e.ag06_ear_heard_numbers();
  }

  /** Throws when the registry's models were made for other features than these. */
  check({ id, mel, heard }: ModelRegistry["features"]): void {
    if (id !== FEATURES_ID) throw new CoreError(`models/registry.json: its models hear features ${id}, this studio makes ${FEATURES_ID}`);
    const numbers = mel.reduce((product, size) => product * size, 1);
    if (numbers !== this.melNumbers) throw new CoreError(`models/registry.json: its models hear ${mel.join(" x ")} mel numbers, this studio makes ${this.melNumbers}`);
    if (heard !== this.heardNumbers) throw new CoreError(`models/registry.json: its models hear ${heard} figures, this studio makes ${this.heardNumbers}`);
  }

  /** Where each excerpt of a song begins, and how long it is; none when the song is too short. */
  excerpts({ frames, sampleRateHz }: SongShape): { readonly starts: readonly number[]; readonly frames: number } {
    const e = this.exports;
    const count = e.ag06_excerpt_count(frames, sampleRateHz);
    return { starts: Array.from({ length: count }, (_, i) => e.ag06_excerpt_start(frames, sampleRateHz, i)), frames: e.ag06_excerpt_frames(sampleRateHz) };
  }

  /** read() fills the planes with the excerpt's frames from `at` on. */
  async hear(stream: StreamShape, excerptFrames: number, read: (at: number, planes: readonly Float32Array[], frames: number) => Promise<void>): Promise<ExcerptFeatures> {
    const e = this.exports;
    const planes = this.prepare(stream);
    for (let at = 0; at < excerptFrames; at += WORK_BLOCK_FRAMES) {
      const frames = Math.min(WORK_BLOCK_FRAMES, excerptFrames - at);
      await read(at, planes, frames);
      e.ag06_ear_process(this.handle, frames);
    }
    e.ag06_ear_finish(this.handle);
    const floats = (address: number, count: number): Float32Array => new Float32Array(e.memory.buffer, address, count).slice();
    return { mel: floats(e.ag06_ear_mel(this.handle), this.melNumbers), heard: floats(e.ag06_ear_heard(this.handle), this.heardNumbers) };
  }

  /** Half a second for the first song of a sample rate; gives the buffers of an ear that has heard nothing yet. */
  prepare({ sampleRateHz, channels }: StreamShape): readonly Float32Array[] {
    const e = this.exports;
    const spec = `${sampleRateHz} ${channels}`;
    if (this.spec !== spec) {
      if (this.handle !== 0) e.ag06_ear_destroy(this.handle);
      this.spec = "";
      this.handle = e.ag06_ear_create(sampleRateHz, channels, WORK_BLOCK_FRAMES);
      if (this.handle === 0) throw new CoreError(`the song cannot be heard: ${STATUS_TEXTS[e.ag06_last_status()] ?? "unknown status"}`);
      this.spec = spec;
    }
    e.ag06_ear_reset(this.handle);
    return Array.from({ length: channels }, (_, c) => new Float32Array(e.memory.buffer as ArrayBuffer, e.ag06_ear_buffer(this.handle, c), WORK_BLOCK_FRAMES));
  }
}
