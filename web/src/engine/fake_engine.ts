/** A deterministic engine for tests of state and ui: the real parameter table, made-up audio facts, a clock that is moved by hand. Never part of the page. */
import { NO_SCOPE } from "./player/scope";
import { isInRange } from "../protocol/curves";
import type { Heard } from "../protocol/analysis";
import type { ModelId } from "../protocol/models";
import { PARAMS, type ParamKey } from "../protocol/params.gen";
import type { ExportSettings, LatencyMode, Move, ParamValues, Plan, RenderFacts, Song, StreamReport, Telemetry, VersionId, Waveform } from "../protocol/types";
import { StudioError, type DocumentStore, type Engine, type ExportedFile, type JobOptions, type PlanWishes, type Restored } from "./engine";
import type { Models } from "./engine_models";
import { exampleHeard } from "./testing/example_analysis";
import { exampleOpinion, exampleOutputs, exampleRegistry } from "./testing/example_models";
import { WaveformBuilder } from "./peaks/waveform_builder";

export const FAKE_SAMPLE_RATE_HZ = 48000;
const FAKE_FRAMES = 4 * FAKE_SAMPLE_RATE_HZ;
const PROGRESS_STEPS = 4;

export function fakeReport(integratedLufs: number | null, truePeakDbtp: number | null = -1): StreamReport {
  return {
    integratedLufs, momentaryMaxLufs: integratedLufs, shortTermMaxLufs: integratedLufs, rangeLu: 5, truePeakDbtp, samplePeakDbfs: truePeakDbtp, rmsDbfs: -18,
    crestFactorDb: 12, dynamicRangeDb: 8, plrDb: integratedLufs === null || truePeakDbtp === null ? null : truePeakDbtp - integratedLufs, noiseFloorLufs: -60,
    dcOffsetRatio: 0, frames: FAKE_FRAMES,
  };
}

/** A 110 Hz sine whose level follows a slow swell. */
export function fakeWaveform(frames = FAKE_FRAMES): Waveform {
  const builder = new WaveformBuilder(2);
  const at = (i: number): number => Math.sin((2 * Math.PI * 110 * i) / FAKE_SAMPLE_RATE_HZ) * (0.3 + 0.3 * Math.sin((2 * Math.PI * i) / frames));
  const plane = Float32Array.from({ length: frames }, (_, i) => at(i));
  builder.feed([plane, plane], frames);
  return builder.finish();
}

/** What outlives a page in tests: hand the same one to the next fake engine. */
export class FakeDisk implements DocumentStore {
  readonly songs = new Map<string, Song>();
  readonly texts = new Map<string, string>();
  readonly heard = new Map<string, Heard | "outdated">();

  async read(name: string): Promise<string | null> {
    return this.texts.get(name) ?? null;
  }
  async write(name: string, text: string): Promise<void> {
    this.writeAtOnce(name, text);
  }
  writeAtOnce(name: string, text: string): void {
    this.texts.set(name, text);
  }
  async remove(name: string): Promise<void> {
    this.texts.delete(name);
  }
}

export class FakeEngine implements Engine {
  readonly kind = "fake";
  /** Every call in order, for tests to look at. */
  readonly calls: string[] = [];
  /** The next job rejects with this and clears it. */
  failNext: Error | null = null;
  /** Rejects what is asked of the models. */
  registryFailure: Error | null = null;
  readonly modelFailures = new Map<ModelId, Error>();
  readonly models: Models = {
    registry: async () => {
      if (this.registryFailure !== null) throw this.registryFailure;
      return exampleRegistry();
    },
    prepare: async (model) => this.throwFor([model]),
    consult: async (song, models, options) => {
      await this.job(`consult ${song.id} ${models.join(" ")}`, "Hearing excerpts", options);
      this.throwFor(models);
      return models.map(exampleOutputs);
    },
  };
  /** Jobs wait for release() when set: for tests of progress and cancel. */
  holdJobs = false;
  onBreakdown: ((message: string) => void) | null = null;
  readonly scope = NO_SCOPE;
  readonly params = new Map<ParamKey, number>(PARAMS.map((p) => [p.key as ParamKey, p.defaultValue]));
  loaded: Song | null = null;
  version: VersionId = "musical";
  monitorGainsDb: readonly [number, number] = [0, 0];
  loop: { readonly startFrame: number; readonly endFrame: number } | null = null;
  private playing = false;
  private positionFrames = 0;
  private nextId = 1;
  private released: (() => void)[] = [];

