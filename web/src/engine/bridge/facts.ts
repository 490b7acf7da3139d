/** The bridge's state as the wire has it, in the page's own words. */
import type { BridgeDevice, BridgeMove, BridgeState, DeviceRow, TakeRow } from "../../protocol/bridge";
import { PARAMS, type ParamKey } from "../../protocol/params.gen";
import type { BridgeFacts, DeviceChoice, DeviceFacts, Take } from "../../protocol/rig";
import type { Move } from "../../protocol/types";

export function factsOf(state: BridgeState): BridgeFacts {
  return {
    device: deviceFacts(state.device), guard: state.guard, mode: state.mode === "auto" ? "auto" : "manual", autoBy: state.auto_by, wetRatio: state.wet_ratio, recordingMessage: state.recorder.message,
  };
}

function deviceFacts(device: BridgeDevice): DeviceFacts {
  return {
    phase: device.phase, id: device.id, name: device.name, backend: device.backend, sampleRateHz: device.sample_rate_hz, blockFrames: device.block_frames,
    deviceLatencyFrames: device.input_latency_frames + device.output_latency_frames, bufferLatencyFrames: device.buffer_latency_frames,
    engineLatencyFrames: device.engine_latency_frames, measuredRoundTripFrames: device.measured_round_trip_frames, isRealtime: device.is_realtime, message: device.message,
  };
}

export function takeOf(row: TakeRow): Take {
  return {
    id: row.id, fileName: row.file_name, format: row.format, sampleRateHz: row.sample_rate_hz, channels: row.channels, frames: row.frames, bytes: row.bytes,
    startedAt: row.started_at, isComplete: row.is_complete,
  };
}

export function deviceOf(row: DeviceRow): DeviceChoice {
  return {
    id: row.id, name: row.name, backend: row.backend, inputChannels: row.input_channels, outputChannels: row.output_channels,
    defaultSampleRateHz: row.default_sample_rate_hz, rateIsFixed: row.rate_is_fixed,
  };
}

const KEYS: ReadonlySet<string> = new Set(PARAMS.map((p) => p.key));

/** Steps of parameters that this page knows. */
export function movesOf(moves: readonly BridgeMove[]): readonly Move[] {
  return moves.filter((move) => KEYS.has(move.param)).map((move) => ({ ...move, param: move.param as ParamKey }));
}
