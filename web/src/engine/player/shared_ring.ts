/** The chunk queue over shared memory: for pages that are cross-origin isolated. Lock-free, single producer, single consumer. */
import { CHUNK_FRAMES, type Chunk, type ChunkSink, type ChunkSource } from "./chunk_queue";

export interface RingMemory {
  readonly buffer: SharedArrayBuffer;
  readonly slots: number;
  readonly channels: number;
}

const WRITTEN = 0;
const READ = 1;
const CONTROL_BYTES = 64;
const HEADER_DOUBLES = 4;

export function allocateRing(slots: number, channels: number): RingMemory {
  return { buffer: new SharedArrayBuffer(CONTROL_BYTES + slots * (HEADER_DOUBLES * 8 + channels * CHUNK_FRAMES * 4)), slots, channels };
}

class Slot implements Chunk {
  constructor(
    private readonly header: Float64Array,
    readonly planes: readonly Float32Array[],
  ) {}

  get generation(): number {
    return this.header[0] as number;
  }
  get startFrame(): number {
    return this.header[1] as number;
  }
  get frames(): number {
    return this.header[2] as number;
  }
  get last(): boolean {
    return this.header[3] === 1;
  }

  label(generation: number, startFrame: number, frames: number, last: boolean): void {
    this.header[0] = generation;
    this.header[1] = startFrame;
    this.header[2] = frames;
    this.header[3] = last ? 1 : 0;
  }
}

/** Either side of the ring. The counters only grow; at 12 chunks a second they would need eleven years to leave the range of an int32. */
export class SharedRing implements ChunkSource, ChunkSink {
  private readonly counters: Int32Array;
  private readonly slots: readonly Slot[];

  constructor(memory: RingMemory) {
    this.counters = new Int32Array(memory.buffer, 0, 2);
    const audio = CONTROL_BYTES + memory.slots * HEADER_DOUBLES * 8;
    this.slots = Array.from({ length: memory.slots }, (_, s) => {
      const plane = (c: number): Float32Array => new Float32Array(memory.buffer, audio + (s * memory.channels + c) * CHUNK_FRAMES * 4, CHUNK_FRAMES);
      const header = new Float64Array(memory.buffer, CONTROL_BYTES + s * HEADER_DOUBLES * 8, HEADER_DOUBLES);
      return new Slot(header, Array.from({ length: memory.channels }, (_, c) => plane(c)));
    });
  }

  get count(): number {
    return (Atomics.load(this.counters, WRITTEN) - Atomics.load(this.counters, READ)) | 0;
  }

  at(index: number): Chunk {
    return this.slot(Atomics.load(this.counters, READ) + index);
  }

  pop(): void {
    Atomics.add(this.counters, READ, 1);
  }

  get room(): number {
    return this.slots.length - this.count;
  }

  begin(): readonly Float32Array[] {
    return this.slot(Atomics.load(this.counters, WRITTEN)).planes;
  }

  commit(generation: number, startFrame: number, frames: number, last: boolean): void {
    this.slot(Atomics.load(this.counters, WRITTEN)).label(generation, startFrame, frames, last);
    Atomics.add(this.counters, WRITTEN, 1); // publishes the slot: everything above is visible to who sees the new count
  }

  private slot(counter: number): Slot {
    return this.slots[(counter >>> 0) % this.slots.length] as Slot;
  }
}