  /** null: nothing outlives the page. */
  constructor(private readonly disk: FakeDisk | null = null) {}

  async restore(): Promise<Restored> {
    const songs = [...(this.disk?.songs.values() ?? [])];
    this.nextId = songs.length + 1;
    return { songs, notes: [], documents: this.disk };
  }

  /** Lets playing time pass. */
  advance(frames: number): void {
    if (!this.playing || !this.loaded) return;
    this.positionFrames += frames;
    if (this.loop && this.positionFrames >= this.loop.endFrame) this.positionFrames = this.loop.startFrame + (this.positionFrames - this.loop.endFrame);
    if (this.positionFrames < this.loaded.frames) return;
    this.positionFrames = this.loaded.frames;
    this.playing = false;
  }

  release(): void {
    for (const go of this.released.splice(0)) go();
  }

  async importFile(file: File, name: string, options: JobOptions): Promise<Song> {
    await this.job("import", "Decoding", options);
    if (file.size === 0) throw new StudioError(`${file.name}: the file is empty`);
    const song: Song = {
      id: `song-${this.nextId++}`, name, sampleRateHz: FAKE_SAMPLE_RATE_HZ, channels: 2, frames: FAKE_FRAMES, codec: "WAV (PCM)", bitDepth: 24,
      report: fakeReport(-20, -3), waveform: fakeWaveform(), warnings: [],
    };
    this.disk?.songs.set(song.id, song);
    return song;
  }

  async removeSong(songId: string): Promise<void> {
    this.calls.push(`remove ${songId}`);
    this.disk?.songs.delete(songId);
    this.disk?.heard.delete(songId);
    if (this.loaded?.id === songId) this.loaded = null;
  }

  async load(song: Song): Promise<void> {
    this.calls.push(`load ${song.id}`);
    this.loaded = song;
    this.playing = false;
    this.positionFrames = 0;
  }

  async play(): Promise<void> {
    this.calls.push("play");
    if (!this.loaded) throw new StudioError("No song is loaded");
    if (this.positionFrames >= this.loaded.frames) this.positionFrames = 0;
    this.playing = true;
  }

  async pause(): Promise<void> {
    this.calls.push("pause");
    this.playing = false;
  }

  async stop(): Promise<void> {
    this.calls.push("stop");
    this.playing = false;
    this.positionFrames = 0;
  }

  async seek(frame: number): Promise<void> {
    this.calls.push(`seek ${frame}`);
    this.positionFrames = frame;
  }

  async setLatency(mode: LatencyMode): Promise<void> {
    this.calls.push(`latency ${mode}`);
  }

  setLoop(range: { readonly startFrame: number; readonly endFrame: number } | null): void {
    this.calls.push(range ? `loop ${range.startFrame}..${range.endFrame}` : "loop off");
    this.loop = range;
  }

  /** As strict as the real one: an unknown key or a value outside the table's range throws. */
  setParams(values: Partial<Record<ParamKey, number>>): void {
    for (const [key, value] of Object.entries(values)) {
      const row = PARAMS.find((p) => p.key === key);
      if (!row || !isInRange(row, value)) throw new RangeError(`${key} = ${value}`);
      this.params.set(key as ParamKey, value);
    }
  }

  setMonitor(version: VersionId, originalGainDb: number, processedGainDb: number): void {
    this.calls.push(`monitor ${version} ${originalGainDb} ${processedGainDb}`);
    this.version = version;
    this.monitorGainsDb = [originalGainDb, processedGainDb];
  }

  resetMeters(): void {
    this.calls.push("reset meters");
  }

  telemetry(): Telemetry {
    const level = this.playing ? -18 + 3 * Math.sin(this.positionFrames / FAKE_SAMPLE_RATE_HZ) : null;
    return {
      playing: this.playing, positionFrames: this.positionFrames, momentaryLufs: level, shortTermLufs: level, integratedLufs: level,
      loudnessRangeLu: level === null ? null : 5, momentaryMaxLufs: level, shortTermMaxLufs: level, truePeakDbtp: level === null ? null : level + 12, truePeakMaxDbtp: level === null ? null : -3,
      peakDbfs: [level, level], gateReductionDb: 0, compressorReductionDb: this.playing ? 3 : 0, limiterReductionDb: 0, gateInputDbfs: level, compressorInputDbfs: level, chainLatencyFrames: 0,
      processedMixRatio: this.version === "original" ? 0 : 1, nonFiniteCount: 0, underruns: 0,
    };
  }

