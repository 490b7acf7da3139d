/** A bridge in memory for tests: sockets that behave as a browser's, and a server that answers as bridge/PROTOCOL.md has it. It plays nothing; time is moved by hand. */
import type { BridgeMode, BridgeSource, BridgeState, ClientRequest, SongEnd, TakeRow } from "../../protocol/bridge";
import { METER_NAMES, decodeFrame, encodeFrame, type BridgeFrame, type MeterName } from "../../protocol/bridge_frames";
import { PARAMS, PARAMS_HASH, PARAMS_VERSION } from "../../protocol/params.gen";
import type { LinkEnvironment, SocketLike } from "../bridge/link";

export const FAKE_DEVICE_RATE_HZ = 48000;
const AHEAD_S = 1.5;

export function fakeBridgeState(changes: Partial<BridgeState> = {}): BridgeState {
  return {
    mode: "manual", auto_by: "musical", wet_ratio: 1, params: Object.fromEntries(PARAMS.map((p) => [p.key, p.defaultValue])),
    device: {
      phase: "running", id: "jack:AG06/AG03 Analog Stereo", name: "AG06/AG03 Analog Stereo", backend: "jack", sample_rate_hz: FAKE_DEVICE_RATE_HZ, block_frames: 128,
      input_latency_frames: 240, output_latency_frames: 240, buffer_latency_frames: 128, engine_latency_frames: 72, measured_round_trip_frames: null,
      is_realtime: true, memory_is_locked: true, message: "",
    },
    guard: "clear", recorder: { is_recording: false, take_id: "", message: "" }, transport: { source: "live", is_playing: false, stream_id: 0, sample_rate_hz: 0 }, ...changes,
  };
}

export class FakeSocket implements SocketLike {
  binaryType = "blob";
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  isOpen = false;
  closed = false;

  constructor(readonly address: string, private readonly bridge: FakeBridge) {}

  send(data: string | ArrayBuffer): void {
    if (!this.isOpen) throw new Error("InvalidStateError: the socket is not open");
    queueMicrotask(() => this.bridge.hear(this, data));
  }

  close(): void {
    this.closed = true;
    this.isOpen = false;
    this.bridge.left(this);
  }

  /** From the server's side. */
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  sayBytes(bytes: ArrayBuffer): void {
    this.onmessage?.({ data: bytes });
  }

  breakOff(code = 1006): void {
    this.isOpen = false;
    this.closed = true;
    this.bridge.left(this);
    this.onerror?.();
    this.onclose?.({ code, reason: "" });
  }
}

type Request = ClientRequest & { readonly id?: number };

export class FakeBridge implements LinkEnvironment {
  state = fakeBridgeState();
  /** Addresses at which it can be reached. */
  reachable: (address: string) => boolean = () => true;
  token: string | null = null;
  /** Requests are heard, but nothing is said. */
  silent = false;
  /** Answers to these wait until releaseAnswers(). */
  holds: ReadonlySet<string> = new Set();
  readonly sockets: FakeSocket[] = [];
  readonly requests: Request[] = [];
  readonly pieces: BridgeFrame[] = [];
  takes: TakeRow[] = [];
  /** Makes a request fail: type to code and message. */
  readonly refusals = new Map<string, readonly [code: string, message: string]>();
  /** The same for the next one only. */
  readonly refusesOnce = new Map<string, readonly [code: string, message: string]>();
  grantsCredit = true;
  private seq = 0;
  private nextFrame = 0;
  private grantedFrames = 0;
  private held: (() => void)[] = [];
  private readonly sequences = new Map<string, number>();

  random(): number {
    return 0.5;
  }

  open(address: string): FakeSocket {
    const socket = new FakeSocket(address, this);
    this.sockets.push(socket);
    queueMicrotask(() => {
      if (socket.closed) return;
      if (!this.reachable(address)) return socket.breakOff();
      socket.isOpen = true;
      socket.onopen?.();
    });
    return socket;
  }

  get socket(): FakeSocket {
    const latest = this.sockets.at(-1);
    if (latest === undefined) throw new Error("no page has connected");
    return latest;
  }

  of<T extends ClientRequest["type"]>(type: T): Extract<Request, { type: T }>[] {
    return this.requests.filter((request) => request.type === type) as Extract<Request, { type: T }>[];
  }

  /** Changes the state as another page, or the device, would. */
  change(changes: Omit<Partial<BridgeState>, "params"> & { readonly params?: Readonly<Record<string, number>> }): void {
    this.state = { ...this.state, ...changes, params: { ...this.state.params, ...changes.params } };
    this.tell(changes);
  }

  meters(values: Partial<Record<MeterName, number>>): void {
    const samples = Float32Array.from(METER_NAMES, (name) => values[name] ?? Number.NaN);
    this.frame("meters", METER_NAMES.length, 1, samples);
  }

  frame(kind: "meters" | "spectrum" | "scope", channels: number, frames: number, samples: Float32Array<ArrayBuffer>): void {
    const sequence = this.sequences.get(kind) ?? 0;
    this.sequences.set(kind, sequence + 1);
    this.socket.sayBytes(encodeFrame({ kind, sequence, channels, frames, sampleRateHz: FAKE_DEVICE_RATE_HZ, sampleTime: 0n, isLast: false, samples }));
  }

