/** Live input in the page: what the browser's audio input delivers, through the same chain as songs with its short look-ahead, to the loudspeakers. */
import workletUrl from "../../worklet/live_processor.ts?worker&url";
import type { LiveFigures, RecordWishes } from "../../protocol/rig";
import type { Scope } from "../../protocol/scope";
import type { Telemetry } from "../../protocol/types";
import { StudioError, type JobOptions } from "../engine";
import type { Recording } from "../engine_rig";
import type { LiveCommand, LiveEvent, LiveProcessorOptions } from "../player/live_messages";
import type { MonitorState } from "../player/messages";
import { NO_SCOPE, NodeScope } from "../player/scope";
import { emptyRecord, readTelemetry } from "../player/telemetry_record";
import { PageRecorder, type RecordingPlace } from "./page_recorder";
import { refusal } from "./refusal";

type ParamList = readonly (readonly [id: number, value: number])[];

/** Whatever else the browser does to a microphone belongs to telephony. */
const CONSTRAINTS: MediaStreamConstraints = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } } };
const FADE_S = 0.05;

interface Open {
  readonly context: AudioContext;
  readonly stream: MediaStream;
  readonly node: AudioWorkletNode;
  readonly speakers: GainNode;
  readonly scope: Scope;
}

export class LiveInput {
  private open: Open | null = null;
  private latest: LiveEvent | null = null;
  private readonly silence = emptyRecord();
  private recorder: PageRecorder | null = null;
  private hears = false;

  /** onLost: the input went away by itself. onRecordingEnded: so did the recording; stopRecording() hands over what there is. */
  constructor(
    private readonly module: () => Promise<WebAssembly.Module>,
    private readonly onLost: (message: string) => void,
    private readonly onRecordingEnded: () => void,
  ) {}

  get isOpen(): boolean {
    return this.open !== null;
  }

  get isRecording(): boolean {
    return this.recorder !== null;
  }

  get name(): string {
    return this.open?.stream.getAudioTracks()[0]?.label ?? "";
  }

  get scope(): Scope {
    return this.open?.scope ?? NO_SCOPE;
  }

  async start(params: ParamList, monitor: MonitorState): Promise<void> {
    if (this.open !== null) return;
    if (globalThis.navigator?.mediaDevices?.getUserMedia === undefined) throw new StudioError("This browser gives pages audio input only at https addresses or on this computer");
    const stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS).catch((error: unknown) => {
      throw refusal(error);
    });
    try {
      this.open = await this.connect(stream, params, monitor);
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      throw error;
    }
    this.setHears(this.hears);
  }

  async stop(): Promise<void> {
    const { open } = this;
    this.open = null;
    this.latest = null;
    if (open === null) return;
    open.node.port.postMessage({ kind: "close" } satisfies LiveCommand);
    for (const track of open.stream.getTracks()) track.stop();
    open.node.disconnect();
    await open.context.close();
  }

  /** Whether the loudspeakers or headphones play it; recording and meters go on in any case. */
  setHears(on: boolean): void {
    this.hears = on;
    const { open } = this;
    open?.speakers.gain.setTargetAtTime(on ? 1 : 0, open.context.currentTime, FADE_S / 3);
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
    return readTelemetry(this.latest?.record ?? this.silence, 0, this.latest !== null);
  }

  figures(): LiveFigures {
    const { open, latest } = this;
    const peak = (channel: 0 | 1): number | null => (latest === null || latest.inputPeaks[channel] === 0 ? null : 20 * Math.log10(latest.inputPeaks[channel]));
    return {
      inputPeakDbfs: [peak(0), peak(1)], loadRatio: null, loadMaxRatio: null, xruns: null, deadlineMisses: null, inputClips: latest?.inputClips ?? 0, songUnderruns: 0,
      recordedS: open === null ? 0 : (latest?.recordedFrames ?? 0) / open.context.sampleRate, recorderLostFrames: latest?.lostFrames ?? 0,
      pageLatencyMs: open === null ? null : 1000 * (this.inputLatencyS(open) + open.context.baseLatency + (open.context.outputLatency || 0)) + this.chainLatencyMs(open),
    };
  }

  async startRecording(place: RecordingPlace, { dry }: RecordWishes): Promise<void> {
    const { open } = this;
    if (open === null) throw new StudioError("There is no live input to record: choose Live input first");
    if (this.recorder !== null) throw new StudioError("A recording is running already");
    const { port1, port2 } = new MessageChannel();
    this.recorder = new PageRecorder(port1, place, dry, open.context.sampleRate, this.onRecordingEnded);
    open.node.port.postMessage({ kind: "record", port: port2, dry } satisfies LiveCommand, [port2]);
  }

  async stopRecording(options: JobOptions): Promise<{ readonly recordings: readonly Recording[]; readonly problem: string | null }> {
    const { recorder } = this;
    if (recorder === null) throw new StudioError("No recording is running");
    const lost = this.latest?.lostFrames ?? 0;
    this.send({ kind: "stop-recording" });
    this.recorder = null;
    const { recordings, problem } = await recorder.finish(options);
    return { recordings, problem: problem ?? (lost > 0 ? `This computer was too slow: ${lost} frames are missing from the recording` : null) };
  }

  private async connect(stream: MediaStream, params: ParamList, monitor: MonitorState): Promise<Open> {
    const context = new AudioContext({ latencyHint: "interactive" });
    try {
      await context.audioWorklet.addModule(workletUrl);
      const processorOptions: LiveProcessorOptions = { module: await this.module(), sampleRateHz: context.sampleRate, params, monitor };
      const node = new AudioWorkletNode(context, "ag06-live", {
        numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [2], channelCount: 2, channelCountMode: "explicit", channelInterpretation: "speakers", processorOptions,
      });
      node.port.onmessage = ({ data }: MessageEvent<LiveEvent>): void => void (this.latest = data);
      node.onprocessorerror = (): void => this.lose(node, "The audio engine failed and the live input stopped: choose Live input again");
      const speakers = new GainNode(context, { gain: 0 });
      new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(node).connect(speakers).connect(context.destination);
      for (const track of stream.getAudioTracks()) track.onended = (): void => this.lose(node, "The audio input went away: connect it and choose Live input again");
      await context.resume();
      return { context, stream, node, speakers, scope: new NodeScope(node, 2) };
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  private lose(node: AudioWorkletNode, message: string): void {
    if (this.open?.node !== node) return;
    this.onLost(message);
  }

  private inputLatencyS({ stream }: Open): number {
    const settings = stream.getAudioTracks()[0]?.getSettings() as { latency?: number } | undefined;
    return settings?.latency ?? 0;
  }

  private chainLatencyMs({ context }: Open): number {
    return (1000 * this.telemetry().chainLatencyFrames) / context.sampleRate;
  }

  private send(command: LiveCommand): void {
    this.open?.node.port.postMessage(command);
  }
}
