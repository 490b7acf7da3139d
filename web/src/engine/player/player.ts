/** The page's side of playback: one AudioContext at the song's own rate, one worklet node and one feeder per loaded song. */
import workletUrl from "../../worklet/player_processor.ts?worker&url";
import type { LatencyMode, Telemetry } from "../../protocol/types";
import { StudioError } from "../engine";
import type { SongAudio } from "../store/pages";
import { queueChunks, type LoopRange } from "./chunk_queue";
import type { FeederStart, MonitorState, PlayerCommand, PlayerEvent, ProcessorOptions } from "./messages";
import type { Scope } from "../../protocol/scope";
import { NO_SCOPE, NodeScope } from "./scope";
import { allocateRing } from "./shared_ring";
import { emptyRecord, readTelemetry, readTransport, SharedRecord } from "./telemetry_record";

type ParamList = readonly (readonly [id: number, value: number])[];

const RESUME_TIMEOUT_MS = 4000;
const SUSPEND_AFTER_MS = 400;
const LOOP_INTERVAL_MS = 100;

export class Player {
  private context: AudioContext | null = null;
  private node: AudioWorkletNode | null = null;
  private feeder: Worker | null = null;
  private shared: SharedRecord | null = null;
  private record = emptyRecord();
  private readonly scratch = emptyRecord();
  private serial = 0;
  /** What the latest command will lead to; shown until the worklet has obeyed it. */
  private wanted = { playing: false, positionFrames: 0 };
  private idleSince: number | null = null;
  private idleTimer: ReturnType<typeof setInterval> | undefined;
  private loopTimer: ReturnType<typeof setTimeout> | undefined;
  private nextLoop: LoopRange | null = null;
  private suspending: Promise<void> | null = null;
  /** The sound was asleep when Play came, and is being woken. */
  private isWaking = false;
  private isBroken = false;
  private look: Scope = NO_SCOPE;

  /** onBreakdown: playback broke off by itself; it needs a load() to go on. */
  constructor(
    private readonly module: () => Promise<WebAssembly.Module>,
    private readonly onBreakdown: (message: string) => void,
  ) {}

  get scope(): Scope {
    return this.look;
  }

  get broken(): boolean {
    return this.isBroken;
  }

  async load(song: SongAudio, latency: LatencyMode, params: ParamList, monitor: MonitorState): Promise<void> {
    this.unload();
    const context = await this.contextFor(song.sampleRateHz);
    const isolated = globalThis.crossOriginIsolated === true;
    const slots = queueChunks(song.sampleRateHz);
    const ring = isolated ? allocateRing(slots, song.channels) : null;
    const telemetry = isolated ? SharedRecord.allocate() : null;
    const processorOptions: ProcessorOptions = {
      module: await this.module(), sampleRateHz: song.sampleRateHz, channels: song.channels, latency, params, monitor, ring, telemetry, preloaded: null,
    };
    const node = new AudioWorkletNode(context, "ag06-player", { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [song.channels], processorOptions });
    node.onprocessorerror = (): void => this.breakDown(node, "The audio engine failed");
    node.port.onmessage = ({ data }: MessageEvent<PlayerEvent>): void => {
      if (data.kind === "telemetry") this.record = data.record;
    };
    node.connect(context.destination);
    this.look = new NodeScope(node, song.channels);
    const feeder = new Worker(new URL("../../worker/feeder_worker.ts", import.meta.url), { type: "module" });
    feeder.onerror = (event): void => {
      event.preventDefault();
      this.breakDown(node, "The song could not be read on");
    };
    const { port1, port2 } = new MessageChannel();
    feeder.postMessage({ song, ring, port: port1, slots } satisfies FeederStart, [port1]);
    this.shared = telemetry ? new SharedRecord(telemetry) : null;
    this.node = node;
    this.feeder = feeder;
    this.send({ kind: "feeder", port: port2 }, [port2]);
    this.idleTimer = setInterval(() => this.suspendWhenIdle(), SUSPEND_AFTER_MS / 2);
  }

  unload(): void {
    clearInterval(this.idleTimer);
    clearTimeout(this.loopTimer);
    this.loopTimer = undefined;
    this.send({ kind: "close" });
    this.node?.disconnect();
    this.look = NO_SCOPE;
    this.feeder?.terminate();
    this.node = null;
    this.feeder = null;
    this.shared = null;
    this.record = emptyRecord();
    this.serial = 0;
    this.wanted = { playing: false, positionFrames: 0 };
    this.isBroken = false;
  }

