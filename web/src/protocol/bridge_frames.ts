/**
 * The binary frames of subprotocol ag06.v1: a 24-byte little-endian header, then float32 samples. Not for text messages (bridge.ts).
 * The same as bridge/protocol/frames.h; both are tested on tests/bridge/conformance/frames.gen.json.
 */
import { Damaged } from "./checked";
import { SPECTRUM_BINS, WAVE_FRAMES } from "./scope";

export const FRAME_HEADER_BYTES = 24;
export const MAX_FRAME_BYTES = 1024 * 1024;
export const FRAME_VERSION = 1;
export const LAST_PIECE_BIT = 0x8000;
export const MAX_AUDIO_PIECE_FRAMES = 512;

export const FRAME_KINDS = { meters: 1, spectrum: 2, scope: 3, features: 4, audio_input: 16, audio_output: 17, song_audio: 32 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

/** The order of the meters' values on the wire; NaN stands for "cannot be measured". Compared with bridge/protocol/frames.h by a test. */
export const METER_NAMES = [
  "momentary_lufs", "short_term_lufs", "integrated_lufs", "true_peak_dbtp", "true_peak_max_dbtp", "peak_left_dbfs", "peak_right_dbfs",
  "gate_reduction_db", "compressor_reduction_db", "limiter_reduction_db", "processed_mix_ratio", "fault_count", "loudness_range_lu",
  "momentary_max_lufs", "short_term_max_lufs", "gate_input_dbfs", "compressor_input_dbfs", "input_peak_left_dbfs", "input_peak_right_dbfs",
  "output_peak_left_dbfs", "output_peak_right_dbfs", "load_ratio", "load_max_ratio", "xruns", "deadline_misses", "input_clips", "output_clips",
  "song_position_frames", "song_buffered_ms", "song_underruns", "recorded_s", "recorder_lost_frames",
] as const;
export type MeterName = (typeof METER_NAMES)[number];

export const FEATURE_NAMES = [
  "rms_dbfs", "crest_db", "correlation", "balance_ratio", "side_ratio", "centroid_hz", "rolloff_hz", "flatness_ratio",
  "low_dbfs", "mid_dbfs", "high_dbfs",
] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

export interface BridgeFrame {
  readonly kind: FrameKind;
  /** Per kind and connection, up by one, wraps at 2^32; of song audio the stream_id. */
  readonly sequence: number;
  readonly frames: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly sampleTime: bigint;
  /** Song audio only: nothing follows. */
  readonly isLast: boolean;
  /** Interleaved. A copy: the message may be thrown away. */
  readonly samples: Float32Array<ArrayBuffer>;
}

const KIND_OF = new Map<number, FrameKind>(Object.entries(FRAME_KINDS).map(([name, code]) => [code, name as FrameKind]));

/** [channels, fewest frames, most frames] */
const SHAPES: Readonly<Record<FrameKind, readonly [number, number, number]>> = {
  meters: [METER_NAMES.length, 1, 1],
  spectrum: [1, SPECTRUM_BINS, SPECTRUM_BINS],
  scope: [2, WAVE_FRAMES, WAVE_FRAMES],
  features: [FEATURE_NAMES.length, 1, 1],
  audio_input: [2, 1, MAX_AUDIO_PIECE_FRAMES],
  audio_output: [2, 1, MAX_AUDIO_PIECE_FRAMES],
  song_audio: [2, 0, (MAX_FRAME_BYTES - FRAME_HEADER_BYTES) / 8],
};

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Throws Damaged for a frame that is short, of an unknown kind or version, or not of the length and shape its header says. */
export function decodeFrame(bytes: ArrayBuffer): BridgeFrame {
  if (bytes.byteLength > MAX_FRAME_BYTES) throw new Damaged(`a frame of ${bytes.byteLength} bytes is too long`);
  if (bytes.byteLength < FRAME_HEADER_BYTES) throw new Damaged(`a frame of ${bytes.byteLength} bytes is too short`);
  const view = new DataView(bytes);
  const kind = KIND_OF.get(view.getUint8(0));
  if (kind === undefined) throw new Damaged(`there is no kind ${view.getUint8(0)} of frames`);
  if (view.getUint8(1) !== FRAME_VERSION) throw new Damaged(`version ${view.getUint8(1)} of frames is not known`);
  const field = view.getUint16(2, true);
  const isLast = kind === "song_audio" && (field & LAST_PIECE_BIT) !== 0;
  const channels = isLast ? field & ~LAST_PIECE_BIT : field;
  const frames = view.getUint32(8, true);
  const [channelsOfKind, fewest, most] = SHAPES[kind];
  if (channels !== channelsOfKind || frames < fewest || frames > most || (frames === 0 && !isLast)) {
    throw new Damaged(`${channels} channels of ${frames} frames are no ${kind}`);
  }
  const length = FRAME_HEADER_BYTES + channels * frames * 4;
  if (bytes.byteLength !== length) throw new Damaged(`${kind}: ${bytes.byteLength} bytes are not the ${length} of its header`);
  return {
    kind, sequence: view.getUint32(4, true), frames, channels, sampleRateHz: view.getUint32(12, true), sampleTime: view.getBigUint64(16, true),
    isLast, samples: samplesOf(bytes, view, channels * frames),
  };
}

function samplesOf(bytes: ArrayBuffer, view: DataView, count: number): Float32Array<ArrayBuffer> {
  if (IS_LITTLE_ENDIAN) return new Float32Array(bytes, FRAME_HEADER_BYTES, count).slice();
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(FRAME_HEADER_BYTES + 4 * i, true));
}

