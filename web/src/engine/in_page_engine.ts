/** The engine inside the page: files in the origin-private file system, playback in an AudioWorklet, long work in workers. Nothing leaves the machine. */
import type { ParamKey } from "../protocol/params.gen";
import type { ExportFormat, ExportSettings, LatencyMode, ParamValues, Plan, RenderFacts, Song, Telemetry, VersionId } from "../protocol/types";
import { StudioError, type Engine, type ExportedFile, type JobOptions, type PlanWishes, type Restored } from "./engine";
import type { Models } from "./engine_models";
import { decodeOnPage } from "./import/decode_on_page";
import type { DecodeQuestion, Imported, ImportRequest } from "./import/messages";
import { ModelHost } from "./models/model_host";
import { runJob, type Answer } from "./jobs/run_job";
import { Turns } from "./jobs/turns";
import type { LoopRange } from "./player/chunk_queue";
import type { MonitorState } from "./player/messages";
import { Player } from "./player/player";
import type { Heard } from "../protocol/analysis";
import type { ModelId, ModelOutputs } from "../protocol/models";
import type { Scope } from "../protocol/scope";
import type { AnalysisRequest } from "./render/analysis_messages";
import type { Planned, RenderQuestion, RenderRequest, RenderResults } from "./render/messages";
import type { SongAudio } from "./store/pages";
import { KeptAnswers } from "./store/model_answers";
import { keepAnalysis, readKeptAnalysis, type KeptAnalysis } from "./store/analysis_files";
import { FileDocuments } from "./store/documents";
import { canReplaceFiles, removeFile } from "./store/folder";
import { audioFile, keepSong, newSongId, readSongs, removeSongFiles } from "./store/song_files";
import { Workspace } from "./store/workspace";
import { analysisModule, coreModule } from "./wasm/module";
import { paramList } from "./wasm/session";
import type { RecordingPlace } from "./live/page_recorder";

type Values = Partial<Record<ParamKey, number>>;
/** Whole-song work at one time; clicking through a long list would otherwise start a worker for each. */
const SONGS_AT_ONCE = 2;

const EXPORT_SUFFIX: Readonly<Record<ExportFormat, string>> = { wav16: "16 bit", "wav16-shaped": "16 bit shaped", wav24: "24 bit", wav32f: "32 bit float" };

export class InPageEngine implements Engine {
  readonly kind = "in-page";
  private readonly workspace = Workspace.open();
  private readonly turns = new Turns(SONGS_AT_ONCE);
  /** A plan holds its turn while it waits for the song's analysis and the models: what it waits for has turns of its own, or they would wait for each other. */
  private readonly hearTurns = new Turns(1);
  private readonly askTurns = new Turns(1);
  /** What planning heard of songs: another version, style or target need not listen again. */
  private readonly heard = new Map<string, Float64Array>();
  private readonly songs = new Map<string, SongAudio>();
  onBreakdown: ((message: string) => void) | null = null;
  private readonly player = new Player(coreModule, (message) => this.onBreakdown?.(message));
  private values: Values = {};
  private monitor: MonitorState = { processed: true, originalGainDb: 0, processedGainDb: 0 };
  private loop: LoopRange | null = null;
  private latency: LatencyMode = "studio";
  private loadedId: string | null = null;
  private nextExport = 1;
  private readonly modelHost = new ModelHost(new URL("models/registry.json", document.baseURI).href);
  private readonly answers = new KeptAnswers();

  readonly models: Models = {
    registry: () => this.modelHost.registry(),
    prepare: (model, { sampleRateHz, channels }) => this.modelHost.prepare(model, { sampleRateHz, channels }),
    consult: (song, models, options) => this.consult(song, models, options),
  };

  async restore(): Promise<Restored> {
    const { folder, moreSongs } = await this.workspace;
    if (folder === null || !canReplaceFiles()) return { songs: [], notes: [], documents: null };
    const documents = new FileDocuments(folder, localStorage);
    await documents.settle();
    const { songs, problems } = await readSongs(folder);
    for (const { song, audio } of songs) this.songs.set(song.id, audio);
    const more = moreSongs ? ["More songs, of another tab that is closed now, are kept too: open the studio in a second tab to get them"] : [];
    return { songs: songs.map(({ song }) => song), notes: [...problems, ...more], documents };
  }

