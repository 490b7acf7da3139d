import { describe, expect, it } from "vitest";
import { WaveformBuilder } from "./waveform_builder";

const noise = (frames: number, seed: number): Float32Array => {
  let state = seed;
  return Float32Array.from({ length: frames }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
};

describe("waveform pyramid", () => {
  it("holds min, max and rms of every bin of every level, whatever the cuts", () => {
    const frames = 100_003;
    const planes = [noise(frames, 1), noise(frames, 2)];
    const builder = new WaveformBuilder(2, 1024, 64);
    for (let at = 0; at < frames; at += 977) {
      const count = Math.min(977, frames - at);
      builder.feed(planes.map((p) => p.subarray(at, at + count)), count);
    }
    const wave = builder.finish();
    expect(wave.frames).toBe(frames);
    expect(wave.levels[0]?.framesPerBin).toBe(256); // 64 would have needed more bins than the cap
    wave.levels.forEach((level, i) => {
      if (i > 0) expect(level.framesPerBin).toBe(4 * (wave.levels[i - 1]?.framesPerBin ?? 0));
      expect(level.bins).toBe(Math.ceil(frames / level.framesPerBin));
      for (const c of [0, 1])
        for (const bin of [0, 1, level.bins - 1]) {
          const part = (planes[c] as Float32Array).subarray(bin * level.framesPerBin, (bin + 1) * level.framesPerBin);
          const at = (c * level.bins + bin) * 3;
          expect(level.data[at]).toBe(Math.min(...part));
          expect(level.data[at + 1]).toBe(Math.max(...part));
          expect(level.data[at + 2]).toBeCloseTo(Math.sqrt(part.reduce((s, x) => s + x * x, 0) / part.length), 6);
        }
    });
    expect(wave.levels.at(-1)?.bins).toBeLessThanOrEqual(512);
  });

  it("draws non-finite samples as silence and copes with a single frame", () => {
    const builder = new WaveformBuilder(1);
    builder.feed([Float32Array.of(Number.NaN)], 1);
    const wave = builder.finish();
    expect(wave.levels).toHaveLength(1);
    expect([...(wave.levels[0]?.data ?? [])]).toEqual([0, 0, 0]);
  });

  it("keeps an hour of stereo below 10 MB", () => {
    const builder = new WaveformBuilder(2);
    const second = [new Float32Array(48000), new Float32Array(48000)];
    for (let s = 0; s < 3600; ++s) builder.feed(second, 48000);
    const bytes = builder.finish().levels.reduce((sum, level) => sum + level.data.byteLength, 0);
    expect(bytes).toBeLessThan(10e6);
  });
});