/** samples: channels * frames values as the kind has it; throws RangeError for anything else, which is a mistake of the caller. */
export function encodeFrame(frame: BridgeFrame): ArrayBuffer {
  const [channelsOfKind, fewest, most] = SHAPES[frame.kind];
  const isOfKind = frame.channels === channelsOfKind && frame.frames >= (frame.isLast ? fewest : Math.max(fewest, 1)) && frame.frames <= most;
  const isWhole = Number.isInteger(frame.frames) && frame.samples.length === frame.channels * frame.frames;
  if (!isOfKind || !isWhole || (frame.isLast && frame.kind !== "song_audio")) throw new RangeError(`this is no frame of ${frame.kind}`);
  const bytes = new ArrayBuffer(FRAME_HEADER_BYTES + frame.samples.length * 4);
  const view = new DataView(bytes);
  view.setUint8(0, FRAME_KINDS[frame.kind]);
  view.setUint8(1, FRAME_VERSION);
  view.setUint16(2, frame.isLast ? frame.channels | LAST_PIECE_BIT : frame.channels, true);
  view.setUint32(4, frame.sequence, true);
  view.setUint32(8, frame.frames, true);
  view.setUint32(12, frame.sampleRateHz, true);
  view.setBigUint64(16, frame.sampleTime, true);
  if (IS_LITTLE_ENDIAN) new Float32Array(bytes, FRAME_HEADER_BYTES).set(frame.samples);
  else frame.samples.forEach((sample, i) => view.setFloat32(FRAME_HEADER_BYTES + 4 * i, sample, true));
  return bytes;
}

/** A piece of a song for the bridge to play. firstFrame: its place in the song; interleaved stereo, which may be empty in the last piece. */
export function encodeSongAudio(
  streamId: number, sampleRateHz: number, firstFrame: number, interleaved: Float32Array<ArrayBuffer>, isLast: boolean,
): ArrayBuffer {
  return encodeFrame({
    kind: "song_audio", sequence: streamId, frames: interleaved.length / 2, channels: 2, sampleRateHz, sampleTime: BigInt(firstFrame), isLast,
    samples: interleaved,
  });
}

/** The value of a meter or feature; null where it cannot be measured. */
export function meterOf(frame: BridgeFrame, name: MeterName): number | null {
  return measuredOrNull(frame.samples[METER_NAMES.indexOf(name)]);
}

export function featureOf(frame: BridgeFrame, name: FeatureName): number | null {
  return measuredOrNull(frame.samples[FEATURE_NAMES.indexOf(name)]);
}

function measuredOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
