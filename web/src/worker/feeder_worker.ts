/** Reads song pages ahead of the worklet and fills its chunk queue. */
import type { ChunkSink, FillRequest } from "../engine/player/chunk_queue";
import { feedChunk, mayFeed, startFill, type Fill } from "../engine/player/feed";
import type { FeederStart } from "../engine/player/messages";
import { PortSink, type EmptyMessage } from "../engine/player/port_queue";
import { SharedRing } from "../engine/player/shared_ring";
import { PageReader } from "../engine/store/pages";

const FEED_INTERVAL_MS = 20;

class Feeder {
  private readonly sink: ChunkSink;
  private readonly reader: PageReader;
  private fill: Fill | null = null;
  private busy = false;

  constructor(private readonly start: FeederStart) {
    const { ring, port, song, slots } = start;
    this.reader = new PageReader(song);
    this.sink = ring ? new SharedRing(ring) : new PortSink(port, song.channels, slots);
    port.onmessage = ({ data }: MessageEvent<FillRequest | EmptyMessage>): void => {
      if (data.kind === "fill") this.fill = startFill(data);
      else (this.sink as PortSink).takeBack(data);
      void this.pump();
    };
    // The worklet frees slots of a shared ring without a word.
    if (ring) setInterval(() => void this.pump(), FEED_INTERVAL_MS);
  }

  private async pump(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.fill && mayFeed(this.fill, this.sink.room)) {
        const fill = this.fill;
        const piece = feedChunk(fill, this.start.song.frames);
        await this.reader.read(piece.startFrame, this.sink.begin(), piece.frames);
        // A newer request came while reading: this piece must not be sent.
        if (this.fill === fill) this.sink.commit(fill.generation, piece.startFrame, piece.frames, piece.last);
      }
    } catch (error) {
      // A rejection reaches nobody; an error thrown from a task reaches the page's onerror.
      setTimeout(() => {
        throw error;
      });
    } finally {
      this.busy = false;
    }
  }
}

self.onmessage = ({ data }: MessageEvent<FeederStart>): void => {
  new Feeder(data);
};
