import { describe, expect, it, vi } from "vitest";
import { framesIn, rampSong } from "../testing/ramp_song";
import { SongStream, pathOf, type PieceSink } from "./song_stream";

class Ear implements PieceSink {
  readonly heard: number[] = [];
  readonly right: number[] = [];
  readonly failures: unknown[] = [];
  lasts = 0;
  send(interleaved: Float32Array<ArrayBuffer>, streamFrame: number, isLast: boolean): boolean {
    expect(streamFrame).toBe(this.heard.length);
    this.heard.push(...framesIn(interleaved));
    for (let i = 1; i < interleaved.length; i += 2) this.right.push(interleaved[i] as number);
    if (isLast) this.lasts++;
    return true;
  }
  failed(error: unknown): void {
    this.failures.push(error);
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

async function sent(ear: Ear, frames: number): Promise<void> {
  await vi.waitFor(() => expect(ear.heard.length).toBeGreaterThanOrEqual(frames), { timeout: 10_000 });
}

describe("a stream of song audio", () => {
  it("never sends more than was granted, and every frame once", async () => {
    const song = rampSong(100_000);
    const ear = new Ear();
    const stream = new SongStream(1, song, 30_000, null, ear);
    stream.grant(10_000);
    await sent(ear, 8192);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ear.heard.length).toBeLessThanOrEqual(10_000);
    expect(stream.framesSent).toBe(ear.heard.length);
    stream.grant(100_000);
    await sent(ear, 70_000);
    expect(ear.heard).toEqual(range(30_000, 100_000));
    expect([ear.lasts, ear.failures]).toEqual([1, []]);
    expect(ear.right[5]).toBe(-(ear.heard[5] as number) * 2 ** -20);
  });

  it("plays mono on both sides", async () => {
    const ear = new Ear();
    new SongStream(1, rampSong(5000, 1), 0, null, ear).grant(5000);
    await sent(ear, 5000);
    expect(ear.right[4000]).toBe(4000 * 2 ** -20);
  });

  it("wraps at the loop's end and knows where in the song each frame lies", async () => {
    const ear = new Ear();
    const stream = new SongStream(1, rampSong(60_000), 9000, { startFrame: 5000, endFrame: 10_000 }, ear);
    stream.grant(20_000);
    await sent(ear, 11_000);
    expect(ear.heard.slice(0, 11_000)).toEqual([...range(9000, 10_000), ...range(5000, 10_000), ...range(5000, 10_000)]);
    expect([0, 999, 1000, 5999, 6000, 10_999].map((frame) => stream.songFrameAt(frame))).toEqual([9000, 9999, 5000, 9999, 5000, 9999]);
    expect(ear.lasts).toBe(0);
  });

  it("takes a loop that is still ahead without starting anew, and refuses one that it has passed", async () => {
    const ear = new Ear();
    const stream = new SongStream(1, rampSong(60_000), 0, null, ear);
    stream.grant(16_384);
    await sent(ear, 16_384);
    expect(stream.setLoop({ startFrame: 1000, endFrame: 12_000 }, 4000)).toBe(false);
    expect(stream.setLoop({ startFrame: 1000, endFrame: 20_000 }, 4000)).toBe(true);
    stream.grant(12_000);
    await sent(ear, 24_000);
    expect(ear.heard.slice(0, 24_000)).toEqual([...range(0, 20_000), ...range(1000, 5000)]);
    expect(stream.setLoop(null, 19_000)).toBe(false); // it has gone back already
    expect(stream.setLoop(null, 20_500)).toBe(true);
  });

  it("says so when the song cannot be read on", async () => {
    const ear = new Ear();
    const song = rampSong(100_000);
    const broken = { ...song, blob: { slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) } as unknown as Blob };
    new SongStream(1, broken, 0, null, ear).grant(50_000);
    await vi.waitFor(() => expect(ear.failures).toHaveLength(1));
  });

  it("sends nothing after it was closed", async () => {
    const ear = new Ear();
    const stream = new SongStream(1, rampSong(100_000), 0, null, ear);
    stream.close();
    stream.grant(50_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ear.heard).toEqual([]);
  });
});

describe("the way through a song", () => {
  it("ends with it, or goes round", () => {
    expect(pathOf(90, null, 100, 20).nextFrame).toBeNull();
    expect(pathOf(90, null, 100, 5)).toEqual({ segments: [{ streamFrame: 0, songFrame: 90 }], nextFrame: 95 });
    expect(pathOf(8, { startFrame: 5, endFrame: 10 }, 100, 6)).toEqual({ segments: [{ streamFrame: 0, songFrame: 8 }, { streamFrame: 2, songFrame: 5 }], nextFrame: 9 });
    expect(pathOf(8, { startFrame: 5, endFrame: 10 }, 100, 2)).toEqual({ segments: [{ streamFrame: 0, songFrame: 8 }], nextFrame: 5 });
    expect(pathOf(50, { startFrame: 5, endFrame: 10 }, 100, 10).nextFrame).toBe(60);
  });
});
