/**
 * The text messages of subprotocol ag06.v1 between the page and ag06-bridge; names and units are those of the wire.
 * Not for binary frames (bridge_frames.ts).
 * bridge/PROTOCOL.md explains every message; its examples are the tests of this file and of the bridge's own codec.
 */
import type { Fields } from "./checked";
import { Damaged, asFields, asNumber, asText, flag, list, number, nullable, text, whole } from "./checked";

export const BRIDGE_SUBPROTOCOL = "ag06.v1";
export const BRIDGE_PROTOCOL = 1;

export const BRIDGE_ERROR_CODES = [
  "bad_json", "too_large", "too_deep", "unknown_type", "unknown_key", "missing_key", "wrong_type", "out_of_range", "not_finite", "unknown_parameter",
  "unsupported_protocol", "table_mismatch", "hello_expected", "bad_frame", "unauthorized", "rate_limited", "too_many_clients", "no_device",
  "unknown_device", "device_failed", "busy", "not_recording", "not_playing", "not_owner", "unknown_take", "disk_failed", "shutting_down", "internal",
] as const;
export const BRIDGE_STREAMS = ["meters", "spectrum", "scope", "features", "audio_input", "audio_output", "moves"] as const;
export const BRIDGE_MODES = ["auto", "manual", "bypass"] as const;
/** What mode auto goes by: a version of the trained models, or the rule. */
export const AUTO_DECIDERS = ["musical", "ensemble", "enhanced-cnn", "ast", "baseline-cnn"] as const;
export const BRIDGE_SOURCES = ["live", "file"] as const;
export const DEVICE_PHASES = ["none", "opening", "running", "lost", "failed"] as const;
export const GUARD_PHASES = ["idle", "checking", "clear", "loopback"] as const;
export const SONG_ENDS = ["finished", "stopped", "replaced", "rate_changed", "device_lost", "client_gone"] as const;
export const TAKE_FORMATS = ["wav24", "wav32f", "flac24"] as const;

export type BridgeErrorCode = (typeof BRIDGE_ERROR_CODES)[number];
export type BridgeStream = (typeof BRIDGE_STREAMS)[number];
export type BridgeMode = (typeof BRIDGE_MODES)[number];
export type BridgeSource = (typeof BRIDGE_SOURCES)[number];
export type SongEnd = (typeof SONG_ENDS)[number];
export type TakeFormat = (typeof TAKE_FORMATS)[number];
export type RequestId = string | number;

export interface BridgeDevice {
  readonly phase: (typeof DEVICE_PHASES)[number];
  readonly id: string;
  readonly name: string;
  readonly backend: string;
  readonly sample_rate_hz: number;
  readonly block_frames: number;
  readonly input_latency_frames: number;
  readonly output_latency_frames: number;
  readonly buffer_latency_frames: number;
  readonly engine_latency_frames: number;
  /** null: not measured by calibration. */
  readonly measured_round_trip_frames: number | null;
  readonly is_realtime: boolean;
  readonly memory_is_locked: boolean;
  /** A sentence for people; empty: nothing to say. */
  readonly message: string;
}

export interface BridgeRecorder {
  readonly is_recording: boolean;
  readonly take_id: string;
  readonly message: string;
}

export interface BridgeTransport {
  readonly source: BridgeSource;
  readonly is_playing: boolean;
  readonly stream_id: number;
  readonly sample_rate_hz: number;
}

export interface BridgeState {
  readonly mode: BridgeMode;
  readonly auto_by: (typeof AUTO_DECIDERS)[number];
  readonly wet_ratio: number;
  /** Real units by the parameter table's keys. */
  readonly params: Readonly<Record<string, number>>;
  readonly device: BridgeDevice;
  readonly guard: (typeof GUARD_PHASES)[number];
  readonly recorder: BridgeRecorder;
  readonly transport: BridgeTransport;
}

export interface DeviceRow {
  readonly id: string;
  readonly name: string;
  readonly backend: string;
  readonly input_channels: number;
  readonly output_channels: number;
  readonly default_sample_rate_hz: number;
  readonly rate_is_fixed: boolean;
}

export interface TakeRow {
  readonly id: string;
  readonly file_name: string;
  readonly format: TakeFormat;
  readonly sample_rate_hz: number;
  readonly channels: number;
  readonly frames: number;
  readonly bytes: number;
  readonly started_at: string;
  readonly is_complete: boolean;
}

export interface BridgeMove {
  readonly param: string;
  readonly from: number;
  readonly to: number;
  readonly confidence: number;
  readonly reason: string;
  readonly evidence: string;
}

