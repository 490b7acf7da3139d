/** An engine for tests of state: answers at once or when told, and remembers what it was asked. Plays no audio. */
import { StudioError, type Engine, type ExportedFile, type JobOptions } from "../../engine/engine";
import type { ParamKey } from "../../protocol/params.gen";
import type { ExportFormat, ParamValues, Plan, RenderFacts, Song, StreamReport, Telemetry, VersionId } from "../../protocol/types";

export function report(integratedLufs: number | null): StreamReport {
  return { integratedLufs, momentaryMaxLufs: null, shortTermMaxLufs: null, rangeLu: null, truePeakDbtp: -1, samplePeakDbfs: -1.2, rmsDbfs: null, crestFactorDb: null,
    dynamicRangeDb: null, plrDb: null, noiseFloorLufs: null, dcOffsetRatio: 0, frames: 48000 };
}

export function song(name: string, integratedLufs: number | null = -20): Song {
  return { id: `id-${name}`, name, sampleRateHz: 48000, channels: 2, frames: 480000, codec: "wav", bitDepth: 24, report: report(integratedLufs), waveform: { channels: 2, frames: 480000, levels: [] }, warnings: [] };
}

export class ScriptedEngine implements Engine {
  readonly kind = "fake";
  readonly log: string[] = [];
  readonly params: Partial<Record<ParamKey, number>> = {};
  monitor: { version: VersionId; originalGainDb: number; processedGainDb: number } = { version: "original", originalGainDb: 0, processedGainDb: 0 };
  exportedValues: ParamValues | null = null;
  plans = 0;
  fits = 0;
  /** While set, plan() waits for it. */
  gate: Promise<void> = Promise.resolve();
  playing = false;

  async importFile(file: File, options: JobOptions): Promise<Song> {
    await Promise.resolve();
    options.signal.throwIfAborted();
    options.onProgress(0.5, "Decoding");
    if (file.size === 0) throw new StudioError(`${file.name}: the file is empty`);
    return song(file.name);
  }
  async removeSong(songId: string): Promise<void> {
    this.log.push(`remove ${songId}`);
  }
  async load(loaded: Song): Promise<void> {
    this.log.push(`load ${loaded.name}`);
    this.playing = false;
  }
  async play(): Promise<void> {
    this.playing = true;
  }
  async pause(): Promise<void> {
    this.playing = false;
  }
  async stop(): Promise<void> {
    this.playing = false;
  }
  async seek(frame: number): Promise<void> {
    this.log.push(`seek ${frame}`);
  }
  setLoop(range: { readonly startFrame: number; readonly endFrame: number } | null): void {
    this.log.push(range === null ? "loop off" : `loop ${range.startFrame}-${range.endFrame}`);
  }
  setParams(values: Partial<Record<ParamKey, number>>): void {
    Object.assign(this.params, values);
  }
  setMonitor(version: VersionId, originalGainDb: number, processedGainDb: number): void {
    this.monitor = { version, originalGainDb, processedGainDb };
  }
  resetMeters(): void {
    this.log.push("reset meters");
  }
  telemetry(): Telemetry {
    return { playing: this.playing, positionFrames: 0, momentaryLufs: null, shortTermLufs: null, integratedLufs: null, loudnessRangeLu: null, momentaryMaxLufs: null, shortTermMaxLufs: null,
      truePeakDbtp: null, truePeakMaxDbtp: null, peakDbfs: [null, null], gateReductionDb: 0, compressorReductionDb: 0, limiterReductionDb: 0, processedMixRatio: 1, nonFiniteCount: 0, underruns: 0 };
  }
  async plan(planned: Song, from: ParamValues, target: { readonly lufs: number | null }, options: JobOptions): Promise<Plan> {
    this.plans++;
    await this.gate;
    options.signal.throwIfAborted();
    const to = (target.lufs ?? -18) + 20;
    const params = { ...from, "output.gain_db": to, "limiter.enabled": 1 };
    const move = { reason: "Meets the target.", evidence: "-20.0 LUFS", confidence: 0.99 };
    const moves = [{ param: "output.gain_db" as const, from: 0, to, ...move }, { param: "limiter.enabled" as const, from: 0, to: 1, ...move }];
    return { params, moves, notes: ["Nothing else was needed."], input: planned.report, output: report(target.lufs ?? -18) };
  }
  async fit(fitted: Song, values: ParamValues, target: { readonly lufs: number }): Promise<Plan> {
    this.fits++;
    const params = { ...values, "output.gain_db": 3.5 };
    return { params, moves: [{ param: "output.gain_db", from: values["output.gain_db"], to: 3.5, reason: "Fits.", evidence: "", confidence: 1 }], notes: [], input: fitted.report, output: report(target.lufs) };
  }
  async measure(): Promise<RenderFacts> {
    return { report: report(-15), waveform: { channels: 2, frames: 480000, levels: [] } };
  }
  async exportSong(exported: Song, values: ParamValues, format: ExportFormat): Promise<ExportedFile> {
    this.exportedValues = values;
    return { file: new File(["RIFF"], `${exported.name}.${format}`), report: report(-14), clippedSamples: 0, dispose: async () => void this.log.push("dispose export") };
  }
  async dispose(): Promise<void> {}
}

/** Lets every promise that can settle, settle. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}
