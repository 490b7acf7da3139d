/** Everything the page does with one bridge: the link, the song transport, parameters, version, device, takes. Used by the StudioEngine only while the bridge makes the sound. */
import type { BridgeMode, BridgeResult, BridgeState, BridgeStream } from "../../protocol/bridge";
import { decodeFrame } from "../../protocol/bridge_frames";
import { Damaged } from "../../protocol/checked";
import type { ChangedValues, DeviceChoice, DeviceRequest, InputSource, LinkStatus, LiveFigures, MixingMode, RecordWishes, Take } from "../../protocol/rig";
import type { Scope } from "../../protocol/scope";
import type { Move, Telemetry, VersionId } from "../../protocol/types";
import type { JobOptions } from "../engine";
import type { LoopRange } from "../player/chunk_queue";
import type { MonitorState } from "../player/messages";
import type { SongAudio } from "../store/pages";
import { BridgeScope } from "./bridge_scope";
import { BridgeFigures } from "./figures";
import { BridgeError, BridgeLink, type BridgeNews, type LinkEnvironment, type LinkListener, type LinkRequest } from "./link";
import { ParamSync } from "./param_sync";
import { BridgePlayer } from "./player";
import { deviceOf, movesOf, takeOf } from "./facts";
import { fetchTake, httpAddress } from "./takes";

export interface BridgeEvents {
  /** Link or state changed. */
  changed(): void;
  valuesChanged(values: ChangedValues): void;
  versionChanged(version: VersionId): void;
  sourceChanged(source: InputSource): void;
  moved(moves: readonly Move[]): void;
  takesChanged(takes: readonly Take[]): void;
  devicesChanged(devices: readonly DeviceChoice[]): void;
  recordingEnded(why: string): void;
  brokeDown(message: string): void;
  problem(message: string): void;
}

/** What the page wants the bridge to be like; told again after every connection. */
const ORIGINAL: VersionId = "original";

export interface BridgeWishes {
  readonly source: InputSource;
  readonly version: VersionId;
  readonly mode: MixingMode;
}

const STREAMS: readonly BridgeStream[] = ["meters", "spectrum", "scope", "moves"];
const STREAM_RATE_HZ = 60;
const START_STOP_MS = 60_000;

export class Bridge implements LinkListener {
  readonly link: BridgeLink;
  readonly player: BridgePlayer;
  private readonly params: ParamSync;
  private readonly figures = new BridgeFigures();
  private readonly look = new BridgeScope();
  private token: string | null = null;
  private wishes: BridgeWishes = { source: "file", version: "musical", mode: "manual" };
  /** A mode of ours is on its way: what the bridge tells meanwhile is older. */
  private modesInFlight = 0;
  private sourcesInFlight = 0;
  private gains = { original: 0, processed: 0 };
  private gainsAreKnown = true;
  private recordedByUs = false;

  constructor(environment: LinkEnvironment, private readonly events: BridgeEvents) {
    this.link = new BridgeLink(environment, this);
    this.player = new BridgePlayer(this, (message) => events.brokeDown(message));
    this.params = new ParamSync((values) => this.request({ type: "set_params", values }), (values) => events.valuesChanged(values), (error) => events.problem(error.message));
  }

  get state(): BridgeState | null {
    return this.link.state;
  }

  get matchesLoudness(): boolean {
    return this.gainsAreKnown;
  }

  get scope(): Scope {
    return this.look;
  }

  async connect(addresses: readonly string[], token: string | null, wishes: BridgeWishes, values: ChangedValues): Promise<void> {
    this.wishes = wishes;
    this.token = token;
    this.gainsAreKnown = true;
    this.params.forget();
    this.params.set(values);
    await this.link.connect(addresses, token);
  }

  /** The next one to use the bridge hears it at full level. */
  disconnect(): void {
    this.sendGains(0, 0);
    this.player.load(null);
    this.params.forget();
    this.link.disconnect();
    this.figures.clear();
    this.look.clear();
  }

  request(message: LinkRequest, timeoutMs?: number): Promise<BridgeResult> {
    if (message.type !== "transport" || message.action !== "source") return this.link.request(message, timeoutMs);
    this.sourcesInFlight++;
    return this.link.request(message, timeoutMs).finally(() => this.sourcesInFlight--);
  }

  sendFrame(bytes: ArrayBuffer): boolean {
    return this.link.sendFrame(bytes);
  }

  loadSong(song: SongAudio | null, loop: LoopRange | null, atFrame: number): void {
    this.player.load(song);
    this.player.setLoop(loop);
    void this.player.seek(atFrame);
  }

