/** Writes what the live worklet recorded: interleaved stereo floats, one file for the processed sound and one for the dry input where that is wanted. */
import type { RecorderEvent, RecorderStart } from "../engine/player/live_messages";
import { planesIn, type ChunkMessage, type EmptyMessage } from "../engine/player/port_queue";
import { openSink, type ByteSink } from "../engine/store/sink";

const CHANNELS = 2;

class Recorder {
  private readonly queue: ChunkMessage[] = [];
  private sinks: readonly ByteSink[] | null = null;
  private frames = 0;
  private ended = false;

  constructor(private readonly start: RecorderStart) {
    start.port.onmessage = ({ data }: MessageEvent<ChunkMessage>): void => {
      this.queue.push(data);
      void this.drain();
    };
    void this.open();
  }

  private async open(): Promise<void> {
    try {
      const { folderName, fileNames } = this.start;
      this.sinks = await Promise.all(fileNames.map((name) => openSink(folderName, name)));
      await this.drain();
    } catch (error) {
      await this.fail(error);
    }
  }

  private async drain(): Promise<void> {
    const { sinks } = this;
    if (sinks === null) return;
    for (let chunk = this.queue.shift(); chunk !== undefined && !this.ended; chunk = this.queue.shift()) {
      try {
        this.write(sinks, chunk);
      } catch (error) {
        return this.fail(error);
      }
      const { last, buffer } = chunk;
      this.start.port.postMessage({ kind: "empty", buffer } satisfies EmptyMessage, [buffer]);
      if (last) return this.finish({ kind: "done" });
    }
  }

  private write(sinks: readonly ByteSink[], { frames, buffer }: ChunkMessage): void {
    const planes = planesIn(buffer, CHANNELS * sinks.length);
    sinks.forEach((sink, s) => {
      const left = planes[CHANNELS * s] as Float32Array;
      const right = planes[CHANNELS * s + 1] as Float32Array;
      const interleaved = new Float32Array(CHANNELS * frames);
      for (let i = 0; i < frames; ++i) {
        interleaved[2 * i] = left[i] as number;
        interleaved[2 * i + 1] = right[i] as number;
      }
      sink.write(new Uint8Array(interleaved.buffer));
    });
    this.frames += frames;
  }

  private fail(error: unknown): Promise<void> {
    return this.finish({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }

  private async finish(how: { readonly kind: "done" } | { readonly kind: "failed"; readonly message: string }): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    const blobs = await Promise.all((this.sinks ?? []).map((sink) => sink.finish()));
    self.postMessage({ ...how, blobs, frames: this.frames } satisfies RecorderEvent);
  }
}

self.onmessage = ({ data }: MessageEvent<RecorderStart>): void => {
  new Recorder(data);
};