  async importFile(file: File, name: string, options: JobOptions): Promise<Song> {
    const workspace = await this.workspace;
    const { folder, folderName } = workspace;
    const songId = newSongId();
    const request: ImportRequest = { module: await coreModule(), file, songId, songName: name, folderName, fileName: audioFile(songId) };
    const worker = new Worker(new URL("../worker/import_worker.ts", import.meta.url), { type: "module" });
    try {
      const { song, blob } = await runJob<ImportRequest, Imported, DecodeQuestion>(worker, request, options, async (question) => {
        const message = await decodeOnPage(file, question);
        return { message, transfer: "planes" in message ? message.planes.map((plane) => plane.buffer) : [] };
      });
      if (folder !== null && canReplaceFiles()) await keepSong(folder, song);
      options.signal.throwIfAborted();
      workspace.askToStay();
      this.songs.set(song.id, { blob, sampleRateHz: song.sampleRateHz, channels: song.channels, frames: song.frames });
      return song;
    } catch (error) {
      if (folder !== null) await removeSongFiles(folder, songId).catch(() => undefined);
      throw named(file.name, error);
    }
  }

  async removeSong(songId: string): Promise<void> {
    if (this.loadedId === songId) {
      this.player.unload();
      this.loadedId = null;
    }
    this.songs.delete(songId);
    this.heard.delete(songId);
    this.answers.forget(songId);
    const { folder } = await this.workspace;
    if (folder !== null) await removeSongFiles(folder, songId);
  }

  async load(song: Song): Promise<void> {
    this.loadedId = null;
    await this.player.load(this.audio(song), this.latency, paramList(this.values), this.monitor);
    this.loadedId = song.id;
  }

  async play(): Promise<void> {
    if (this.player.broken) await this.revive();
    await this.player.play();
  }

  async pause(): Promise<void> {
    this.player.pause();
  }

  async stop(): Promise<void> {
    this.player.stop();
  }

  async seek(frame: number): Promise<void> {
    this.player.seek(Math.max(0, Math.round(frame)));
  }

  async setLatency(mode: LatencyMode): Promise<void> {
    if (mode === this.latency) return;
    this.latency = mode;
    const { playing } = this.player.telemetry();
    await this.revive();
    if (playing) await this.player.play();
  }

  setLoop(range: LoopRange | null): void {
    this.loop = range;
    this.player.setLoop(range);
  }

  setParams(values: Values): void {
    this.values = { ...this.values, ...values };
    this.player.setParams(paramList(values));
  }

  setMonitor(version: VersionId, originalGainDb: number, processedGainDb: number): void {
    this.monitor = { processed: version !== "original", originalGainDb, processedGainDb };
    this.player.setMonitor(this.monitor);
  }

  get scope(): Scope {
    return this.player.scope;
  }

  resetMeters(): void {
    this.player.resetMeters();
  }

  telemetry(): Telemetry {
    return this.player.telemetry();
  }

  plan(song: Song, { from, advice, ...how }: PlanWishes, options: JobOptions): Promise<Plan> {
    const answer = advice === null ? undefined : async (): Promise<Answer> => ({ message: await advice, transfer: [] });
    return this.planned(song, this.render(song, "decide", { values: from, byModels: advice !== null, heard: this.heard.get(song.id) ?? null, ...how }, options, answer));
  }

  fit(song: Song, values: ParamValues, target: { readonly lufs: number; readonly ceilingDbtp: number }, options: JobOptions): Promise<Plan> {
    return this.planned(song, this.render(song, "fit", { values, target, heard: this.heard.get(song.id) ?? null }, options));
  }

  private async planned(song: Song, work: Promise<Planned>): Promise<Plan> {
    const { plan, heard } = await work;
    if (this.songs.has(song.id)) this.heard.set(song.id, heard);
    return plan;
  }

  measure(song: Song, values: ParamValues, options: JobOptions): Promise<RenderFacts> {
    return this.render(song, "measure", { values }, options);
  }

  async analyse(song: Song, options: JobOptions): Promise<Heard> {
    const hear = async (): Promise<Heard> => {
      options.signal.throwIfAborted();
      const request = { module: await analysisModule(), song: this.audio(song) };
      const worker = new Worker(new URL("../worker/analysis_worker.ts", import.meta.url), { type: "module" });
      return runJob<AnalysisRequest, Heard>(worker, request, options);
    };
    try {
      const heard = await this.hearTurns.take(options.signal, () => options.onProgress(0, "Waiting for other songs"), hear);
      const { folder } = await this.workspace;
      // What was heard can be heard again: that it cannot be kept is no failure of the analysis.
      if (folder !== null && canReplaceFiles() && this.songs.has(song.id)) await keepAnalysis(folder, song.id, heard).catch(() => undefined);
      return heard;
    } catch (error) {
      throw named(song.name, error);
    }
  }

  async keptAnalysis(song: Song): Promise<KeptAnalysis> {
    const { folder } = await this.workspace;
    return folder === null || !canReplaceFiles() ? null : readKeptAnalysis(folder, song.id);
  }

