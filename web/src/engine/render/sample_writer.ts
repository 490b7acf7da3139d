/** Rendered floats to the bytes of a WAV file, block by block, and back to what a reader of those bytes will hear. */
import type { ExportFormat } from "../../protocol/types";
import { WORK_BLOCK_FRAMES, type Core } from "../wasm/core";
import { CoreQuantiser } from "../wasm/quantiser";
import { decodeInterleaved } from "../wav/pcm";
import { BYTES_PER_SAMPLE } from "../wav/wav_header";

/** "AG06": the same song gives the same file in the page and from the command line (tools/ag06/audio_writer.h). */
export const DITHER_SEED = 0x41473036;

export interface EncodedBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Decoded from the bytes. */
  readonly heard: readonly Float32Array[];
}

/** Turns blocks of at most WORK_BLOCK_FRAMES into bytes; what it returns is overwritten by the next call. */
export class SampleWriter {
  private readonly quantiser: CoreQuantiser | null;
  private readonly bytes: ArrayBuffer;
  private readonly heard: readonly Float32Array[];

  constructor(
    core: Core,
    private readonly format: ExportFormat,
    private readonly channels: number,
    sampleRateHz: number,
  ) {
    const bits = BYTES_PER_SAMPLE[format] === 2 ? 16 : 24;
    this.quantiser = format === "wav32f" ? null : new CoreQuantiser(core, bits, channels, DITHER_SEED, format === "wav16-shaped", sampleRateHz);
    this.bytes = new ArrayBuffer(WORK_BLOCK_FRAMES * channels * BYTES_PER_SAMPLE[format]);
    this.heard = Array.from({ length: channels }, () => new Float32Array(WORK_BLOCK_FRAMES));
  }

  encode(planes: readonly Float32Array[], frames: number): EncodedBlock {
    if (this.quantiser) this.pack(this.quantiser.process(planes, frames));
    else this.interleave(planes, frames);
    decodeInterleaved(this.format === "wav32f" ? "f32" : this.format === "wav24" ? "s24" : "s16", this.bytes, this.heard, frames);
    return { bytes: new Uint8Array(this.bytes, 0, frames * this.channels * BYTES_PER_SAMPLE[this.format]), heard: this.heard };
  }

  clippedSamples(): number {
    return this.quantiser?.clippedSamples() ?? 0;
  }

  private pack(values: Int32Array): void {
    if (BYTES_PER_SAMPLE[this.format] === 2) {
      new Int16Array(this.bytes, 0, values.length).set(values);
      return;
    }
    const out = new Uint8Array(this.bytes);
    for (let i = 0, at = 0; i < values.length; ++i, at += 3) {
      const value = values[i] as number;
      out[at] = value;
      out[at + 1] = value >> 8;
      out[at + 2] = value >> 16;
    }
  }

  private interleave(planes: readonly Float32Array[], frames: number): void {
    const out = new Float32Array(this.bytes);
    planes.forEach((plane, c) => {
      for (let i = 0; i < frames; ++i) out[i * this.channels + c] = plane[i] as number;
    });
  }
}
