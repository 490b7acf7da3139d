import { describe, expect, it } from "vitest";
import type { DeviceFacts } from "../../protocol/rig";
import { latencyOf } from "./latency";

const AG06: DeviceFacts = {
  phase: "running", id: "jack:AG06", name: "AG06", backend: "jack", sampleRateHz: 48000, blockFrames: 128, deviceLatencyFrames: 480, bufferLatencyFrames: 128,
  engineLatencyFrames: 72, measuredRoundTripFrames: null, isRealtime: true, message: "",
};

describe("the delay through the mixer", () => {
  it("is the sum of device, block and look-ahead", () => {
    expect(latencyOf(AG06)).toEqual({ deviceMs: 10, blockMs: expect.closeTo(2.667, 3), lookAheadMs: 1.5, totalMs: expect.closeTo(14.167, 3), measuredMs: null });
  });
  it("is what was measured, and the look-ahead that the measurement went around", () => {
    expect(latencyOf({ ...AG06, measuredRoundTripFrames: 624 })?.measuredMs).toBe(14.5);
  });
  it("is unknown without a running device", () => {
    expect(latencyOf({ ...AG06, phase: "lost" })).toBeNull();
    expect(latencyOf({ ...AG06, sampleRateHz: 0 })).toBeNull();
  });
});
