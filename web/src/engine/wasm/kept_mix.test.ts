import { describe, expect, it } from "vitest";
import { KeptMix } from "./kept_mix";

const stereo = (from: number, frames: number): Float32Array[] => [1, -1].map((sign) => Float32Array.from({ length: frames }, (_, i) => sign * (from + i)));

function streamed(mix: KeptMix, roomFrames: number): { heard: number[][]; ratios: number[] } {
  const planes = [new Float32Array(roomFrames), new Float32Array(roomFrames)];
  const heard: number[][] = [[], []];
  const ratios: number[] = [];
  const take = (frames: number): void => planes.forEach((plane, c) => heard[c]?.push(...plane.subarray(0, frames)));
  mix.stream(planes, take, (ratio) => ratios.push(ratio));
  return { heard, ratios };
}

describe("the kept mix", () => {
  it("hands on what it took, in pieces that fit, as often as wanted", () => {
    const mix = new KeptMix(2, 10);
    mix.take(stereo(1, 7));
    mix.take(stereo(8, 3));
    for (const room of [2, 7, 100]) {
      const { heard, ratios } = streamed(mix, room);
      expect(heard[0]).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
      expect(heard[1]).toEqual(Array.from({ length: 10 }, (_, i) => -i - 1));
      expect(ratios).toEqual([0.5, 1]);
    }
  });
  it("forgets at the next beginning, and keeps copies", () => {
    const mix = new KeptMix(2, 10);
    mix.take(stereo(0, 5));
    mix.begin();
    const planes = stereo(20, 2);
    mix.take(planes);
    planes.forEach((plane) => plane.fill(9));
    expect(streamed(mix, 8).heard[0]).toEqual([20, 21]);
  });
  it("keeps nothing of a song that is too long", () => {
    const most = KeptMix.MOST_BYTES / 8;
    expect(new KeptMix(2, most).isKept).toBe(true);
    const mix = new KeptMix(2, most + 1);
    expect(mix.isKept).toBe(false);
    mix.take(stereo(1, 5));
    expect(streamed(mix, 8).ratios).toEqual([]);
  });
});