  async plan(song: Song, { from, target, amount, advice: awaited }: PlanWishes, options: JobOptions): Promise<Plan> {
    const advice = await awaited;
    await this.job(`plan ${song.id}${advice === null ? "" : ` by ${advice.shares.map(({ id }) => id).join(" ")}`}${amount === 1 ? "" : ` at ${amount}`}`, "Measuring", options);
    const params = { ...from, "comp.enabled": 1, "limiter.enabled": 1, "limiter.ceiling_dbtp": target.ceilingDbtp, ...(advice === null ? {} : { "eq.5.gain_db": 2 * amount }) };
    const evidence = "Integrated loudness -20.0 LUFS";
    const move = (param: ParamKey): Move => ({ param, from: from[param], to: params[param], reason: `Sets ${param}.`, evidence, confidence: 0.8 });
    const moves = [move("comp.enabled"), move("limiter.enabled")];
    return { params, moves, notes: [], input: song.report, output: fakeReport(target.lufs ?? -18, target.ceilingDbtp), waveform: null, opinion: advice === null ? null : exampleOpinion(advice) };
  }

  async fit(song: Song, values: ParamValues, target: { readonly lufs: number; readonly ceilingDbtp: number }, options: JobOptions): Promise<Plan> {
    await this.job(`fit ${song.id}`, "Fitting loudness", options);
    const gain = target.lufs - (song.report.integratedLufs ?? target.lufs);
    const params = { ...values, "output.gain_db": gain, "limiter.enabled": 1, "limiter.ceiling_dbtp": target.ceilingDbtp };
    return { params, moves: [], notes: [], input: song.report, output: fakeReport(target.lufs, target.ceilingDbtp), waveform: null, opinion: null };
  }

  async measure(song: Song, values: ParamValues, options: JobOptions): Promise<RenderFacts> {
    await this.job(`measure ${song.id}`, "Measuring", options);
    const gain = values["input.gain_db"] + values["output.gain_db"];
    return { report: fakeReport((song.report.integratedLufs ?? -20) + gain), waveform: song.waveform };
  }

  async analyse(song: Song, options: JobOptions): Promise<Heard> {
    await this.job(`analyse ${song.id}`, "Listening", options);
    const heard = exampleHeard();
    this.disk?.heard.set(song.id, heard);
    return heard;
  }

  async keptAnalysis(song: Song): Promise<Heard | "outdated" | null> {
    return this.disk?.heard.get(song.id) ?? null;
  }

  async exportSong(song: Song, _values: ParamValues, how: ExportSettings, options: JobOptions): Promise<ExportedFile> {
    await this.job(`export ${song.id} ${how.format}${how.sampleRateHz === song.sampleRateHz ? "" : ` at ${how.sampleRateHz} to ${how.refit?.lufs ?? "any loudness"}`}`, "Rendering", options);
    const file = new File([new Uint8Array(44)], `${song.name.replace(/\.[^.]*$/, "")}.wav`, { type: "audio/wav" });
    return { file, report: song.report, clippedSamples: 0, dispose: async () => void this.calls.push(`dispose ${song.id}`) };
  }

  async dispose(): Promise<void> {
    this.calls.push("dispose");
  }

  private throwFor(models: readonly ModelId[]): void {
    for (const model of models) {
      const failure = this.modelFailures.get(model);
      if (failure !== undefined) throw failure;
    }
  }

  private async job(name: string, what: string, { signal, onProgress }: JobOptions): Promise<void> {
    this.calls.push(name);
    for (let step = 0; step < PROGRESS_STEPS; ++step) {
      signal.throwIfAborted();
      onProgress(step / PROGRESS_STEPS, what);
      await Promise.resolve();
    }
    if (this.holdJobs)
      await new Promise<void>((resolve, reject) => {
        this.released.push(resolve);
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    signal.throwIfAborted();
    const failure = this.failNext;
    this.failNext = null;
    if (failure) throw failure;
    onProgress(1, what);
  }
}
