/** The bridge's state as the wire has it, in the page's own words. */
import type { BridgeFacts, DeviceFacts } from "../../protocol/rig";
import type { BridgeDevice, BridgeState } from "./wire";

export function factsOf(state: BridgeState): BridgeFacts {
  return {
    device: deviceFacts(state.device), guard: state.guard, mode: state.mode === "auto" ? "auto" : "manual", wetRatio: state.wet_ratio, recordingMessage: state.recorder.message,
  };
}

function deviceFacts(device: BridgeDevice): DeviceFacts {
  return {
    phase: device.phase, id: device.id, name: device.name, backend: device.backend, sampleRateHz: device.sample_rate_hz, blockFrames: device.block_frames,
    deviceLatencyFrames: device.input_latency_frames + device.output_latency_frames, bufferLatencyFrames: device.buffer_latency_frames,
    engineLatencyFrames: device.engine_latency_frames, measuredRoundTripFrames: device.measured_round_trip_frames, isRealtime: device.is_realtime, message: device.message,
  };
}