  endSong(reason: SongEnd): void {
    const streamId = this.state.transport.stream_id;
    this.change({ transport: { ...this.state.transport, is_playing: false } });
    this.socket.say({ type: "song_ended", stream_id: streamId, reason });
  }

  grant(frames: number): void {
    this.grantedFrames += frames;
    this.socket.say({ type: "credit", stream_id: this.state.transport.stream_id, frames });
  }

  releaseAnswers(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  /** The program ends and starts anew. */
  restart(): void {
    const { socket } = this;
    this.state = fakeBridgeState();
    this.seq = 0;
    socket.breakOff();
  }

  left(_socket: FakeSocket): void {
    if (this.state.transport.is_playing) this.state = { ...this.state, transport: { ...this.state.transport, is_playing: false } };
  }

  hear(socket: FakeSocket, data: string | ArrayBuffer): void {
    if (typeof data !== "string") return this.take(decodeFrame(data));
    const request = JSON.parse(data) as Request;
    this.requests.push(request);
    if (this.silent) return;
    if (request.type === "hello") return this.greet(socket, request.token ?? null);
    const refusal = this.refusesOnce.get(request.type) ?? this.refusals.get(request.type);
    this.refusesOnce.delete(request.type);
    const answer = (): void => {
      if (!socket.isOpen) return;
      if (refusal !== undefined) return socket.say({ type: "error", code: refusal[0], message: refusal[1], id: request.id });
      const result = this.obey(request);
      socket.say({ type: "ok", id: request.id, ...(result === undefined ? {} : { result }) });
      this.after(request);
    };
    if (this.holds.has(request.type)) this.held.push(answer);
    else answer();
  }

  /** As the real one: pieces of the stream that plays follow one another without gaps, no more than was granted; others are dropped. */
  private take(piece: BridgeFrame): void {
    if (piece.sequence !== this.state.transport.stream_id) return;
    if (Number(piece.sampleTime) !== this.nextFrame) throw new Error(`frame ${this.nextFrame} comes next, not ${piece.sampleTime}`);
    if (piece.frames > this.grantedFrames) throw new Error(`${piece.frames} frames, but only ${this.grantedFrames} were granted`);
    this.nextFrame += piece.frames;
    this.grantedFrames -= piece.frames;
    this.pieces.push(piece);
  }

  private greet(socket: FakeSocket, token: string | null): void {
    if (this.token !== null && token !== this.token) {
      socket.say({ type: "error", code: "unauthorized", message: "the token is not mine", id: null });
      return socket.breakOff(1008);
    }
    socket.say({ type: "hello", protocol: 1, version: "1", table_hash: PARAMS_HASH, table_version: PARAMS_VERSION });
    socket.say({ type: "state", seq: this.seq, state: this.state });
  }

  private obey(request: Request): unknown {
    switch (request.type) {
      case "set_params":
        this.state = { ...this.state, params: { ...this.state.params, ...request.values } };
        return undefined;
      case "set_mode":
        this.state = { ...this.state, mode: request.mode };
        return undefined;
      case "set_wet":
        this.state = { ...this.state, wet_ratio: request.wet_ratio };
        return undefined;
      case "transport":
        return this.transport(request);
      case "record": {
        const isRecording = request.action === "start";
        const takeId = isRecording ? "2026-11-21T16-40-12Z-processed" : this.state.recorder.take_id;
        this.state = { ...this.state, recorder: { is_recording: isRecording, take_id: takeId, message: "" } };
        return { take_id: takeId };
      }
      case "list_takes":
        return { takes: this.takes };
      case "list_devices":
        return { devices: [] };
      default:
        return undefined;
    }
  }

  private transport(request: Extract<Request, { type: "transport" }>): unknown {
    const { transport } = this.state;
    if (request.action === "source") this.state = { ...this.state, transport: { ...transport, source: request.source as BridgeSource } };
    else if (request.action === "start") {
      const streamId = transport.stream_id + 1;
      this.nextFrame = request.first_frame ?? 0;
      this.grantedFrames = 0;
      this.state = { ...this.state, transport: { source: "file", is_playing: true, stream_id: streamId, sample_rate_hz: request.sample_rate_hz } };
      return { stream_id: streamId };
    } else this.state = { ...this.state, transport: { ...transport, is_playing: request.action === "resume" } };
    return undefined;
  }

  /** What follows the answer: the delta that everybody gets, and credit for a song that started. */
  private after(request: Request): void {
    if (request.type === "set_params") this.tell({ params: request.values });
    if (request.type === "set_mode") this.tell({ mode: request.mode as BridgeMode });
    if (request.type === "set_wet") this.tell({ wet_ratio: request.wet_ratio });
    if (request.type === "record") this.tell({ recorder: this.state.recorder });
    if (request.type !== "transport") return;
    this.tell({ transport: this.state.transport });
    if (request.action === "start" && this.grantsCredit) this.grant(Math.floor(AHEAD_S * request.sample_rate_hz));
  }

  private tell(changes: object): void {
    this.seq++;
    const open = this.sockets.at(-1);
    if (open?.isOpen === true) open.say({ type: "delta", seq: this.seq, changes });
  }
}

/** Lets everything that waits for no timer happen. */
export async function happened(): Promise<void> {
  for (let i = 0; i < 80; ++i) await Promise.resolve();
}
