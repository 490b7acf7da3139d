/** Collects blocks into chunks on the audio thread and hands them to a recorder; a slow recorder costs frames, never the audio. */
import { CHUNK_FRAMES, type ChunkSink } from "./chunk_queue";

export class ChunkRecorder {
  recordedFrames = 0;
  lostFrames = 0;
  private planes: readonly Float32Array[] | null = null;
  private used = 0;
  private startFrame = 0;

  constructor(private readonly sink: ChunkSink) {}

  /** As many planes as the sink's chunks have. */
  write(planes: readonly Float32Array[], frames: number): void {
    for (let at = 0; at < frames; ) {
      this.planes ??= this.sink.room > 0 ? this.sink.begin() : null;
      if (this.planes === null) {
        this.lostFrames += frames - at;
        return;
      }
      const count = Math.min(CHUNK_FRAMES - this.used, frames - at);
      for (let c = 0; c < this.planes.length; ++c) {
        const to = this.planes[c] as Float32Array;
        const from = planes[c] as Float32Array;
        for (let i = 0; i < count; ++i) to[this.used + i] = from[at + i] as number;
      }
      this.used += count;
      this.recordedFrames += count;
      at += count;
      if (this.used === CHUNK_FRAMES) this.commit(false);
    }
  }

  /** The last chunk, which may be empty; false: there is no room for it yet. */
  finish(): boolean {
    if (this.planes === null) {
      if (this.sink.room === 0) return false;
      this.planes = this.sink.begin();
    }
    this.commit(true);
    return true;
  }

  private commit(last: boolean): void {
    this.sink.commit(0, this.startFrame, this.used, last);
    this.startFrame += this.used;
    this.used = 0;
    this.planes = null;
  }
}
