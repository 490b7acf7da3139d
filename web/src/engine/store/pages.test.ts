import { describe, expect, it } from "vitest";
import { PAGE_FRAMES, PageReader, PageWriter } from "./pages";
import type { ByteSink } from "./sink";

class MemorySink implements ByteSink {
  readonly parts: Uint8Array<ArrayBuffer>[] = [];
  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.parts.push(bytes.slice());
  }
  finish(): Promise<Blob> {
    return Promise.resolve(new Blob(this.parts));
  }
  discard(): Promise<void> {
    return Promise.resolve();
  }
}

const ramp = (start: number, count: number, channel: number): Float32Array => Float32Array.from({ length: count }, (_, i) => start + i + channel * 0.5);

describe("song pages", () => {
  it("give back every range exactly, whatever the cuts", async () => {
    const frames = 2 * PAGE_FRAMES + 1234;
    const writer = new PageWriter(new MemorySink(), 2);
    for (let at = 0; at < frames; ) {
      const count = Math.min(7919, frames - at);
      writer.append([ramp(at, count, 0), ramp(at, count, 1)], count);
      at += count;
    }
    expect(writer.frames).toBe(frames);
    const blob = await writer.finish();
    expect(blob.size).toBe(3 * PAGE_FRAMES * 2 * 4);
    const reader = new PageReader({ blob, sampleRateHz: 48000, channels: 2, frames });
    for (const [start, count] of [[0, 128], [PAGE_FRAMES - 5, 10], [PAGE_FRAMES - 1, PAGE_FRAMES + 2], [frames - 10, 10], [3, 2 * PAGE_FRAMES]] as const) {
      const planes = [new Float32Array(count), new Float32Array(count)];
      await reader.read(start, planes, count);
      expect(planes[0]).toEqual(ramp(start, count, 0));
      expect(planes[1]).toEqual(ramp(start, count, 1));
    }
  });

  it("are silent beyond the end", async () => {
    const writer = new PageWriter(new MemorySink(), 1);
    writer.append([ramp(1, 10, 0)], 10);
    const reader = new PageReader({ blob: await writer.finish(), sampleRateHz: 8000, channels: 1, frames: 10 });
    const plane = new Float32Array(6).fill(9);
    await reader.read(7, [plane], 6);
    expect([...plane]).toEqual([8, 9, 10, 0, 0, 0]);
    await reader.read(100, [plane], 6);
    expect([...plane]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
