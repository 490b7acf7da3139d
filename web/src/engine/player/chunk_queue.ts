/** How audio travels from the feeder to the worklet: numbered chunks of a fill, in order, one producer and one consumer. */
export const CHUNK_FRAMES = 4096;
const AHEAD_S = 3;

/** Chunks that fit in the queue: three seconds, but never so few that a busy machine runs dry. */
export function queueChunks(sampleRateHz: number): number {
  return Math.max(8, Math.ceil((AHEAD_S * sampleRateHz) / CHUNK_FRAMES));
}

export interface Chunk {
  /** The fill request that it answers. */
  readonly generation: number;
  readonly startFrame: number;
  readonly frames: number;
  /** The song ends with this chunk. */
  readonly last: boolean;
  readonly planes: readonly Float32Array[];
}

/** The consumer's side; no call allocates, locks or waits. */
export interface ChunkSource {
  readonly count: number;
  /** The chunk at this place from the front; valid until pop(). */
  at(index: number): Chunk;
  pop(): void;
}

/** The producer's side. */
export interface ChunkSink {
  /** Chunks that fit now. */
  readonly room: number;
  /** Planes to fill with the next chunk. */
  begin(): readonly Float32Array[];
  commit(generation: number, startFrame: number, frames: number, last: boolean): void;
}

export interface LoopRange {
  readonly startFrame: number;
  readonly endFrame: number;
}

/** What the worklet asks of the feeder: forget the rest, stream from here, wrap at the loop's end. */
export interface FillRequest {
  readonly kind: "fill";
  readonly generation: number;
  readonly startFrame: number;
  readonly loop: LoopRange | null;
}
