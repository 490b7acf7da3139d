/** The chunk queue over a MessagePort: for pages without shared memory. Buffers travel by transfer and go home empty. */
import { CHUNK_FRAMES, type Chunk, type ChunkSink, type ChunkSource } from "./chunk_queue";

export interface ChunkMessage {
  readonly kind: "chunk";
  readonly generation: number;
  readonly startFrame: number;
  readonly frames: number;
  readonly last: boolean;
  /** Plane after plane, CHUNK_FRAMES each. */
  readonly buffer: ArrayBuffer;
}

export interface EmptyMessage {
  readonly kind: "empty";
  readonly buffer: ArrayBuffer;
}

export interface PortLike {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

export const planesIn = (buffer: ArrayBuffer, channels: number): Float32Array[] =>
  Array.from({ length: channels }, (_, c) => new Float32Array(buffer, c * CHUNK_FRAMES * 4, CHUNK_FRAMES));

/** Consumer. Also holds chunks that were there from the start, for renders that nobody feeds. */
export class PortSource implements ChunkSource {
  private readonly chunks: { readonly chunk: Chunk; readonly buffer: ArrayBuffer }[] = [];

  constructor(
    private readonly channels: number,
    private readonly sendBack: PortLike | null,
  ) {}

  receive(message: ChunkMessage): void {
    const { generation, startFrame, frames, last, buffer } = message;
    this.chunks.push({ chunk: { generation, startFrame, frames, last, planes: planesIn(buffer, this.channels) }, buffer });
  }

  get count(): number {
    return this.chunks.length;
  }

  at(index: number): Chunk {
    return (this.chunks[index] as { chunk: Chunk }).chunk;
  }

  pop(): void {
    const done = this.chunks.shift();
    if (done) this.sendBack?.postMessage({ kind: "empty", buffer: done.buffer } satisfies EmptyMessage, [done.buffer]);
  }
}

/** Producer: owns as many buffers as the queue is long. */
export class PortSink implements ChunkSink {
  private readonly empty: ArrayBuffer[];

  constructor(
    private readonly port: PortLike,
    private readonly channels: number,
    slots: number,
  ) {
    this.empty = Array.from({ length: slots }, () => new ArrayBuffer(channels * CHUNK_FRAMES * 4));
  }

  takeBack(message: EmptyMessage): void {
    this.empty.push(message.buffer);
  }

  get room(): number {
    return this.empty.length;
  }

  begin(): readonly Float32Array[] {
    return planesIn(this.empty[this.empty.length - 1] as ArrayBuffer, this.channels);
  }

  commit(generation: number, startFrame: number, frames: number, last: boolean): void {
    const buffer = this.empty.pop() as ArrayBuffer;
    this.port.postMessage({ kind: "chunk", generation, startFrame, frames, last, buffer } satisfies ChunkMessage, [buffer]);
  }
}
