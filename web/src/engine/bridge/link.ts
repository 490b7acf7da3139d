/** The connection to the bridge: hello, one snapshot, numbered deltas, requests with answers, and coming back by itself. Knows nothing of songs and sliders. */
import { BRIDGE_PROTOCOL, BRIDGE_SUBPROTOCOL, readServerMessage, withChanges, writeRequest, type BridgeResult, type BridgeState, type ClientRequest, type ServerMessage } from "../../protocol/bridge";
import { PARAMS_HASH } from "../../protocol/params.gen";
import type { LinkStatus } from "../../protocol/rig";
import { StudioError } from "../engine";
import { backOffMs } from "./back_off";

export type LinkRequest = Exclude<ClientRequest, { readonly type: "hello" }>;

/** Messages that are nobody's answer. */
export type BridgeNews = Extract<ServerMessage, { readonly type: "devices" | "takes" | "credit" | "song_ended" | "moves" | "lagging" }>;

/** The part of WebSocket that is used here. */
export interface SocketLike {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(data: string | ArrayBuffer): void;
  close(code?: number): void;
}

export interface LinkEnvironment {
  /** May throw, e.g. for an address that the browser refuses. */
  open(address: string, subprotocol: string): SocketLike;
  /** In [0, 1). */
  random(): number;
}

