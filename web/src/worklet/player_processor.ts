/** The AudioWorklet processor: the engine's monitor path, fed from the chunk queue. The same code plays live and renders offline. */
import type { ChunkSource, FillRequest } from "../engine/player/chunk_queue";
import type { PlayerCommand, PlayerEvent, ProcessorOptions } from "../engine/player/messages";
import { PlayerCore } from "../engine/player/player_core";
import { PortSource, type ChunkMessage } from "../engine/player/port_queue";
import { SharedRing } from "../engine/player/shared_ring";
import { StreamReader } from "../engine/player/stream_reader";
import { emptyRecord, SharedRecord, writeRecord } from "../engine/player/telemetry_record";
import { Core } from "../engine/wasm/core";
import { CoreSession } from "../engine/wasm/session";

/** Longest slice in one go; longer render quanta are cut. */
const BLOCK_FRAMES = 128;
const TELEMETRY_HZ = 60;

class PlayerProcessor extends AudioWorkletProcessor {
  private readonly session: CoreSession;
  private readonly source: ChunkSource;
  private readonly player: PlayerCore;
  private readonly record = emptyRecord();
  private readonly shared: SharedRecord | null;
  private readonly telemetryFrames: number;
  private feeder: MessagePort | null = null;
  private waiting: FillRequest | null = null;
  private framesSinceTelemetry = 0;
  private serial = 0;
  private closed = false;

  constructor({ processorOptions }: { processorOptions: ProcessorOptions }) {
    super();
    const { module, sampleRateHz, channels, latency, params, monitor, ring, telemetry, preloaded } = processorOptions;
    this.session = new CoreSession(new Core(module), sampleRateHz, channels, BLOCK_FRAMES, latency);
    this.shared = telemetry ? new SharedRecord(telemetry) : null;
    this.telemetryFrames = sampleRateHz / TELEMETRY_HZ;
    this.source = ring ? new SharedRing(ring) : new PortSource(channels, { postMessage: (message, transfer) => this.feeder?.postMessage(message, transfer) });
    this.player = new PlayerCore(this.session, new StreamReader(this.source, (request) => this.ask(request)), () => this.publish());
    this.session.setParamList(params);
    this.session.setMonitor(monitor);
    this.session.reset();
    this.port.onmessage = ({ data }: MessageEvent<PlayerCommand>): void => this.obey(data);
    if (preloaded) this.playPreloaded(preloaded);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0];
    const frames = out?.[0]?.length ?? 0;
    if (this.closed) return false;
    if (!out || frames === 0) return true;
    this.player.process(out, frames);
    this.framesSinceTelemetry += frames;
    if (this.framesSinceTelemetry >= this.telemetryFrames) this.publish();
    return true;
  }

  private playPreloaded(chunks: NonNullable<ProcessorOptions["preloaded"]>): void {
    for (const { startFrame, frames, last, planes } of chunks)
      (this.source as PortSource).receive({ kind: "chunk", generation: 1, startFrame, frames, last, buffer: (planes[0] as Float32Array<ArrayBuffer>).buffer });
    this.player.play();
  }

  private ask(request: FillRequest): void {
    if (this.feeder) this.feeder.postMessage(request);
    else this.waiting = request;
  }

  private obey(command: PlayerCommand): void {
    switch (command.kind) {
      case "play":
        this.player.play();
        break;
      case "pause":
        this.player.pause();
        break;
      case "stop":
        this.player.stop();
        break;
      case "seek":
        this.player.seek(command.frame);
        break;
      case "loop":
        this.player.setLoop(command.loop);
        break;
      case "params":
        this.session.setParamList(command.values);
        break;
      case "monitor":
        this.session.setMonitor(command);
        break;
      case "reset-meters":
        this.session.resetMeters();
        break;
      case "feeder":
        this.connect(command.port);
        break;
      case "close":
        this.closed = true;
        this.feeder?.close();
        return;
    }
    if ("serial" in command) this.serial = command.serial;
    this.publish();
  }

  private connect(port: MessagePort): void {
    this.feeder = port;
    port.onmessage = ({ data }: MessageEvent<ChunkMessage>): void => (this.source as PortSource).receive(data);
    if (this.waiting) port.postMessage(this.waiting);
    this.waiting = null;
  }

  private publish(): void {
    this.framesSinceTelemetry = 0;
    const facts = { playing: this.player.isPlaying, positionFrames: this.player.positionFrames, underruns: this.player.underruns, serial: this.serial, latencyFrames: this.session.latencyFrames };
    writeRecord(this.record, facts, this.session.takeTelemetry());
    if (this.shared) this.shared.write(this.record);
    else this.port.postMessage({ kind: "telemetry", record: this.record } satisfies PlayerEvent);
  }
}

registerProcessor("ag06-player", PlayerProcessor as never);
