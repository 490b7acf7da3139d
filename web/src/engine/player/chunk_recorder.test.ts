import { describe, expect, it } from "vitest";
import { CHUNK_FRAMES, type ChunkSink } from "./chunk_queue";
import { ChunkRecorder } from "./chunk_recorder";

class Sink implements ChunkSink {
  readonly heard: number[] = [];
  readonly lasts: boolean[] = [];
  room = 2;
  private planes: Float32Array[] = [];
  begin(): readonly Float32Array[] {
    this.planes = [new Float32Array(CHUNK_FRAMES), new Float32Array(CHUNK_FRAMES)];
    return this.planes;
  }
  commit(_: number, startFrame: number, frames: number, last: boolean): void {
    expect(startFrame).toBe(this.heard.length);
    this.heard.push(...(this.planes[0] as Float32Array).subarray(0, frames));
    this.lasts.push(last);
    this.room--;
  }
}

const block = (from: number, frames: number): Float32Array[] => [Float32Array.from({ length: frames }, (_, i) => from + i), new Float32Array(frames)];

describe("recording on the audio thread", () => {
  it("hands over every frame in order, the last chunk as long as it is", () => {
    const sink = new Sink();
    const recorder = new ChunkRecorder(sink);
    for (let at = 0; at < 5000; at += 125) recorder.write(block(at, 125), 125);
    expect(recorder.finish()).toBe(true);
    expect(sink.heard).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect([sink.lasts, recorder.recordedFrames, recorder.lostFrames]).toEqual([[false, true], 5000, 0]);
  });

  it("counts what a slow recorder cost, and ends once there is room", () => {
    const sink = new Sink();
    sink.room = 1;
    const recorder = new ChunkRecorder(sink);
    recorder.write(block(0, 5000), 5000);
    expect([recorder.recordedFrames, recorder.lostFrames]).toEqual([CHUNK_FRAMES, 5000 - CHUNK_FRAMES]);
    expect(recorder.finish()).toBe(false);
    sink.room = 1;
    expect(recorder.finish()).toBe(true);
    expect(sink.lasts).toEqual([false, true]);
  });
});