  setParams(values: ChangedValues): void {
    this.params.set(values);
  }

  setMonitor(version: VersionId, monitor: MonitorState): void {
    const changed = (version === ORIGINAL) !== (this.wishes.version === ORIGINAL);
    this.wishes = { ...this.wishes, version };
    if (changed) this.sendMode();
    this.sendGains(monitor.originalGainDb, monitor.processedGainDb);
  }

  setMode(mode: MixingMode): void {
    this.wishes = { ...this.wishes, mode };
    this.sendMode();
  }

  setWet(wetRatio: number): void {
    this.tell({ type: "set_wet", wet_ratio: wetRatio });
  }

  async setSource(source: InputSource): Promise<void> {
    if (source === "live") await this.player.pause();
    await this.request({ type: "transport", action: "source", source });
    this.wishes = { ...this.wishes, source };
    this.hearWhole();
  }

  resetMeters(): void {
    this.tell({ type: "reset_meters" });
  }

  async devices(): Promise<readonly DeviceChoice[]> {
    return ((await this.request({ type: "list_devices" })).devices ?? []).map(deviceOf);
  }

  async openDevice({ deviceId, sampleRateHz, blockFrames }: DeviceRequest): Promise<void> {
    const wish = { ...(deviceId === null ? {} : { device_id: deviceId }), ...(sampleRateHz === null ? {} : { sample_rate_hz: sampleRateHz }), ...(blockFrames === null ? {} : { block_frames: blockFrames }) };
    await this.request({ type: "open_device", ...wish });
  }

  async closeDevice(): Promise<void> {
    await this.request({ type: "close_device" });
  }

  async calibrate(): Promise<void> {
    await this.request({ type: "calibrate" });
  }

  async startRecording({ dry }: RecordWishes): Promise<void> {
    await this.request({ type: "record", action: "start", input: dry, processed: true, format: "wav24" }, START_STOP_MS);
    this.recordedByUs = true;
  }

  /** The takes of the recording that ends here, whole. */
  async stopRecording(): Promise<readonly Take[]> {
    this.recordedByUs = false;
    const before = this.state?.recorder.take_id ?? "";
    const { take_id: takeId } = await this.request({ type: "record", action: "stop" }, START_STOP_MS);
    return takesOf(await this.takes(), takeId ?? before);
  }

  async takes(): Promise<readonly Take[]> {
    return ((await this.request({ type: "list_takes" })).takes ?? []).map(takeOf);
  }

  async removeTake(takeId: string): Promise<void> {
    await this.request({ type: "remove_take", take_id: takeId });
  }

  takeAddress(take: Take): string {
    return httpAddress(this.link.status.address, `/api/v1/takes/${encodeURIComponent(take.id)}`);
  }

  fetchTake(take: Take, options: JobOptions): Promise<File> {
    return fetchTake(this.takeAddress(take), this.token, take, options);
  }

  telemetry(): Telemetry {
    const { state } = this;
    const running = state?.device.phase === "running";
    const playing = this.wishes.source === "live" ? running : this.player.playing;
    return this.figures.telemetry(playing, this.player.positionFrames, state?.device.engine_latency_frames ?? 0);
  }

  liveFigures(): LiveFigures {
    return this.figures.live();
  }

  statusChanged(status: LinkStatus): void {
    if (status.phase !== "online") {
      this.params.disconnected();
      this.player.connectionLost();
      this.figures.clear();
      this.look.clear();
    }
    this.events.changed();
  }

  snapshot(state: BridgeState, resumed: boolean): void {
    this.tell({ type: "subscribe", streams: STREAMS, rate_hz: STREAM_RATE_HZ });
    this.params.snapshot(state.params, resumed);
    if (!resumed && this.wishes.source === "live" && state.mode === "auto") this.wishes = { ...this.wishes, mode: "auto" };
    if (state.mode !== this.wireMode) this.sendMode();
    this.hearWhole();
    if (state.transport.source !== this.wishes.source) this.tell({ type: "transport", action: "source", source: this.wishes.source });
    this.sendGains(this.gains.original, this.gains.processed, true);
    this.look.sampleRateHz = state.device.sample_rate_hz;
    this.events.changed();
    this.noteRecorder(state);
    if (resumed) this.player.resume();
  }

