/** The engine of the studio: files and long work stay in the page, playback and live input run in the page or through the bridge. Switching takes everything along. */
import type { DeviceChoice, DeviceRequest, EngineChoice, InputSource, LiveFigures, MixingMode, RecordWishes, Take } from "../protocol/rig";
import type { Heard } from "../protocol/analysis";
import { PARAMS, type ParamKey } from "../protocol/params.gen";
import type { Scope } from "../protocol/scope";
import type { ExportSettings, LatencyMode, ParamValues, Plan, RenderFacts, Song, Telemetry, VersionId } from "../protocol/types";
import { Bridge, type BridgeEvents } from "./bridge/bridge";
import type { LinkEnvironment } from "./bridge/link";
import { factsOf } from "./bridge/facts";
import { StudioError, type Engine, type ExportedFile, type JobOptions, type PlanWishes, type Restored } from "./engine";
import type { Models } from "./engine_models";
import type { Recording, Rig, RigEvents, RigState } from "./engine_rig";
import type { LiveInput } from "./live/live_input";
import type { RecordingPlace } from "./live/page_recorder";
import type { LoopRange } from "./player/chunk_queue";
import type { MonitorState } from "./player/messages";
import type { SongAudio } from "./store/pages";
import { paramList } from "./wasm/session";

type Values = Partial<Record<ParamKey, number>>;

/** What the page's own engine gives to the bridge and to recordings. */
export interface PageEngine extends Engine {
  pagesOf(song: Song): SongAudio;
  recordingPlace(): Promise<RecordingPlace>;
}

export type PageLiveInput = Pick<LiveInput, "start" | "stop" | "setHears" | "setParams" | "setMonitor" | "resetMeters" | "telemetry" | "figures" | "startRecording" | "stopRecording" | "scope" | "isRecording" | "name">;

/** Where a bridge may be, and what it knows this page by. */
export interface BridgePlaces {
  /** In the order they are tried. */
  addresses(): readonly string[];
  readonly address: string | null;
  readonly token: string | null;
  set(address: string | null, token: string | null): void;
}

export interface StudioEngineParts {
  readonly page: PageEngine;
  /** The two calls are for the engine to learn that the input, or a recording, ended by itself. */
  liveInput(onLost: (message: string) => void, onRecordingEnded: () => void): PageLiveInput;
  readonly environment: LinkEnvironment;
  readonly places: BridgePlaces;
}

const ORIGINAL: VersionId = "original";

export class StudioEngine implements Engine, Rig {
  onBreakdown: ((message: string) => void) | null = null;
  private readonly page: PageEngine;
  private readonly live: PageLiveInput;
  private readonly bridge: Bridge;
  private readonly places: BridgePlaces;
  private events: RigEvents | null = null;
  private engine: EngineChoice = "in-page";
  private source: InputSource = "file";
  private hearsInput = false;
  private mode: MixingMode = "manual";
  private recording = false;
  /** Switches of engine and source run one after the other. */
  private switching: Promise<unknown> = Promise.resolve();
  private song: Song | null = null;
  private loop: LoopRange | null = null;
  private values: Values = {};
  private version: VersionId = "musical";
  private monitor: MonitorState = { processed: true, originalGainDb: 0, processedGainDb: 0 };

  constructor(parts: StudioEngineParts) {
    this.page = parts.page;
    this.places = parts.places;
    this.page.onBreakdown = (message): void => this.onBreakdown?.(message);
    this.live = parts.liveInput((message) => void this.liveLost(message), () => void this.recordingBroke());
    this.bridge = new Bridge(parts.environment, this.bridgeEvents());
  }

  get kind(): EngineChoice {
    return this.engine;
  }

  get rig(): Rig {
    return this;
  }

  // --- files and jobs: the page's, always

  restore(): Promise<Restored> {
    return this.page.restore();
  }

  importFile(file: File, name: string, options: JobOptions): Promise<Song> {
    return this.page.importFile(file, name, options);
  }

  async removeSong(songId: string): Promise<void> {
    if (this.song?.id === songId) {
      this.song = null;
      if (this.engine === "bridge") {
        await this.bridge.player.stop();
        this.bridge.player.load(null);
      }
    }
    await this.page.removeSong(songId);
  }

  get models(): Models {
    return this.page.models;
  }

  plan(song: Song, wishes: PlanWishes, options: JobOptions): Promise<Plan> {
    return this.page.plan(song, wishes, options);
  }

  fit(song: Song, values: ParamValues, target: { readonly lufs: number; readonly ceilingDbtp: number }, options: JobOptions): Promise<Plan> {
    return this.page.fit(song, values, target, options);
  }

  measure(song: Song, values: ParamValues, options: JobOptions): Promise<RenderFacts> {
    return this.page.measure(song, values, options);
  }

  analyse(song: Song, options: JobOptions): Promise<Heard> {
    return this.page.analyse(song, options);
  }

  keptAnalysis(song: Song): Promise<Heard | "outdated" | null> {
    return this.page.keptAnalysis(song);
  }

