/** The telemetry record as it crosses threads: transport first, then the engine's floats in the order of core/engine/telemetry.h. */
import type { Telemetry } from "../../protocol/types";
import { TELEMETRY_FLOATS } from "../wasm/session";

const TRANSPORT = 5; // playing, position, underruns, serial, latency
export const RECORD_DOUBLES = TRANSPORT + TELEMETRY_FLOATS;
const SEQUENCE_BYTES = 8;

export interface TransportFacts {
  readonly playing: boolean;
  readonly positionFrames: number;
  readonly underruns: number;
  readonly serial: number;
  readonly latencyFrames: number;
}

export function writeRecord(record: Float64Array, facts: TransportFacts, engine: Float32Array): void {
  record[0] = facts.playing ? 1 : 0;
  record[1] = facts.positionFrames;
  record[2] = facts.underruns;
  record[3] = facts.serial;
  record[4] = facts.latencyFrames;
  for (let i = 0; i < TELEMETRY_FLOATS; ++i) record[TRANSPORT + i] = engine[i] as number;
}

export function readTransport(record: Float64Array): TransportFacts {
  return { playing: record[0] === 1, positionFrames: record[1] as number, underruns: record[2] as number, serial: record[3] as number, latencyFrames: record[4] as number };
}

/** NaN and infinities become null: they cannot be measured. */
export function readTelemetry(record: Float64Array, positionFrames: number, playing: boolean): Telemetry {
  const at = (i: number): number => record[TRANSPORT + i] as number;
  const level = (i: number): number | null => (Number.isFinite(at(i)) ? at(i) : null);
  return {
    playing,
    positionFrames,
    momentaryLufs: level(0),
    shortTermLufs: level(1),
    integratedLufs: level(2),
    truePeakDbtp: level(3),
    truePeakMaxDbtp: level(4),
    peakDbfs: [level(5), level(6)],
    gateReductionDb: at(7),
    compressorReductionDb: at(8),
    limiterReductionDb: at(9),
    gateInputDbfs: level(15),
    compressorInputDbfs: level(16),
    processedMixRatio: at(10),
    nonFiniteCount: at(11),
    loudnessRangeLu: level(12),
    momentaryMaxLufs: level(13),
    shortTermMaxLufs: level(14),
    underruns: record[2] as number,
    chainLatencyFrames: record[4] as number,
  };
}

/** Before anything has been played. */
export function emptyRecord(): Float64Array<ArrayBuffer> {
  const record = new Float64Array(RECORD_DOUBLES);
  record.fill(Number.NaN, TRANSPORT, TRANSPORT + 7);
  record.fill(Number.NaN, TRANSPORT + 12, TRANSPORT + 17);
  return record;
}

/** A record in shared memory, written by one thread and read by another without locks: an odd sequence number means "being written". */
export class SharedRecord {
  private readonly sequence: Int32Array;
  private readonly shared: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.sequence = new Int32Array(buffer, 0, 1);
    this.shared = new Float64Array(buffer, SEQUENCE_BYTES, RECORD_DOUBLES);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(SEQUENCE_BYTES + RECORD_DOUBLES * 8);
  }

  write(record: Float64Array): void {
    Atomics.add(this.sequence, 0, 1);
    for (let i = 0; i < RECORD_DOUBLES; ++i) this.shared[i] = record[i] as number;
    Atomics.add(this.sequence, 0, 1);
  }

  /** False when a write came in between, or nothing has been written: `into` is then worthless. */
  read(into: Float64Array): boolean {
    const before = Atomics.load(this.sequence, 0);
    if (before === 0 || before % 2 !== 0) return false;
    into.set(this.shared);
    return Atomics.load(this.sequence, 0) === before;
  }
}
