/** A stream at another sample rate. */
import { WORK_BLOCK_FRAMES, type Core } from "./core";

export class CoreResampler {
  /** Write at most WORK_BLOCK_FRAMES here, then process(). */
  readonly planes: readonly Float32Array<ArrayBuffer>[];
  private readonly handle: number;
  private readonly outputs: readonly Float32Array<ArrayBuffer>[];

  constructor(
    private readonly core: Core,
    inRateHz: number,
    outRateHz: number,
    channels: number,
  ) {
    const e = core.exports;
    this.handle = core.handle(e.ag06_resampler_create(inRateHz, outRateHz, channels, WORK_BLOCK_FRAMES), "the song cannot be brought to that rate");
    this.planes = core.planes((c) => e.ag06_resampler_input(this.handle, c), channels, WORK_BLOCK_FRAMES);
    this.outputs = core.planes((c) => e.ag06_resampler_output(this.handle, c), channels, e.ag06_resampler_output_capacity(this.handle));
  }

  /** take() gets what came out, valid during the call. */
  process(frames: number, take: (planes: readonly Float32Array[], frames: number) => void): void {
    const written = this.core.exports.ag06_resampler_process(this.handle, frames);
    if (written > 0) take(this.outputs, written);
  }

  /** After the last process(). */
  drain(take: (planes: readonly Float32Array[], frames: number) => void): void {
    for (let written = this.core.exports.ag06_resampler_drain(this.handle); written > 0; written = this.core.exports.ag06_resampler_drain(this.handle)) take(this.outputs, written);
  }

  destroy(): void {
    this.core.exports.ag06_resampler_destroy(this.handle);
  }
}