/** code: one of the protocol's, or "offline", "connection_lost", "timeout". */
export class BridgeError extends StudioError {
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

export interface LinkListener {
  statusChanged(status: LinkStatus): void;
  /** resumed: after a connection that broke off. */
  snapshot(state: BridgeState, resumed: boolean): void;
  changed(state: BridgeState, changes: Partial<BridgeState>): void;
  message(message: BridgeNews): void;
  frame(bytes: ArrayBuffer): void;
  /** Something that was no request, e.g. a piece of a song, was refused. */
  refused(error: BridgeError): void;
}

interface Waiting {
  readonly resolve: (result: BridgeResult) => void;
  readonly reject: (error: BridgeError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** From opening the socket to the snapshot. */
const GREETING_MS = 4000;
/** Calibration and closing takes belong to the slow ones. */
const ANSWER_MS = 15_000;
/** A connection whose other end went away without a word says nothing by itself. */
const PING_INTERVAL_MS = 5000;
const PING_MS = 5000;
/** Trying again would not help: a person has to do something first. */
const FINAL: ReadonlySet<string> = new Set(["unauthorized", "table_mismatch", "unsupported_protocol"]);

const ADVICE: Readonly<Record<string, string>> = {
  unauthorized: "The bridge does not know this page: open the link that ag06-bridge prints when it starts or with --pair, or enter its token under Address",
  table_mismatch: "The bridge and this page are of different versions: update both and reload",
  unsupported_protocol: "The bridge and this page are of different versions: update both and reload",
  too_many_clients: "The bridge serves as many pages as it can: close one of the others",
};

export class BridgeLink {
  private socket: SocketLike | null = null;
  private current: LinkStatus = { phase: "off", address: "", message: "" };
  private known: BridgeState | null = null;
  private seq = 0;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();
  private token: string | null = null;
  private failures = 0;
  private wasOnline = false;
  private refusal: BridgeError | null = null;
  private greeting: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private heart: ReturnType<typeof setInterval> | undefined;
  /** Addresses still to be tried before the first connection, and who waits for it. */
  private candidates: readonly string[] = [];
  private firstTry: { readonly resolve: () => void; readonly reject: (error: BridgeError) => void } | null = null;

  constructor(private readonly environment: LinkEnvironment, private readonly listener: LinkListener) {}

  get status(): LinkStatus {
    return this.current;
  }

  /** The latest; null unless online. */
  get state(): BridgeState | null {
    return this.current.phase === "online" ? this.known : null;
  }

  /** Settles with the first snapshot, or rejects when no address answered once. From then on the link comes back by itself until disconnect(). */
  connect(addresses: readonly string[], token: string | null): Promise<void> {
    this.disconnect();
    this.token = token;
    this.candidates = addresses;
    return new Promise((resolve, reject) => {
      this.firstTry = { resolve, reject };
      this.tryNext();
    });
  }

  disconnect(): void {
    clearTimeout(this.retry);
    this.drop(new BridgeError("offline", "The bridge was left"));
    this.settleFirst(new BridgeError("offline", "The bridge was left"));
    this.wasOnline = false;
    this.failures = 0;
    this.known = null;
    this.refusal = null;
    this.setStatus("off", "");
  }

  /** Does not wait for the back-off to end, nor for what a person has put right meanwhile. */
  retryNow(addresses: readonly string[], token: string | null): void {
    if (this.current.phase === "online" || this.current.phase === "connecting") return;
    this.token = token;
    const { address } = this.current;
    this.open(addresses.includes(address) ? address : (addresses[0] ?? address));
  }

  /** Rejects with BridgeError; nothing was changed then, unless the connection was lost while waiting. */
  request(message: LinkRequest, timeoutMs = ANSWER_MS): Promise<BridgeResult> {
    const { socket } = this;
    if (socket === null || this.current.phase !== "online") return Promise.reject(new BridgeError("offline", this.current.message || "The bridge is not connected"));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new BridgeError("timeout", `The bridge did not answer (${message.type})`));
      }, timeoutMs);
      this.waiting.set(id, { resolve, reject, timer });
      socket.send(writeRequest(message, id));
    });
  }

  /** False: not connected. */
  sendFrame(bytes: ArrayBuffer): boolean {
    if (this.socket === null || this.current.phase !== "online") return false;
    this.socket.send(bytes);
    return true;
  }

  private tryNext(): void {
    const [address, ...rest] = this.candidates;
    this.candidates = rest;
    if (address !== undefined) this.open(address);
  }

  private open(address: string): void {
    clearTimeout(this.retry);
    this.refusal = null;
    this.setStatus("connecting", this.wasOnline ? "Connecting to the bridge again" : "Connecting to the bridge", address);
    let socket: SocketLike;
    try {
      socket = this.environment.open(address, BRIDGE_SUBPROTOCOL);
    } catch {
      this.failed(new BridgeError("offline", `This browser does not let the page connect to ${address}`));
      return;
    }
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    this.greeting = setTimeout(() => this.lost(socket), GREETING_MS);
    socket.onopen = (): void => {
      const token = this.token === null || this.token === "" ? {} : { token: this.token };
      socket.send(writeRequest({ type: "hello", protocol: BRIDGE_PROTOCOL, table_hash: PARAMS_HASH, ...token }));
    };
    socket.onmessage = ({ data }): void => {
      if (typeof data === "string") this.obey(data);
      else if (this.current.phase === "online") this.listener.frame(data as ArrayBuffer);
    };
    socket.onclose = (): void => this.lost(socket);
    socket.onerror = (): void => undefined; // close follows
  }

  private obey(text: string): void {
    let message: ServerMessage;
    try {
      message = readServerMessage(text);
    } catch {
      return this.startOver("The bridge said something that this page does not understand");
    }
    switch (message.type) {
      case "hello":
        return;
      case "state":
        return this.take(message.seq, message.state);
      case "delta":
        return this.follow(message.seq, message.changes);
      case "ok":
        return this.answer(message.id, (waiting) => waiting.resolve(message.result));
      case "error":
        return this.fail(new BridgeError(message.code, message.message), message.id);
      default:
        return this.listener.message(message);
    }
  }

  private take(seq: number, state: BridgeState): void {
    clearTimeout(this.greeting);
    const resumed = this.wasOnline;
    this.seq = seq;
    this.known = state;
    this.failures = 0;
    this.wasOnline = true;
    this.candidates = [];
    clearInterval(this.heart);
    this.heart = setInterval(() => this.checkAlive(), PING_INTERVAL_MS);
    this.setStatus("online", "");
    this.listener.snapshot(state, resumed);
    this.settleFirst(null);
  }

  private follow(seq: number, changes: Partial<BridgeState>): void {
    if (this.known === null) return;
    if (seq !== this.seq + 1) return this.startOver("A message of the bridge was missed");
    this.seq = seq;
    this.known = withChanges(this.known, changes);
    this.listener.changed(this.known, changes);
  }

  private answer(id: unknown, settle: (waiting: Waiting) => void): void {
    const waiting = typeof id === "number" ? this.waiting.get(id) : undefined;
    if (waiting === undefined) return;
    this.waiting.delete(id as number);
    clearTimeout(waiting.timer);
    settle(waiting);
  }

  /** Before the snapshot an error is the answer to hello. */
  private fail(error: BridgeError, id: unknown): void {
    if (this.current.phase === "online") return id === null ? this.listener.refused(error) : this.answer(id, (waiting) => waiting.reject(error));
    this.refusal = new BridgeError(error.code, ADVICE[error.code] ?? `The bridge refuses this page: ${error.message}`);
  }

  private checkAlive(): void {
    const { socket } = this;
    if (socket !== null) this.request({ type: "ping" }, PING_MS).catch((error: BridgeError) => error.code === "timeout" && this.lost(socket));
  }

  /** A snapshot is asked for by connecting anew. */
  private startOver(why: string): void {
    this.drop(new BridgeError("connection_lost", why));
    this.open(this.current.address);
  }

  private lost(socket: SocketLike): void {
    if (socket !== this.socket) return;
    const { address } = this.current;
    const reason = this.refusal ?? new BridgeError(this.wasOnline ? "connection_lost" : "offline", this.wasOnline
      ? "The connection to the bridge broke off"
      : `No bridge answers at ${address.replace(/\/ws$/, "")}: start ag06-bridge on this computer and open the address it prints`);
    this.drop(reason);
    this.failed(reason);
  }

  private failed(reason: BridgeError): void {
    if (FINAL.has(reason.code)) {
      this.setStatus("refused", reason.message);
      return this.settleFirst(reason);
    }
    if (this.wasOnline) return this.retryLater(reason);
    if (this.candidates.length > 0) return this.tryNext();
    this.setStatus("off", reason.message);
    this.settleFirst(reason);
  }

  private retryLater(reason: BridgeError): void {
    const waitMs = backOffMs(++this.failures, this.environment.random());
    const { address } = this.current;
    this.setStatus("waiting", `${reason.message}; trying again in ${(waitMs / 1000).toFixed(waitMs < 1000 ? 1 : 0)} s`);
    this.retry = setTimeout(() => this.open(address), waitMs);
  }

  /** Forgets the socket; who waits for an answer is told. */
  private drop(reason: BridgeError): void {
    clearTimeout(this.greeting);
    clearInterval(this.heart);
    const { socket } = this;
    this.socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
    }
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject, timer } of waiting) {
      clearTimeout(timer);
      reject(reason);
    }
  }

  private settleFirst(error: BridgeError | null): void {
    const first = this.firstTry;
    this.firstTry = null;
    if (error === null) first?.resolve();
    else first?.reject(error);
  }

  private setStatus(phase: LinkStatus["phase"], message: string, address = this.current.address): void {
    this.current = { phase, message, address };
    this.listener.statusChanged(this.current);
  }
}
