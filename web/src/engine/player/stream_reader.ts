/** Pulls the song out of the chunk queue frame by frame in playing order, across seeks, loop changes and stale chunks. Audio thread. */
import type { ChunkSource, FillRequest, LoopRange } from "./chunk_queue";

interface Switch {
  readonly generation: number;
  /** Leave the running fill before this frame ... */
  readonly atFrame: number;
  /** ... and go on here. */
  readonly toFrame: number;
}

export class StreamReader {
  /** The next frame that pull() will deliver. */
  frame = 0;
  /** Everything of the song has been delivered. */
  ended = false;
  private generation = 0;
  private newest = 0;
  private pending: Switch | null = null;
  private offset = 0;

  constructor(
    private readonly chunks: ChunkSource,
    private readonly request: (fill: FillRequest) => void,
  ) {}

  /** Starts over at this frame; what is queued is dropped. */
  jump(frame: number, loop: LoopRange | null): void {
    this.generation = ++this.newest;
    this.pending = null;
    this.offset = 0;
    this.frame = frame;
    this.ended = false;
    this.dropStale();
    this.request({ kind: "fill", generation: this.generation, startFrame: frame, loop });
  }

  /** Changes the loop without a gap: what is queued plays on for a moment while the new fill arrives. */
  reloop(loop: LoopRange | null, marginFrames: number): void {
    if (this.ended) return;
    const inside = loop !== null && this.frame < loop.endFrame;
    const atFrame = Math.min(this.queuedUntil(marginFrames), inside ? loop.endFrame : Infinity);
    const toFrame = inside && atFrame === loop.endFrame ? loop.startFrame : atFrame;
    this.pending = { generation: ++this.newest, atFrame, toFrame };
    this.request({ kind: "fill", generation: this.newest, startFrame: toFrame, loop });
  }

  /** True when playing can start without running dry at once. */
  isReady(wantedChunks: number): boolean {
    this.dropStale();
    const { count } = this.chunks;
    return count >= wantedChunks || (count > 0 && this.chunks.at(count - 1).last);
  }

  /** Writes up to `frames` frames from `at` on; returns how many there were. */
  pull(planes: readonly Float32Array[], at: number, frames: number): number {
    let got = 0;
    while (got < frames && !this.ended) {
      if (this.pending && this.frame === this.pending.atFrame) this.takeSwitch(this.pending);
      this.dropStale();
      if (this.chunks.count === 0) break;
      const chunk = this.chunks.at(0);
      if (chunk.generation !== this.generation) {
        if (!this.pending) break;
        this.takeSwitch(this.pending);
        continue;
      }
      const until = this.pending ? this.pending.atFrame - this.frame : Infinity;
      const count = Math.min(frames - got, chunk.frames - this.offset, until > 0 ? until : Infinity);
      this.frame = chunk.startFrame + this.offset;
      for (let c = 0; c < planes.length; ++c) {
        const from = chunk.planes[c] as Float32Array;
        const to = planes[c] as Float32Array;
        for (let i = 0; i < count; ++i) to[at + got + i] = from[this.offset + i] as number;
      }
      got += count;
      this.offset += count;
      this.frame += count;
      if (this.offset === chunk.frames) {
        this.ended = chunk.last;
        this.offset = 0;
        this.chunks.pop();
      }
    }
    return got;
  }

  private takeSwitch(to: Switch): void {
    this.generation = to.generation;
    this.frame = to.toFrame;
    this.offset = 0;
    this.pending = null;
  }

  private dropStale(): void {
    while (this.chunks.count > 0) {
      const { generation } = this.chunks.at(0);
      if (generation === this.generation || generation === this.pending?.generation) return;
      this.offset = 0;
      this.chunks.pop();
    }
  }

  /** How far the queue runs on from the next frame without a jump, at most marginFrames. */
  private queuedUntil(marginFrames: number): number {
    let until = this.frame;
    for (let i = 0; i < this.chunks.count && until < this.frame + marginFrames; ++i) {
      const chunk = this.chunks.at(i);
      if (chunk.generation !== this.generation || (i > 0 && chunk.startFrame !== until)) break;
      until = chunk.startFrame + chunk.frames;
    }
    return Math.min(until, this.frame + marginFrames);
  }
}