  exportSong(song: Song, values: ParamValues, how: ExportSettings, options: JobOptions): Promise<ExportedFile> {
    return this.page.exportSong(song, values, how, options);
  }

  listenOffline(song: Song, values: ParamValues, version: VersionId): Promise<Float32Array[]> {
    if (this.page.listenOffline === undefined) return Promise.reject(new StudioError("This engine renders nothing offline"));
    return this.page.listenOffline(song, values, version);
  }

  async dispose(): Promise<void> {
    this.bridge.disconnect();
    await this.live.stop();
    await this.page.dispose();
  }

  // --- player

  async load(song: Song): Promise<void> {
    await this.page.load(song);
    this.song = song;
    this.loop = null;
    if (this.engine !== "bridge") return;
    await this.bridge.player.stop();
    this.bridge.loadSong(this.page.pagesOf(song), null, 0);
  }

  play(): Promise<void> {
    return this.engine === "bridge" ? this.bridge.player.play() : this.page.play();
  }

  pause(): Promise<void> {
    return this.engine === "bridge" ? this.bridge.player.pause() : this.page.pause();
  }

  stop(): Promise<void> {
    return this.engine === "bridge" ? this.bridge.player.stop() : this.page.stop();
  }

  seek(frame: number): Promise<void> {
    return this.engine === "bridge" ? this.bridge.player.seek(Math.max(0, Math.round(frame))) : this.page.seek(frame);
  }

  setLoop(range: LoopRange | null): void {
    this.loop = range;
    this.page.setLoop(range);
    if (this.engine === "bridge") this.bridge.player.setLoop(range);
  }

  setLatency(mode: LatencyMode): Promise<void> {
    return this.page.setLatency(mode);
  }

  setParams(values: Values): void {
    this.values = { ...this.values, ...values };
    this.page.setParams(values);
    if (this.engine === "bridge") this.bridge.setParams(values);
    else if (this.source === "live") this.live.setParams(paramList(values));
  }

  setMonitor(version: VersionId, originalGainDb: number, processedGainDb: number): void {
    this.version = version;
    this.monitor = { processed: version !== ORIGINAL, originalGainDb, processedGainDb };
    this.page.setMonitor(version, originalGainDb, processedGainDb);
    if (this.engine === "bridge") this.bridge.setMonitor(version, this.monitor);
    else if (this.source === "live") this.live.setMonitor(this.monitor);
  }

  resetMeters(): void {
    if (this.engine === "bridge") this.bridge.resetMeters();
    else if (this.source === "live") this.live.resetMeters();
    this.page.resetMeters();
  }

  telemetry(): Telemetry {
    if (this.engine === "bridge") return this.bridge.telemetry();
    return this.source === "live" ? this.live.telemetry() : this.page.telemetry();
  }

  get scope(): Scope {
    if (this.engine === "bridge") return this.bridge.scope;
    return this.source === "live" ? this.live.scope : this.page.scope;
  }

  // --- rig

  get state(): RigState {
    const { bridge } = this;
    const onBridge = this.engine === "bridge";
    const facts = onBridge && bridge.state !== null ? factsOf(bridge.state) : null;
    return {
      engine: this.engine, source: this.source, link: bridge.link.status, bridge: facts, inputName: this.live.name, hearsInput: this.hearsInput,
      recording: facts === null ? this.recording : (bridge.state?.recorder.is_recording ?? false), matchesLoudness: !onBridge || bridge.matchesLoudness,
    };
  }

  listen(events: RigEvents): void {
    this.events = events;
  }

  figures(): LiveFigures {
    return this.engine === "bridge" ? this.bridge.liveFigures() : this.live.figures();
  }

  setEngine(choice: EngineChoice): Promise<void> {
    return this.oneByOne(async () => {
      if (choice === this.engine) return;
      this.refuseWhileRecording();
      await (choice === "bridge" ? this.goToBridge() : this.goToPage());
    });
  }

  setSource(source: InputSource): Promise<void> {
    return this.oneByOne(async () => {
      if (source === this.source) return;
      this.refuseWhileRecording();
      if (this.engine === "bridge") await this.bridge.setSource(source);
      else if (source === "live") {
        await this.page.pause();
        await this.live.start(paramList(this.values), this.monitor);
      } else await this.live.stop();
      this.source = source;
      this.told();
    });
  }

  setHearsInput(on: boolean): void {
    this.hearsInput = on;
    this.live.setHears(on);
    this.told();
  }

  get address(): string | null {
    return this.places.address;
  }

  setAddress(address: string | null, token: string | null): void {
    this.places.set(address, token);
  }

  retryNow(): void {
    this.bridge.link.retryNow(this.places.addresses(), this.places.token);
  }

  setMode(mode: MixingMode): void {
    this.mode = mode;
    this.bridge.setMode(mode);
  }

  setWet(wetRatio: number): void {
    this.bridge.setWet(wetRatio);
  }