  changed(state: BridgeState, changes: Partial<BridgeState>): void {
    if (changes.params !== undefined) this.params.changed(changes.params);
    if (changes.mode !== undefined && this.modesInFlight === 0) this.followMode(changes.mode);
    if (changes.transport !== undefined && this.sourcesInFlight === 0) this.followSource(changes.transport.source);
    if (changes.device?.phase === "running") this.player.deviceRuns();
    if (changes.recorder !== undefined) this.noteRecorder(state);
    this.look.sampleRateHz = state.device.sample_rate_hz;
    this.events.changed();
  }

  message(message: BridgeNews): void {
    switch (message.type) {
      case "credit":
        return this.player.credit(message.stream_id, message.frames);
      case "song_ended":
        return this.player.ended(message.stream_id, message.reason);
      case "moves":
        return this.events.moved(movesOf(message.moves));
      case "takes":
        return this.events.takesChanged(message.takes.map(takeOf));
      case "devices":
        return this.events.devicesChanged(message.devices.map(deviceOf));
      case "lagging":
        return; // only audio streams are told of, and this page takes none
    }
  }

  frame(bytes: ArrayBuffer): void {
    const frame = readFrame(bytes);
    if (frame?.kind === "meters") {
      this.figures.take(frame.samples);
      this.player.heardAt(this.figures.at("song_position_frames"));
    } else if (frame?.kind === "spectrum") this.look.takeSpectrum(frame.samples, frame.sampleRateHz);
    else if (frame?.kind === "scope") this.look.takeWaves(frame.samples);
  }

  refused(error: BridgeError): void {
    this.events.problem(`The bridge: ${error.message}`);
  }

  /** Dry and wet are for live sound: a song is heard as it is exported. */
  private hearWhole(): void {
    if (this.wishes.source === "file" && this.state !== null && this.state.wet_ratio !== 1) this.setWet(1);
  }

  private get wireMode(): BridgeMode {
    return this.wishes.version === ORIGINAL ? "bypass" : this.wishes.mode;
  }

  private sendMode(): void {
    if (this.state === null) return;
    this.modesInFlight++;
    this.request({ type: "set_mode", mode: this.wireMode })
      .catch((error: Error) => this.complain(error))
      .finally(() => this.modesInFlight--);
  }

  private followMode(mode: BridgeMode): void {
    if (mode === this.wireMode) return;
    const versionChanged = (mode === "bypass") !== (this.wishes.version === ORIGINAL);
    const version = !versionChanged ? this.wishes.version : mode === "bypass" ? ORIGINAL : "musical";
    this.wishes = { ...this.wishes, version, mode: mode === "bypass" ? this.wishes.mode : mode };
    if (versionChanged) this.events.versionChanged(version);
  }

  private followSource(source: InputSource): void {
    if (source === this.wishes.source) return;
    this.wishes = { ...this.wishes, source };
    if (source === "live") void this.player.pause();
    this.events.sourceChanged(source);
  }

  private noteRecorder({ recorder }: BridgeState): void {
    if (recorder.is_recording || !this.recordedByUs) return;
    this.recordedByUs = false;
    this.events.recordingEnded(recorder.message);
  }

  private sendGains(original: number, processed: number, again = false): void {
    if (!again && this.gains.original === original && this.gains.processed === processed) return;
    this.gains = { original, processed };
    if (this.state === null || !this.gainsAreKnown) return;
    this.request({ type: "set_monitor", original_gain_db: inRange(original), processed_gain_db: inRange(processed) }).catch((error: BridgeError) => {
      if (error.code !== "unknown_type") return this.complain(error);
      this.gainsAreKnown = false;
      this.events.changed();
    });
  }

  private tell(message: LinkRequest): void {
    this.request(message).catch((error: Error) => this.complain(error));
  }

  /** What a lost connection cost is told again with the next snapshot. */
  private complain(error: Error): void {
    if (error instanceof BridgeError && ["offline", "connection_lost", "timeout"].includes(error.code)) return;
    this.events.problem(error.message);
  }
}

/** Input and processed takes of one recording share the time in their names. */
function takesOf(takes: readonly Take[], takeId: string): readonly Take[] {
  const stem = takeId.replace(/-(input|processed)$/, "");
  return takes.filter((take) => take.id === takeId || take.id.replace(/-(input|processed)$/, "") === stem);
}

/** A monitor only ever attenuates, by at most 60 dB. */
function inRange(gainDb: number): number {
  return Math.min(0, Math.max(-60, gainDb));
}

/** A picture that cannot be read is one picture less. */
function readFrame(bytes: ArrayBuffer): ReturnType<typeof decodeFrame> | null {
  try {
    return decodeFrame(bytes);
  } catch (error) {
    if (error instanceof Damaged) return null;
    throw error;
  }
}