  private async consult(song: Song, models: readonly ModelId[], options: JobOptions): Promise<readonly ModelOutputs[]> {
    try {
      const registry = await this.modelHost.registry();
      const { folder } = await this.workspace;
      const place = canReplaceFiles() ? folder : null;
      const known = await this.answers.of(place, song.id, registry);
      const missing = models.filter((id) => !known.some(({ model }) => model === id));
      if (missing.length > 0) {
        const ask = (): Promise<readonly ModelOutputs[]> => this.modelHost.consult(song.id, this.audio(song), missing, options);
        const answers = await this.askTurns.take(options.signal, () => options.onProgress(0, "Waiting for other songs"), ask);
        if (this.songs.has(song.id)) await this.answers.keep(place, song.id, registry, answers);
        return [...known, ...answers];
      }
      return known;
    } catch (error) {
      throw named(song.name, error);
    }
  }

  async exportSong(song: Song, values: ParamValues, how: ExportSettings, options: JobOptions): Promise<ExportedFile> {
    const { folder, folderName } = await this.workspace;
    const fileName = `export-${this.nextExport++}`;
    const remove = async (): Promise<void> => {
      // What a cancelled change of sample rate leaves lies beside the file.
      if (folder !== null) for (const name of [fileName, `${fileName}-resampled`]) await removeFile(folder, name);
    };
    try {
      const written = await this.render(song, "export", { values, how, folderName, fileName }, options);
      const name = `${song.name.replace(/\.[^.]*$/, "")} (AG06 ${EXPORT_SUFFIX[how.format]}).wav`;
      return {
        file: new File([written.blob], name, { type: "audio/wav" }),
        report: written.report,
        clippedSamples: written.clippedSamples,
        dispose: remove,
      };
    } catch (error) {
      await remove();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    await this.player.dispose();
    this.modelHost.dispose();
    this.songs.clear();
    (await this.workspace).close();
  }

  /** Rendered by the listeners' worklet in an OfflineAudioContext. */
  async listenOffline(song: Song, values: ParamValues, version: VersionId): Promise<Float32Array[]> {
    const { renderThroughWorklet } = await import("./testing/render_through_worklet");
    const monitor = { processed: version !== "original", originalGainDb: 0, processedGainDb: 0 };
    return renderThroughWorklet(await coreModule(), this.audio(song), paramList(values), monitor);
  }

  /** The loaded song anew, at the same place. */
  private async revive(): Promise<void> {
    const audio = this.songs.get(this.loadedId ?? "");
    if (!audio) return;
    const { positionFrames } = this.player.telemetry();
    await this.player.load(audio, this.latency, paramList(this.values), this.monitor);
    this.player.setLoop(this.loop);
    this.player.seek(positionFrames);
  }

  private async render<K extends RenderRequest["kind"]>(
    song: Song,
    kind: K,
    rest: Omit<Extract<RenderRequest, { kind: K }>, "kind" | "module" | "song">,
    options: JobOptions,
    answer?: (question: RenderQuestion) => Promise<Answer>,
  ): Promise<RenderResults[K]> {
    const run = (): Promise<RenderResults[K]> => this.renderNow(song, kind, rest, options, answer);
    return kind === "export" ? run() : this.turns.take(options.signal, () => options.onProgress(0, "Waiting for other songs"), run);
  }

  private async renderNow<K extends RenderRequest["kind"]>(
    song: Song,
    kind: K,
    rest: Omit<Extract<RenderRequest, { kind: K }>, "kind" | "module" | "song">,
    options: JobOptions,
    answer?: (question: RenderQuestion) => Promise<Answer>,
  ): Promise<RenderResults[K]> {
    options.signal.throwIfAborted();
    const request = { kind, module: await coreModule(), song: this.audio(song), ...rest };
    const worker = new Worker(new URL("../worker/render_worker.ts", import.meta.url), { type: "module" });
    try {
      return await runJob<typeof request, RenderResults[K], RenderQuestion>(worker, request, options, answer);
    } catch (error) {
      throw named(song.name, error);
    }
  }

  /** A loaded song's audio, for another player. */
  pagesOf(song: Song): SongAudio {
    return this.audio(song);
  }

  /** Where a recording may lie until it is imported. */
  async recordingPlace(): Promise<RecordingPlace> {
    const { folder, folderName } = await this.workspace;
    return { folderName, removeFile: async (name) => (folder === null ? undefined : removeFile(folder, name)) };
  }

  private audio(song: Song): SongAudio {
    const audio = this.songs.get(song.id);
    if (!audio) throw new StudioError(`${song.name}: the song is no longer in the studio`);
    return audio;
  }
}

/** Aborts and sentences for people pass as they are; anything else is named after the file it happened to. */
function named(name: string, error: unknown): unknown {
  if (error instanceof DOMException && error.name === "AbortError") return error;
  if (error instanceof StudioError && error.message.includes(name)) return error;
  return new StudioError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
}

export function createInPageEngine(): InPageEngine {
  return new InPageEngine();
}
