import { describe, expect, it } from "vitest";
import { CHUNK_FRAMES, type FillRequest } from "./chunk_queue";
import { feedChunk, mayFeed, startFill, type Fill } from "./feed";
import { PlayerCore, type Chain } from "./player_core";
import { PortSource } from "./port_queue";
import { allocateRing, SharedRing } from "./shared_ring";
import { StreamReader } from "./stream_reader";

/** A pure delay: what a bypassed chain is. */
class Delay implements Chain {
  readonly planes = [new Float32Array(128)];
  readonly blockFrames = 128;
  readonly sampleRateHz = 48000;
  resets = 0;
  private held: number[];
  constructor(readonly latencyFrames: number) {
    this.held = new Array<number>(latencyFrames).fill(0);
  }
  process(frames: number): void {
    const plane = this.planes[0] as Float32Array;
    for (let i = 0; i < frames; ++i) {
      this.held.push(plane[i] as number);
      plane[i] = this.held.shift() as number;
    }
  }
  reset(): void {
    ++this.resets;
    this.held.fill(0);
  }
}

/** A song whose sample n is n + 1, with a feeder that works whenever work() is called. */
class Rig {
  readonly ring = new SharedRing(allocateRing(8, 1));
  readonly chain = new Delay(100);
  ended = 0;
  fill: Fill | null = null;
  readonly core: PlayerCore;
  constructor(readonly frames: number) {
    const stream = new StreamReader(this.ring, (request: FillRequest) => (this.fill = startFill(request)));
    this.core = new PlayerCore(this.chain, stream, () => ++this.ended);
  }
  work(chunks = Infinity): void {
    for (let i = 0; i < chunks && this.fill && mayFeed(this.fill, this.ring.room); ++i) {
      const piece = feedChunk(this.fill, this.frames);
      const plane = this.ring.begin()[0] as Float32Array;
      for (let k = 0; k < piece.frames; ++k) plane[k] = piece.startFrame + k + 1;
      this.ring.commit(this.fill.generation, piece.startFrame, piece.frames, piece.last);
    }
  }
  play(frames: number, feeding = true): number[] {
    const out: number[] = [];
    const block = [new Float32Array(128)];
    while (out.length < frames) {
      if (feeding) this.work();
      this.core.process(block, 128);
      out.push(...(block[0] as Float32Array));
    }
    return out.slice(0, frames);
  }
}
const count = (from: number, frames: number): number[] => Array.from({ length: frames }, (_, i) => from + i + 1);

