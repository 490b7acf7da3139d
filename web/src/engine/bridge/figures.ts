/** The bridge's meter frames as the page's Telemetry and LiveFigures. Counts and maxima since the last frame are the bridge's own. */
import { METER_NAMES, type MeterName } from "../../protocol/bridge_frames";
import type { LiveFigures } from "../../protocol/rig";
import type { Telemetry } from "../../protocol/types";

const INDEX = new Map<MeterName, number>(METER_NAMES.map((name, i) => [name, i]));

export class BridgeFigures {
  private values: Float32Array | null = null;

  take(values: Float32Array): void {
    this.values = values;
  }

  clear(): void {
    this.values = null;
  }

  /** NaN before the first frame. */
  at(name: MeterName): number {
    return this.values?.[INDEX.get(name) as number] ?? Number.NaN;
  }

  telemetry(playing: boolean, positionFrames: number, chainLatencyFrames: number): Telemetry {
    return {
      playing, positionFrames, chainLatencyFrames,
      momentaryLufs: this.level("momentary_lufs"), shortTermLufs: this.level("short_term_lufs"), integratedLufs: this.level("integrated_lufs"),
      truePeakDbtp: this.level("true_peak_dbtp"), truePeakMaxDbtp: this.level("true_peak_max_dbtp"), peakDbfs: [this.level("peak_left_dbfs"), this.level("peak_right_dbfs")],
      gateReductionDb: this.count("gate_reduction_db"), compressorReductionDb: this.count("compressor_reduction_db"), limiterReductionDb: this.count("limiter_reduction_db"),
      gateInputDbfs: this.level("gate_input_dbfs"), compressorInputDbfs: this.level("compressor_input_dbfs"), processedMixRatio: this.count("processed_mix_ratio"),
      nonFiniteCount: this.count("fault_count"), loudnessRangeLu: this.level("loudness_range_lu"), momentaryMaxLufs: this.level("momentary_max_lufs"),
      shortTermMaxLufs: this.level("short_term_max_lufs"), underruns: this.count("song_underruns"),
    };
  }

  live(): LiveFigures {
    return {
      inputPeakDbfs: [this.level("input_peak_left_dbfs"), this.level("input_peak_right_dbfs")],
      loadRatio: this.level("load_ratio"), loadMaxRatio: this.level("load_max_ratio"), xruns: this.level("xruns"), deadlineMisses: this.level("deadline_misses"),
      inputClips: this.count("input_clips"), songUnderruns: this.count("song_underruns"), recordedS: this.count("recorded_s"), recorderLostFrames: this.count("recorder_lost_frames"), pageLatencyMs: null,
    };
  }

  private level(name: MeterName): number | null {
    const value = this.at(name);
    return Number.isFinite(value) ? value : null;
  }

  private count(name: MeterName): number {
    const value = this.at(name);
    return Number.isFinite(value) ? value : 0;
  }
}