/** Every one may carry an id and is answered by one ok or one error. */
export type ClientRequest =
  | { readonly type: "hello"; readonly protocol: number; readonly token?: string; readonly table_hash?: string }
  | { readonly type: "set_params"; readonly values: Readonly<Record<string, number>> }
  | { readonly type: "set_mode"; readonly mode: BridgeMode }
  | { readonly type: "set_wet"; readonly wet_ratio: number }
  | { readonly type: "set_monitor"; readonly original_gain_db: number; readonly processed_gain_db: number }
  | { readonly type: "list_devices" | "close_device" | "calibrate" | "reset_meters" | "list_takes" | "ping" }
  | { readonly type: "open_device"; readonly device_id?: string; readonly sample_rate_hz?: number; readonly block_frames?: number }
  | { readonly type: "transport"; readonly action: "source"; readonly source: BridgeSource }
  | { readonly type: "transport"; readonly action: "start"; readonly sample_rate_hz: number; readonly first_frame?: number }
  | { readonly type: "transport"; readonly action: "pause" | "resume" | "stop" }
  | { readonly type: "record"; readonly action: "start"; readonly input?: boolean; readonly processed?: boolean; readonly format?: TakeFormat }
  | { readonly type: "record"; readonly action: "stop" }
  | { readonly type: "remove_take"; readonly take_id: string }
  | { readonly type: "subscribe"; readonly streams: readonly BridgeStream[]; readonly rate_hz?: number };

export interface BridgeResult {
  readonly devices?: readonly DeviceRow[];
  readonly takes?: readonly TakeRow[];
  readonly stream_id?: number;
  readonly take_id?: string;
}

export type ServerMessage =
  | { readonly type: "hello"; readonly protocol: number; readonly version: string; readonly table_hash: string; readonly table_version: number }
  | { readonly type: "state"; readonly seq: number; readonly state: BridgeState }
  | { readonly type: "delta"; readonly seq: number; readonly changes: Partial<BridgeState> }
  | { readonly type: "ok"; readonly id: RequestId | null; readonly result: BridgeResult }
  | { readonly type: "error"; readonly code: BridgeErrorCode; readonly message: string; readonly id: RequestId | null }
  | { readonly type: "devices"; readonly devices: readonly DeviceRow[] }
  | { readonly type: "takes"; readonly takes: readonly TakeRow[] }
  | { readonly type: "credit"; readonly stream_id: number; readonly frames: number }
  | { readonly type: "song_ended"; readonly stream_id: number; readonly reason: SongEnd }
  | { readonly type: "moves"; readonly moves: readonly BridgeMove[] }
  | { readonly type: "lagging"; readonly stream: BridgeStream; readonly lost: number };

function oneOf<const T extends string>(from: Fields, key: string, words: readonly T[]): T {
  const found = from[key];
  const word = words.find((one) => one === found);
  if (word === undefined) throw new Damaged(`${key} is none of ${words.join(", ")}`);
  return word;
}

function readDevice(value: unknown): BridgeDevice {
  const from = asFields(value, "device");
  return {
    phase: oneOf(from, "phase", DEVICE_PHASES), id: text(from, "id"), name: text(from, "name"), backend: text(from, "backend"),
    sample_rate_hz: number(from, "sample_rate_hz", 0), block_frames: whole(from, "block_frames"),
    input_latency_frames: whole(from, "input_latency_frames"), output_latency_frames: whole(from, "output_latency_frames"),
    buffer_latency_frames: whole(from, "buffer_latency_frames"), engine_latency_frames: whole(from, "engine_latency_frames"),
    measured_round_trip_frames: nullable(from, "measured_round_trip_frames", (found, what) => asNumber(found, what, 0)),
    is_realtime: flag(from, "is_realtime"), memory_is_locked: flag(from, "memory_is_locked"), message: text(from, "message"),
  };
}

function readRecorder(value: unknown): BridgeRecorder {
  const from = asFields(value, "recorder");
  return { is_recording: flag(from, "is_recording"), take_id: text(from, "take_id"), message: text(from, "message") };
}

function readTransport(value: unknown): BridgeTransport {
  const from = asFields(value, "transport");
  return {
    source: oneOf(from, "source", BRIDGE_SOURCES), is_playing: flag(from, "is_playing"), stream_id: whole(from, "stream_id"),
    sample_rate_hz: number(from, "sample_rate_hz", 0),
  };
}

function readParams(value: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(asFields(value, "params")).map(([key, found]) => [key, asNumber(found, key)]));
}

const STATE_READERS: { readonly [K in keyof BridgeState]: (from: Fields) => BridgeState[K] } = {
  mode: (from) => oneOf(from, "mode", BRIDGE_MODES),
  auto_by: (from) => oneOf(from, "auto_by", AUTO_DECIDERS),
  wet_ratio: (from) => number(from, "wet_ratio", 0, 1),
  params: (from) => readParams(from["params"]),
  device: (from) => readDevice(from["device"]),
  guard: (from) => oneOf(from, "guard", GUARD_PHASES),
  recorder: (from) => readRecorder(from["recorder"]),
  transport: (from) => readTransport(from["transport"]),
};
const STATE_KEYS = Object.keys(STATE_READERS) as readonly (keyof BridgeState)[];

