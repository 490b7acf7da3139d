/** The text messages and binary frames of subprotocol ag06.v1 as the page uses them. */
import { Damaged, asFields } from "../../protocol/checked";

export const SUBPROTOCOL = "ag06.v1";
export const PROTOCOL_VERSION = 1;

export type BridgeMode = "auto" | "manual" | "bypass";
export type BridgeSource = "live" | "file";
export type StreamName = "meters" | "spectrum" | "scope" | "features" | "audio_input" | "audio_output" | "moves";
export type SongEndReason = "finished" | "stopped" | "replaced" | "rate_changed" | "device_lost" | "client_gone";

export interface BridgeDevice {
  readonly phase: "none" | "opening" | "running" | "lost" | "failed";
  readonly id: string;
  readonly name: string;
  readonly backend: string;
  readonly sample_rate_hz: number;
  readonly block_frames: number;
  readonly input_latency_frames: number;
  readonly output_latency_frames: number;
  readonly buffer_latency_frames: number;
  readonly engine_latency_frames: number;
  readonly measured_round_trip_frames: number | null;
  readonly is_realtime: boolean;
  readonly memory_is_locked: boolean;
  readonly message: string;
}

export interface BridgeState {
  readonly mode: BridgeMode;
  readonly wet_ratio: number;
  readonly params: Readonly<Record<string, number>>;
  readonly device: BridgeDevice;
  readonly guard: "idle" | "checking" | "clear" | "loopback";
  readonly recorder: { readonly is_recording: boolean; readonly take_id: string; readonly message: string };
  readonly transport: { readonly source: BridgeSource; readonly is_playing: boolean; readonly stream_id: number; readonly sample_rate_hz: number };
}

export type ServerMessage = { readonly type: string } & Readonly<Record<string, unknown>>;

export function readServerMessage(text: string): ServerMessage {
  const fields = asFields(JSON.parse(text), "the message");
  if (typeof fields["type"] !== "string") throw new Damaged("the message has no type");
  return fields as ServerMessage;
}

export const FRAME_HEADER_BYTES = 24;
export const METERS = 1;
export const SPECTRUM = 2;
export const SCOPE = 3;
const SONG_AUDIO = 32;
const LAST_PIECE_BIT = 0x8000;

export interface BridgeFrame {
  readonly kind: number;
  readonly sequence: number;
  readonly sampleRateHz: number;
  readonly sampleTime: number;
  readonly samples: Float32Array;
}

export function decodeFrame(bytes: ArrayBuffer): BridgeFrame {
  const view = new DataView(bytes);
  return {
    kind: view.getUint8(0), sequence: view.getUint32(4, true), sampleRateHz: view.getUint32(12, true), sampleTime: Number(view.getBigUint64(16, true)),
    samples: new Float32Array(bytes, FRAME_HEADER_BYTES),
  };
}

export function encodeSongAudio(streamId: number, sampleRateHz: number, firstFrame: number, interleaved: Float32Array, isLast: boolean): ArrayBuffer {
  const bytes = new ArrayBuffer(FRAME_HEADER_BYTES + 4 * interleaved.length);
  const view = new DataView(bytes);
  view.setUint8(0, SONG_AUDIO);
  view.setUint8(1, 1);
  view.setUint16(2, 2 | (isLast ? LAST_PIECE_BIT : 0), true);
  view.setUint32(4, streamId, true);
  view.setUint32(8, interleaved.length / 2, true);
  view.setUint32(12, sampleRateHz, true);
  view.setBigUint64(16, BigInt(firstFrame), true);
  new Float32Array(bytes, FRAME_HEADER_BYTES).set(interleaved);
  return bytes;
}

export const METER_NAMES = [
  "momentary_lufs", "short_term_lufs", "integrated_lufs", "true_peak_dbtp", "true_peak_max_dbtp", "peak_left_dbfs", "peak_right_dbfs", "gate_reduction_db",
  "compressor_reduction_db", "limiter_reduction_db", "processed_mix_ratio", "fault_count", "loudness_range_lu", "momentary_max_lufs",
  "short_term_max_lufs", "gate_input_dbfs", "compressor_input_dbfs", "input_peak_left_dbfs", "input_peak_right_dbfs", "output_peak_left_dbfs",
  "output_peak_right_dbfs", "load_ratio", "load_max_ratio", "xruns", "deadline_misses", "input_clips", "output_clips", "song_position_frames",
  "song_buffered_ms", "song_underruns", "recorded_s", "recorder_lost_frames",
] as const;
export type MeterName = (typeof METER_NAMES)[number];
