import { describe, expect, it } from "vitest";
import { Trim } from "./trim";

function passed(gap: { startFrames: number; endFrames: number }, total: number | null, frames: number, cut: number): number[] {
  const trim = new Trim(gap, total);
  const song = Float32Array.from({ length: frames }, (_, i) => i);
  const out: number[] = [];
  for (let at = 0; at < frames; at += cut) {
    const count = Math.min(cut, frames - at);
    trim.pass([song.subarray(at, at + count)], count, (planes, n) => {
      expect(planes[0]?.length).toBe(n);
      out.push(...(planes[0] as Float32Array));
    });
  }
  return out;
}

describe("trimming", () => {
  it("takes both gaps off, whatever the cuts", () => {
    for (const cut of [1, 3, 7, 100]) expect(passed({ startFrames: 5, endFrames: 3 }, 20, 25, cut)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });
  it("lets everything pass where nothing is known", () => {
    expect(passed({ startFrames: 0, endFrames: 0 }, null, 9, 4)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
  it("may leave nothing", () => {
    expect(passed({ startFrames: 50, endFrames: 0 }, 20, 20, 8)).toEqual([]);
  });
});
