/** Float to 16-bit (seeded TPDF dither, its noise shaped on request) or 24-bit integers. */
import { WORK_BLOCK_FRAMES, type Core } from "./core";

export class CoreQuantiser {
  private readonly handle: number;
  private readonly inputs: readonly Float32Array<ArrayBuffer>[];
  private readonly output: Int32Array<ArrayBuffer>;

  constructor(
    private readonly core: Core,
    bits: 16 | 24,
    private readonly channels: number,
    seed: number,
    shaped: boolean,
    sampleRateHz: number,
  ) {
    const e = core.exports;
    this.handle = core.handle(e.ag06_quantiser_create(bits, channels, WORK_BLOCK_FRAMES, seed, shaped ? 1 : 0, sampleRateHz), "the quantiser cannot run");
    this.inputs = core.planes((c) => e.ag06_quantiser_input(this.handle, c), channels, WORK_BLOCK_FRAMES);
    this.output = core.ints(e.ag06_quantiser_output(this.handle), WORK_BLOCK_FRAMES * channels);
  }

  /** At most WORK_BLOCK_FRAMES. The interleaved result is overwritten by the next call. */
  process(planes: readonly Float32Array[], frames: number): Int32Array<ArrayBuffer> {
    this.inputs.forEach((plane, c) => plane.set((planes[c] as Float32Array).subarray(0, frames)));
    this.core.exports.ag06_quantiser_process(this.handle, frames);
    return this.output.subarray(0, frames * this.channels);
  }

  clippedSamples(): number {
    return this.core.exports.ag06_quantiser_clipped(this.handle);
  }

  destroy(): void {
    this.core.exports.ag06_quantiser_destroy(this.handle);
  }
}
