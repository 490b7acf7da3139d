/** Sends one stream of song audio to the bridge: pages from the store, as far as the bridge granted, wrapping at the loop's end. Knows no clock. */
import { feedChunk, startFill, type Fill, type Piece } from "../player/feed";
import { CHUNK_FRAMES, type LoopRange } from "../player/chunk_queue";
import { PageReader, type SongAudio } from "../store/pages";

/** From this frame of the stream on the song is heard from that frame on. */
export interface Segment {
  readonly streamFrame: number;
  readonly songFrame: number;
}

export interface PieceSink {
  /** Interleaved stereo. streamFrame: where it lies in the stream, which goes on over the end of a loop without gaps; false: the connection is gone. */
  send(interleaved: Float32Array<ArrayBuffer>, streamFrame: number, isLast: boolean): boolean;
  failed(error: unknown): void;
}

/** The way of `frames` frames from a song frame on, as segments from streamFrame 0, and where it goes on; null: the song is over. */
export function pathOf(fromFrame: number, loop: LoopRange | null, songFrames: number, frames: number): { segments: Segment[]; nextFrame: number | null } {
  const segments: Segment[] = [{ streamFrame: 0, songFrame: fromFrame }];
  const looping = loop !== null && fromFrame < loop.endFrame;
  const end = looping && loop !== null ? Math.min(loop.endFrame, songFrames) : songFrames;
  let at = fromFrame;
  let done = 0;
  while (done < frames) {
    const count = Math.min(frames - done, end - at);
    done += count;
    at += count;
    if (at < end) break;
    if (!looping || loop === null) return { segments, nextFrame: null };
    at = loop.startFrame;
    if (done < frames) segments.push({ streamFrame: done, songFrame: at });
  }
  return { segments, nextFrame: at };
}

export class SongStream {
  private readonly reader: PageReader;
  private fill: Fill;
  private piece: Piece | null = null;
  private segments: Segment[];
  private sentFrames = 0;
  private creditFrames = 0;
  private busy = false;
  private closed = false;

  constructor(readonly streamId: number, private readonly song: SongAudio, readonly firstFrame: number, loop: LoopRange | null, private readonly sink: PieceSink) {
    this.reader = new PageReader(song);
    this.fill = startFill({ kind: "fill", generation: 0, startFrame: firstFrame, loop });
    this.segments = [{ streamFrame: 0, songFrame: firstFrame }];
  }

  grant(frames: number): void {
    this.creditFrames += frames;
    void this.pump();
  }

  close(): void {
    this.closed = true;
  }

  /** The frame of the song that is heard at this frame of the stream. */
  songFrameAt(streamFrame: number): number {
    const at = Math.min(Math.max(0, streamFrame), this.sentFrames);
    const segment = this.segments.findLast((candidate) => candidate.streamFrame <= at) ?? (this.segments[0] as Segment);
    return segment.songFrame + (at - segment.streamFrame);
  }

  get framesSent(): number {
    return this.sentFrames;
  }

  /** Goes on with another loop; false: what was sent already goes another way, so that the stream has to start anew. */
  setLoop(loop: LoopRange | null, heardStreamFrame: number): boolean {
    const heard = Math.min(Math.max(0, Math.floor(heardStreamFrame)), this.sentFrames);
    const queued = this.sentFrames - heard;
    const wanted = pathOf(this.songFrameAt(heard), loop, this.song.frames, queued);
    const ahead = this.segments.filter(({ streamFrame }) => streamFrame > heard && streamFrame < this.sentFrames).map(({ streamFrame, songFrame }) => ({ streamFrame: streamFrame - heard, songFrame }));
    const same = ahead.length === wanted.segments.length - 1 && ahead.every((segment, i) => segment.streamFrame === wanted.segments[i + 1]?.streamFrame && segment.songFrame === wanted.segments[i + 1]?.songFrame);
    if (!same || (this.fill.done && this.piece === null && wanted.nextFrame !== null)) return false;
    if (this.busy) return false; // a piece of the old way is being read
    if (wanted.nextFrame === null && !(this.fill.done && this.piece === null)) return false;
    this.piece = null;
    if (wanted.nextFrame === null) return true;
    this.fill = startFill({ kind: "fill", generation: 0, startFrame: wanted.nextFrame, loop });
    return true;
  }

  private async pump(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (!this.closed && (this.piece !== null || !this.fill.done)) {
        this.piece ??= feedChunk(this.fill, this.song.frames);
        const { startFrame, frames, last } = this.piece;
        if (this.creditFrames < frames) break;
        const planes = Array.from({ length: this.song.channels }, () => new Float32Array(CHUNK_FRAMES));
        await this.reader.read(startFrame, planes, frames);
        if (this.closed) return;
        this.note(startFrame);
        this.piece = null;
        this.creditFrames -= frames;
        const streamFrame = this.sentFrames;
        this.sentFrames += frames;
        if (!this.sink.send(interleaved(planes, frames), streamFrame, last)) this.closed = true;
      }
    } catch (error) {
      this.closed = true;
      this.sink.failed(error);
    } finally {
      this.busy = false;
    }
  }

  private note(songFrame: number): void {
    const latest = this.segments[this.segments.length - 1] as Segment;
    if (latest.songFrame + (this.sentFrames - latest.streamFrame) === songFrame) return;
    this.segments.push({ streamFrame: this.sentFrames, songFrame });
    // A short loop that runs for hours: only what can still be heard matters.
    if (this.segments.length > 4096) this.segments = this.segments.slice(-2048);
  }
}

function interleaved(planes: readonly Float32Array[], frames: number): Float32Array<ArrayBuffer> {
  const left = planes[0] as Float32Array;
  const right = planes[1] ?? left;
  const out = new Float32Array(2 * frames);
  for (let i = 0; i < frames; ++i) {
    out[2 * i] = finite(left[i] as number);
    out[2 * i + 1] = finite(right[i] as number);
  }
  return out;
}

/** The chain would replace it by silence; the bridge refuses it. */
function finite(sample: number): number {
  return Number.isFinite(sample) ? sample : 0;
}
