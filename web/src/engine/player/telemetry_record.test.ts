import { describe, expect, it } from "vitest";
import { emptyRecord, readTelemetry, readTransport, RECORD_DOUBLES, SharedRecord, writeRecord } from "./telemetry_record";

const engine = Float32Array.from({ length: 17 }, (_, i) => i + 1);

describe("telemetry record", () => {
  it("carries transport and levels in the order of core/engine/telemetry.h", () => {
    const record = new Float64Array(RECORD_DOUBLES);
    writeRecord(record, { playing: true, positionFrames: 2 ** 33, underruns: 3, serial: 9, latencyFrames: 576 }, engine);
    expect(readTransport(record)).toEqual({ playing: true, positionFrames: 2 ** 33, underruns: 3, serial: 9, latencyFrames: 576 });
    expect(readTelemetry(record, 5, false)).toEqual({
      playing: false, positionFrames: 5, momentaryLufs: 1, shortTermLufs: 2, integratedLufs: 3, truePeakDbtp: 4, truePeakMaxDbtp: 5, peakDbfs: [6, 7],
      gateReductionDb: 8, compressorReductionDb: 9, limiterReductionDb: 10, gateInputDbfs: 16, compressorInputDbfs: 17, processedMixRatio: 11, nonFiniteCount: 12, loudnessRangeLu: 13,
      momentaryMaxLufs: 14, shortTermMaxLufs: 15, underruns: 3, chainLatencyFrames: 576,
    });
  });
  it("has no levels before anything was measured", () => {
    const empty = readTelemetry(emptyRecord(), 0, false);
    expect([empty.integratedLufs, empty.truePeakMaxDbtp, empty.peakDbfs[1], empty.loudnessRangeLu, empty.limiterReductionDb]).toEqual([null, null, null, null, 0]);
  });
  it("crosses shared memory whole or not at all", () => {
    const buffer = SharedRecord.allocate();
    const [writer, reader] = [new SharedRecord(buffer), new SharedRecord(buffer)];
    const into = emptyRecord();
    expect(reader.read(into)).toBe(false);
    const record = Float64Array.from({ length: RECORD_DOUBLES }, (_, i) => i);
    writer.write(record);
    expect(reader.read(into)).toBe(true);
    expect(into).toEqual(record);
    Atomics.add(new Int32Array(buffer, 0, 1), 0, 1); // a write under way
    expect(reader.read(into)).toBe(false);
  });
});
