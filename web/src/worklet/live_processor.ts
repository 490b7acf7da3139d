/** The AudioWorklet processor of live input: the engine's monitor path with its short look-ahead, and the way to the recorder. */
import { CHUNK_FRAMES } from "../engine/player/chunk_queue";
import { ChunkRecorder } from "../engine/player/chunk_recorder";
import type { LiveCommand, LiveEvent, LiveProcessorOptions } from "../engine/player/live_messages";
import { PortSink, type EmptyMessage } from "../engine/player/port_queue";
import { emptyRecord, writeRecord } from "../engine/player/telemetry_record";
import { Core } from "../engine/wasm/core";
import { CoreSession } from "../engine/wasm/session";

/** Longest slice in one go; longer render quanta are cut. */
const BLOCK_FRAMES = 128;
const CHANNELS = 2;
const TELEMETRY_HZ = 60;
/** What the recorder may fall behind by. */
const RECORDER_AHEAD_S = 4;

class LiveProcessor extends AudioWorkletProcessor {
  private readonly session: CoreSession;
  private readonly record = emptyRecord();
  private readonly telemetryFrames: number;
  private readonly dry = [new Float32Array(BLOCK_FRAMES), new Float32Array(BLOCK_FRAMES)];
  private readonly recorded: Float32Array[];
  private readonly peaks: [number, number] = [0, 0];
  private recorder: ChunkRecorder | null = null;
  private ending = false;
  private framesSinceTelemetry = 0;
  private framesDone = 0;
  private clips = 0;
  private closed = false;

  constructor({ processorOptions }: { processorOptions: LiveProcessorOptions }) {
    super();
    const { module, sampleRateHz, params, monitor } = processorOptions;
    this.session = new CoreSession(new Core(module), sampleRateHz, CHANNELS, BLOCK_FRAMES, "live");
    this.recorded = [...this.session.planes, ...this.dry];
    this.telemetryFrames = sampleRateHz / TELEMETRY_HZ;
    this.session.setParamList(params);
    this.session.setMonitor(monitor);
    this.session.reset();
    this.port.onmessage = ({ data }: MessageEvent<LiveCommand>): void => this.obey(data);
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0];
    const frames = out?.[0]?.length ?? 0;
    if (this.closed) return false;
    if (!out || frames === 0) return true;
    const input = inputs[0] ?? [];
    for (let at = 0; at < frames; at += BLOCK_FRAMES) this.slice(input, out, at, Math.min(BLOCK_FRAMES, frames - at));
    this.framesDone += frames;
    this.framesSinceTelemetry += frames;
    if (this.ending && this.recorder?.finish() !== false) this.endRecording();
    if (this.framesSinceTelemetry >= this.telemetryFrames) this.publish();
    return true;
  }

  private slice(input: readonly Float32Array[], out: readonly Float32Array[], at: number, frames: number): void {
    for (let c = 0; c < CHANNELS; ++c) {
      // A source that has not started, or is mono, brings fewer channels.
      const from = input[c] ?? input[0];
      const to = this.session.planes[c] as Float32Array;
      const dry = this.dry[c] as Float32Array;
      for (let i = 0; i < frames; ++i) {
        const sample = from === undefined ? 0 : (from[at + i] as number);
        to[i] = sample;
        dry[i] = sample;
        const size = Math.abs(sample);
        if (size > (this.peaks[c] as number)) this.peaks[c] = size;
        if (size >= 1) ++this.clips;
      }
    }
    this.session.process(frames);
    if (this.recorder !== null && !this.ending) this.recorder.write(this.recorded, frames);
    for (let c = 0; c < CHANNELS; ++c) {
      const from = this.session.planes[c] as Float32Array;
      const to = out[c];
      if (to !== undefined) for (let i = 0; i < frames; ++i) to[at + i] = from[i] as number;
    }
  }

  private obey(command: LiveCommand): void {
    switch (command.kind) {
      case "params":
        return this.session.setParamList(command.values);
      case "monitor":
        return this.session.setMonitor(command);
      case "reset-meters":
        this.clips = 0;
        return this.session.resetMeters();
      case "record":
        return this.startRecording(command.port, command.dry);
      case "stop-recording":
        this.ending = this.recorder !== null;
        return;
      case "close":
        this.closed = true;
    }
  }

  private startRecording(port: MessagePort, dry: boolean): void {
    const channels = dry ? 2 * CHANNELS : CHANNELS;
    const sink = new PortSink(port, channels, Math.ceil((RECORDER_AHEAD_S * this.session.sampleRateHz) / CHUNK_FRAMES));
    port.onmessage = ({ data }: MessageEvent<EmptyMessage>): void => sink.takeBack(data);
    this.recorder = new ChunkRecorder(sink);
    this.ending = false;
  }

  private endRecording(): void {
    this.ending = false;
    this.publish();
    this.recorder = null;
  }

  private publish(): void {
    this.framesSinceTelemetry = 0;
    const facts = { playing: true, positionFrames: this.framesDone, underruns: 0, serial: 0, latencyFrames: this.session.latencyFrames };
    writeRecord(this.record, facts, this.session.takeTelemetry());
    const event: LiveEvent = {
      record: this.record, inputPeaks: [this.peaks[0], this.peaks[1]], inputClips: this.clips,
      recordedFrames: this.recorder?.recordedFrames ?? 0, lostFrames: this.recorder?.lostFrames ?? 0,
    };
    this.peaks[0] = this.peaks[1] = 0;
    this.port.postMessage(event);
  }
}

registerProcessor("ag06-live", LiveProcessor as never);