describe("player", () => {
  it("plays the whole song from its first sample to its last, then ends", () => {
    const rig = new Rig(3 * CHUNK_FRAMES + 77);
    rig.core.play();
    const heard = rig.play(rig.frames + 500);
    expect(heard.slice(0, rig.frames)).toEqual(count(0, rig.frames));
    expect(heard.slice(rig.frames).every((x) => x === 0)).toBe(true);
    expect([rig.ended, rig.core.isPlaying, rig.core.positionFrames, rig.core.underruns]).toEqual([1, false, rig.frames, 0]);
    rig.core.play();
    expect(rig.play(1000)).toEqual(count(0, 1000));
    expect(rig.chain.resets).toBe(2);
  });

  it("plays songs shorter than the chain's delay", () => {
    const rig = new Rig(30);
    rig.core.play();
    expect(rig.play(256).slice(0, 40)).toEqual([...count(0, 30), ...new Array<number>(10).fill(0)]);
    expect(rig.ended).toBe(1);
  });

  it("reports the frame that is heard", () => {
    const rig = new Rig(50000);
    expect(rig.core.positionFrames).toBe(0);
    rig.core.play();
    rig.play(1280);
    expect(rig.core.positionFrames).toBe(1280);
  });

  it("seeks with a fade out and a fade in, to the very frame", () => {
    const rig = new Rig(200_000);
    rig.core.play();
    rig.play(2560);
    rig.core.seek(100_000);
    expect(rig.core.positionFrames).toBe(100_000);
    const heard = rig.play(2560);
    expect(heard[0]).toBeCloseTo(2561 * (1 - 1 / 240), 1);
    const back = heard.indexOf(100_001 + 1000);
    expect(back).toBeGreaterThan(0);
    expect(heard.slice(back, back + 500)).toEqual(count(101_000, 500));
    expect(rig.core.underruns).toBe(0);
    // No jump larger than what a 5 ms fade makes of this ramp.
    for (let i = 1; i < heard.length; ++i) expect(Math.abs((heard[i] as number) - (heard[i - 1] as number))).toBeLessThan(101_100 / 240 + 2);
  });

  it("pauses and goes on where it was", () => {
    const rig = new Rig(200_000);
    rig.core.play();
    rig.play(1280);
    rig.core.pause();
    rig.play(1280);
    const at = rig.core.positionFrames;
    expect(rig.core.isPlaying).toBe(false);
    rig.core.play();
    expect(rig.play(1280).slice(300)).toEqual(count(at + 300, 980));
  });

  it("loops without a gap", () => {
    const rig = new Rig(200_000);
    rig.core.setLoop({ startFrame: 1000, endFrame: 6000 });
    rig.core.play();
    expect(rig.play(16_000)).toEqual([...count(0, 6000), ...count(1000, 5000), ...count(1000, 5000)]);
    expect(rig.core.positionFrames).toBeGreaterThanOrEqual(1000);
    expect(rig.core.positionFrames).toBeLessThanOrEqual(6000);
  });

  it("takes a new loop while playing, without a gap", () => {
    const rig = new Rig(200_000);
    rig.core.play();
    rig.play(1280);
    rig.core.setLoop({ startFrame: 500, endFrame: 20_480 });
    expect(rig.play(30_720)).toEqual([...count(1280, 20_480 - 1280), ...count(500, 30_720 - (20_480 - 1280))].slice(0, 30_720));
    rig.core.setLoop(null);
    rig.play(40_960);
    expect(rig.core.underruns).toBe(0);
    expect(rig.core.positionFrames).toBeGreaterThan(20_480);
  });

  it("takes a loop whose end is inside what is already queued", () => {
    const rig = new Rig(200_000);
    rig.core.play();
    rig.play(1280);
    rig.core.setLoop({ startFrame: 0, endFrame: 2560 });
    expect(rig.play(5120)).toEqual([...count(1280, 1280), ...count(0, 2560), ...count(0, 1280)]);
  });

  it("counts an underrun and goes on with the next sample", () => {
    const rig = new Rig(200_000);
    rig.core.play();
    rig.work();
    const queued = 5 * CHUNK_FRAMES; // eight less the reserve
    const heard = rig.play(queued + 1280, false);
    expect(heard.slice(0, queued - 100)).toEqual(count(0, queued - 100));
    expect(rig.core.underruns).toBeGreaterThan(0);
    const { underruns } = rig.core;
    rig.play(1280);
    expect(rig.core.underruns).toBe(underruns);
  });

  it("stops to the start", () => {
    const rig = new Rig(200_000);
    rig.core.play();
    rig.play(1280);
    rig.core.stop();
    rig.play(1280);
    expect([rig.core.positionFrames, rig.core.isPlaying]).toEqual([0, false]);
    rig.core.play();
    expect(rig.play(1280)).toEqual(count(0, 1280));
  });
});

describe("port queue", () => {
  it("sends empty buffers home", () => {
    const home: ArrayBuffer[] = [];
    const source = new PortSource(1, { postMessage: (message) => void home.push((message as { buffer: ArrayBuffer }).buffer) });
    const buffer = new ArrayBuffer(CHUNK_FRAMES * 4);
    source.receive({ kind: "chunk", generation: 1, startFrame: 0, frames: 10, last: true, buffer });
    expect(source.at(0)).toMatchObject({ generation: 1, frames: 10, last: true });
    source.pop();
    expect(home).toEqual([buffer]);
    expect(source.count).toBe(0);
  });
});