  async play(): Promise<void> {
    if (!this.context || !this.node) return;
    this.wanted = { ...this.here(), playing: true };
    this.idleSince = null;
    ++this.serial; // until the worklet has obeyed, what is wanted is what is shown
    this.isWaking = true;
    try {
      await this.suspending;
      await resume(this.context);
    } catch (error) {
      this.wanted = { ...this.wanted, playing: false };
      throw error;
    } finally {
      this.isWaking = false;
    }
    // A pause that came while the context woke up wins.
    if (this.wanted.playing) this.command("play");
  }

  pause(): void {
    this.wanted = { ...this.here(), playing: false };
    this.command("pause");
  }

  stop(): void {
    this.wanted = { playing: false, positionFrames: 0 };
    this.command("stop");
  }

  seek(frame: number): void {
    this.wanted = { ...this.here(), positionFrames: frame };
    this.send({ kind: "seek", serial: ++this.serial, frame });
  }

  /** Dragging a loop edge sends many: the worklet gets the latest ten times a second. */
  setLoop(loop: LoopRange | null): void {
    this.nextLoop = loop;
    if (this.loopTimer !== undefined) return;
    this.send({ kind: "loop", loop });
    this.loopTimer = setTimeout(() => {
      this.loopTimer = undefined;
      if (this.nextLoop !== loop) this.setLoop(this.nextLoop);
    }, LOOP_INTERVAL_MS);
  }

  setParams(values: ParamList): void {
    this.send({ kind: "params", values });
  }

  setMonitor(monitor: MonitorState): void {
    this.send({ kind: "monitor", ...monitor });
  }

  resetMeters(): void {
    this.send({ kind: "reset-meters" });
  }

  telemetry(): Telemetry {
    if (this.shared?.read(this.scratch)) this.record.set(this.scratch);
    const { playing, positionFrames } = this.here();
    return readTelemetry(this.record, positionFrames, playing);
  }

  async dispose(): Promise<void> {
    this.unload();
    await this.context?.close();
    this.context = null;
  }

  private here(): { playing: boolean; positionFrames: number } {
    if (this.shared?.read(this.scratch)) this.record.set(this.scratch);
    const facts = readTransport(this.record);
    return facts.serial === this.serial && this.serial > 0 ? { playing: facts.playing, positionFrames: facts.positionFrames } : this.wanted;
  }

  private command(kind: "play" | "pause" | "stop"): void {
    this.send({ kind, serial: ++this.serial });
  }

  private send(command: PlayerCommand, transfer: Transferable[] = []): void {
    this.node?.port.postMessage(command, transfer);
  }

  private breakDown(node: AudioWorkletNode, what: string): void {
    if (node !== this.node || this.isBroken) return;
    this.pause();
    this.isBroken = true;
    this.onBreakdown(`${what} and playback stopped. Press Play to go on from here.`);
  }

  /** The browser resamples from the context's rate to the device's, so the engine always runs at the song's own rate. */
  private async contextFor(sampleRateHz: number): Promise<AudioContext> {
    if (this.context?.sampleRate === sampleRateHz) return this.context;
    await this.context?.close();
    this.context = null;
    let context: AudioContext;
    try {
      context = new AudioContext({ sampleRate: sampleRateHz, latencyHint: "balanced" });
    } catch {
      throw new StudioError(`This browser cannot play at ${sampleRateHz} Hz; mixing and exporting the song still work`);
    }
    await context.audioWorklet.addModule(workletUrl).catch(async (error: unknown) => {
      await context.close();
      throw error;
    });
    // The system took the sound away (a call, a lost device): a page that claims to play on would be wrong.
    context.onstatechange = (): void => {
      if (context === this.context && !this.isWaking && context.state !== "running" && this.here().playing) this.pause();
    };
    this.context = context;
    return context;
  }

  private suspend(context: AudioContext): void {
    this.suspending ??= context.suspend().finally(() => (this.suspending = null));
  }

  /** A paused studio uses no processor time. */
  private suspendWhenIdle(): void {
    if (this.here().playing || this.wanted.playing !== this.here().playing) this.idleSince = null;
    else if (this.idleSince === null) this.idleSince = performance.now();
    else if (performance.now() - this.idleSince >= SUSPEND_AFTER_MS && this.context?.state === "running") this.suspend(this.context);
  }
}

async function resume(context: AudioContext): Promise<void> {
  if (context.state === "running") return;
  const blocked = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new StudioError("The browser does not let the page play sound yet: press Play again")), RESUME_TIMEOUT_MS);
  });
  await Promise.race([context.resume(), blocked]);
}