  devices(): Promise<readonly DeviceChoice[]> {
    return this.bridge.devices();
  }

  openDevice(request: DeviceRequest): Promise<void> {
    return this.bridge.openDevice(request);
  }

  closeDevice(): Promise<void> {
    return this.bridge.closeDevice();
  }

  calibrate(): Promise<void> {
    return this.bridge.calibrate();
  }

  async startRecording(wishes: RecordWishes): Promise<void> {
    if (this.engine === "bridge") await this.bridge.startRecording(wishes);
    else await this.live.startRecording(await this.page.recordingPlace(), wishes);
    this.recording = true;
    this.told();
  }

  async stopRecording(options: JobOptions): Promise<readonly Recording[]> {
    this.recording = false;
    if (this.engine === "in-page") {
      const { recordings, problem } = await this.live.stopRecording(options).finally(() => this.told());
      if (problem !== null) this.events?.problem(problem);
      return recordings;
    }
    const takes = await this.bridge.stopRecording().finally(() => this.told());
    return this.fetched(takes, options);
  }

  takes(): Promise<readonly Take[]> {
    return this.bridge.takes();
  }

  removeTake(takeId: string): Promise<void> {
    return this.bridge.removeTake(takeId);
  }

  takeAddress(take: Take): string {
    return this.bridge.takeAddress(take);
  }

  fetchTake(take: Take, options: JobOptions): Promise<File> {
    return this.bridge.fetchTake(take, options);
  }

  private async goToBridge(): Promise<void> {
    // Whoever joins live sound with nothing set yet must not wipe out what somebody else has set.
    const joins = this.source === "live" && PARAMS.every((p) => (this.values[p.key as ParamKey] ?? p.defaultValue) === p.defaultValue);
    await this.bridge.connect(this.places.addresses(), this.places.token, { source: this.source, version: this.version, mode: this.mode }, joins ? {} : this.values);
    const { playing, positionFrames } = this.page.telemetry();
    if (this.source === "live") await this.live.stop();
    else if (playing) await this.page.pause();
    this.engine = "bridge";
    this.bridge.setMonitor(this.version, this.monitor);
    if (this.song !== null) {
      this.bridge.loadSong(this.page.pagesOf(this.song), this.loop, positionFrames);
      if (playing && this.source === "file") await this.bridge.player.play().catch((error: Error) => this.onBreakdown?.(error.message));
    }
    this.told();
  }

  private async goToPage(): Promise<void> {
    const { playing, positionFrames } = this.bridge.player;
    // The input first: refused, nothing has changed.
    if (this.source === "live") await this.live.start(paramList(this.values), this.monitor);
    await this.bridge.player.stop();
    this.bridge.disconnect();
    this.engine = "in-page";
    this.told();
    if (this.song === null || this.source === "live") return;
    await this.page.seek(positionFrames);
    if (playing) await this.page.play();
  }

  private oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const done = this.switching.then(work);
    this.switching = done.catch(() => undefined);
    return done;
  }

  private refuseWhileRecording(): void {
    if (this.recording) throw new StudioError("A recording is running: stop it first");
  }

  private async fetched(takes: readonly Take[], options: JobOptions): Promise<readonly Recording[]> {
    const recordings: Recording[] = [];
    for (const take of takes) recordings.push({ file: await this.bridge.fetchTake(take, options), dispose: async () => undefined });
    return recordings;
  }

  private async liveLost(message: string): Promise<void> {
    if (this.live.isRecording) await this.recordingBroke(message);
    await this.live.stop();
    this.source = "file";
    this.events?.problem(message);
    this.told();
  }

  /** What was recorded until then is not lost. */
  private async recordingBroke(why = "The recording ended by itself"): Promise<void> {
    this.recording = false;
    try {
      const { recordings, problem } = await this.live.stopRecording({ signal: new AbortController().signal, onProgress: () => undefined });
      this.events?.recordingEnded(recordings, problem ?? why);
    } catch (error) {
      this.events?.problem(error instanceof Error ? error.message : String(error));
    }
    this.told();
  }

  private told(): void {
    this.events?.changed(this.state);
  }

  private bridgeEvents(): BridgeEvents {
    return {
      changed: () => this.told(),
      valuesChanged: (values) => {
        this.values = { ...this.values, ...values };
        this.page.setParams(values);
        this.events?.valuesChanged(values);
      },
      versionChanged: (version) => {
        this.version = version;
        this.events?.versionChanged(version);
      },
      sourceChanged: (source) => {
        this.source = source;
        this.told();
      },
      moved: (moves) => this.events?.moved(moves),
      takesChanged: (takes) => this.events?.takesChanged(takes),
      devicesChanged: (devices) => this.events?.devicesChanged(devices),
      recordingEnded: (why) => {
        this.recording = false;
        this.events?.recordingEnded([], why === "" ? "The bridge ended the recording" : why);
      },
      brokeDown: (message) => this.onBreakdown?.(message),
      problem: (message) => this.events?.problem(message),
    };
  }
}