function readState(value: unknown): BridgeState {
  const from = asFields(value, "state");
  return Object.fromEntries(STATE_KEYS.map((key) => [key, STATE_READERS[key](from)])) as unknown as BridgeState;
}

function readChanges(value: unknown): Partial<BridgeState> {
  const from = asFields(value, "changes");
  const changed = STATE_KEYS.filter((key) => from[key] !== undefined);
  return Object.fromEntries(changed.map((key) => [key, STATE_READERS[key](from)])) as Partial<BridgeState>;
}

function readDeviceRow(value: unknown, what: string): DeviceRow {
  const from = asFields(value, what);
  return {
    id: text(from, "id"), name: text(from, "name"), backend: text(from, "backend"), input_channels: whole(from, "input_channels"),
    output_channels: whole(from, "output_channels"), default_sample_rate_hz: number(from, "default_sample_rate_hz", 0),
    rate_is_fixed: flag(from, "rate_is_fixed"),
  };
}

function readTakeRow(value: unknown, what: string): TakeRow {
  const from = asFields(value, what);
  return {
    id: text(from, "id"), file_name: text(from, "file_name"), format: oneOf(from, "format", TAKE_FORMATS),
    sample_rate_hz: number(from, "sample_rate_hz", 0), channels: whole(from, "channels"), frames: whole(from, "frames"), bytes: whole(from, "bytes"),
    started_at: text(from, "started_at"), is_complete: flag(from, "is_complete"),
  };
}

function readMove(value: unknown, what: string): BridgeMove {
  const from = asFields(value, what);
  return {
    param: text(from, "param"), from: number(from, "from"), to: number(from, "to"), confidence: number(from, "confidence", 0, 1),
    reason: text(from, "reason"), evidence: text(from, "evidence"),
  };
}

function readResult(value: unknown): BridgeResult {
  if (value === undefined) return {};
  const from = asFields(value, "result");
  return {
    ...(from["devices"] === undefined ? {} : { devices: list(from, "devices", readDeviceRow) }),
    ...(from["takes"] === undefined ? {} : { takes: list(from, "takes", readTakeRow) }),
    ...(from["stream_id"] === undefined ? {} : { stream_id: whole(from, "stream_id") }),
    ...(from["take_id"] === undefined ? {} : { take_id: text(from, "take_id") }),
  };
}

function readId(from: Fields): RequestId | null {
  return nullable(from, "id", (value, what) => (typeof value === "number" ? asNumber(value, what) : asText(value, what)));
}

/** Throws Damaged, which names the field, where the text is none of the bridge's messages. */
export function readServerMessage(json: string): ServerMessage {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Damaged("the message is no JSON");
  }
  const from = asFields(parsed, "the message");
  const type = text(from, "type") as ServerMessage["type"];
  switch (type) {
    case "hello":
      return {
        type, protocol: whole(from, "protocol", 1), version: text(from, "version"), table_hash: text(from, "table_hash"),
        table_version: whole(from, "table_version", 1),
      };
    case "state":
      return { type, seq: whole(from, "seq"), state: readState(from["state"]) };
    case "delta":
      return { type, seq: whole(from, "seq"), changes: readChanges(from["changes"]) };
    case "ok":
      return { type, id: readId(from), result: readResult(from["result"]) };
    case "error":
      return { type, code: oneOf(from, "code", BRIDGE_ERROR_CODES), message: text(from, "message"), id: readId(from) };
    case "devices":
      return { type, devices: list(from, "devices", readDeviceRow) };
    case "takes":
      return { type, takes: list(from, "takes", readTakeRow) };
    case "credit":
      return { type, stream_id: whole(from, "stream_id"), frames: whole(from, "frames") };
    case "song_ended":
      return { type, stream_id: whole(from, "stream_id"), reason: oneOf(from, "reason", SONG_ENDS) };
    case "moves":
      return { type, moves: list(from, "moves", readMove) };
    case "lagging":
      return { type, stream: oneOf(from, "stream", BRIDGE_STREAMS), lost: whole(from, "lost") };
  }
  throw new Damaged(`there is no message ${JSON.stringify(type)}`);
}

/** The state after a delta; params that did not change stay. */
export function withChanges(state: BridgeState, changes: Partial<BridgeState>): BridgeState {
  return { ...state, ...changes, params: changes.params === undefined ? state.params : { ...state.params, ...changes.params } };
}

export function writeRequest(request: ClientRequest, id?: RequestId): string {
  return JSON.stringify(id === undefined ? request : { ...request, id });
}
