/** Decoded songs as pages of planar 32-bit float in one Blob: page p holds, per channel, PAGE_FRAMES samples; the last page is padded with silence. */
import type { ByteSink } from "./sink";

export const PAGE_FRAMES = 65536;

/** What workers need to read a song. */
export interface SongAudio {
  readonly blob: Blob;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly frames: number;
}

/** Size of a whole song's pages. */
export function pageBytes(channels: number, frames: number): number {
  return Math.ceil(frames / PAGE_FRAMES) * PAGE_FRAMES * channels * 4;
}

export class PageWriter {
  private readonly page: Float32Array<ArrayBuffer>;
  private used = 0;
  private written = 0;

  constructor(
    private readonly sink: ByteSink,
    private readonly channels: number,
  ) {
    this.page = new Float32Array(PAGE_FRAMES * channels);
  }

  get frames(): number {
    return this.written + this.used;
  }

  append(planes: readonly Float32Array[], frames: number): void {
    for (let at = 0; at < frames; ) {
      const count = Math.min(PAGE_FRAMES - this.used, frames - at);
      for (let c = 0; c < this.channels; ++c) this.page.set((planes[c] as Float32Array).subarray(at, at + count), c * PAGE_FRAMES + this.used);
      this.used += count;
      at += count;
      if (this.used === PAGE_FRAMES) this.flush();
    }
  }

  async finish(): Promise<Blob> {
    if (this.used > 0) {
      for (let c = 0; c < this.channels; ++c) this.page.fill(0, c * PAGE_FRAMES + this.used, (c + 1) * PAGE_FRAMES);
      this.flush();
    }
    return this.sink.finish();
  }

  private flush(): void {
    this.sink.write(new Uint8Array(this.page.buffer));
    this.written += this.used;
    this.used = 0;
  }
}

/** Reads any range, one page in memory and the next on its way. Beyond the end there is silence. */
export class PageReader {
  private readonly cache = new Map<number, Promise<Float32Array<ArrayBuffer>>>();

  constructor(readonly song: SongAudio) {}

  async read(startFrame: number, planes: readonly Float32Array[], frames: number): Promise<void> {
    for (let at = 0; at < frames; ) {
      const frame = startFrame + at;
      if (frame >= this.song.frames) {
        for (const plane of planes) plane.fill(0, at, frames);
        return;
      }
      const index = Math.floor(frame / PAGE_FRAMES);
      const offset = frame - index * PAGE_FRAMES;
      const count = Math.min(PAGE_FRAMES - offset, frames - at, this.song.frames - frame);
      const page = await this.page(index);
      for (let c = 0; c < this.song.channels; ++c)
        (planes[c] as Float32Array).set(page.subarray(c * PAGE_FRAMES + offset, c * PAGE_FRAMES + offset + count), at);
      at += count;
    }
  }

  private page(index: number): Promise<Float32Array<ArrayBuffer>> {
    const wanted = this.fetch(index);
    if ((index + 1) * PAGE_FRAMES < this.song.frames) void this.fetch(index + 1).catch(() => undefined);
    for (const key of this.cache.keys()) if (key !== index && key !== index + 1) this.cache.delete(key);
    return wanted;
  }

  private fetch(index: number): Promise<Float32Array<ArrayBuffer>> {
    let page = this.cache.get(index);
    if (!page) {
      const bytes = PAGE_FRAMES * this.song.channels * 4;
      page = this.song.blob.slice(index * bytes, (index + 1) * bytes).arrayBuffer().then((buffer) => new Float32Array(buffer));
      this.cache.set(index, page);
    }
    return page;
  }
}
