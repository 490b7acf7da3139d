/** Measures a whole stream: imports and written exports. */
import type { StreamReport } from "../../protocol/types";
import { WORK_BLOCK_FRAMES, type Core } from "./core";

const RESULTS = 13;

/** The doubles of core/analysis/stream_report.h; NaN becomes null. */
export function readReport(core: Core, address: number): StreamReport {
  const values = core.doubles(address, RESULTS);
  const at = (i: number): number | null => {
    const value = values[i] ?? Number.NaN;
    return Number.isFinite(value) ? value : null;
  };
  return {
    integratedLufs: at(0),
    momentaryMaxLufs: at(1),
    shortTermMaxLufs: at(2),
    rangeLu: at(3),
    truePeakDbtp: at(4),
    samplePeakDbfs: at(5),
    rmsDbfs: at(6),
    crestFactorDb: at(7),
    dynamicRangeDb: at(8),
    plrDb: at(9),
    noiseFloorLufs: at(10),
    dcOffsetRatio: at(11),
    frames: at(12) ?? 0,
  };
}

export class CoreMeter {
  private readonly handle: number;
  private readonly planes: readonly Float32Array<ArrayBuffer>[];

  constructor(
    private readonly core: Core,
    sampleRateHz: number,
    channels: number,
  ) {
    const e = core.exports;
    this.handle = core.handle(e.ag06_meter_create(sampleRateHz, channels, WORK_BLOCK_FRAMES), "the meter cannot run");
    this.planes = core.planes((c) => e.ag06_meter_buffer(this.handle, c), channels, WORK_BLOCK_FRAMES);
  }

  feed(planes: readonly Float32Array[], frames: number): void {
    for (let at = 0; at < frames; at += WORK_BLOCK_FRAMES) {
      const count = Math.min(WORK_BLOCK_FRAMES, frames - at);
      this.planes.forEach((plane, c) => plane.set((planes[c] as Float32Array).subarray(at, at + count)));
      this.core.exports.ag06_meter_process(this.handle, count);
    }
  }

  /** Ends the stream and frees the meter. */
  finish(): StreamReport {
    const report = readReport(this.core, this.core.exports.ag06_meter_finish(this.handle));
    this.core.exports.ag06_meter_destroy(this.handle);
    return report;
  }
}
