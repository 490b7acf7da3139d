/** The delay from the mixer's input to its output, computed from what the device declares and split into its parts. */
import type { DeviceFacts } from "../../protocol/rig";

export interface LatencyParts {
  readonly deviceMs: number;
  readonly blockMs: number;
  readonly lookAheadMs: number;
  readonly totalMs: number;
  /** By calibration, with the chain's look-ahead; null: not measured. */
  readonly measuredMs: number | null;
}

/** null: no device runs. The calibration's burst does not pass the chain: its look-ahead is added. */
export function latencyOf(device: DeviceFacts): LatencyParts | null {
  const rate = device.sampleRateHz;
  if (device.phase !== "running" || rate <= 0) return null;
  const ms = (frames: number): number => (1000 * frames) / rate;
  const lookAheadMs = ms(device.engineLatencyFrames);
  return {
    deviceMs: ms(device.deviceLatencyFrames), blockMs: ms(device.bufferLatencyFrames), lookAheadMs,
    totalMs: ms(device.deviceLatencyFrames + device.bufferLatencyFrames + device.engineLatencyFrames),
    measuredMs: device.measuredRoundTripFrames === null ? null : ms(device.measuredRoundTripFrames) + lookAheadMs,
  };
}
