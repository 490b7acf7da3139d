import { describe, expect, it } from "vitest";
import { checkShape, SampleChecks } from "./checks";

const look = (planes: Float32Array[], dc: number | null = 0, cut = 1): string => {
  const checks = new SampleChecks(planes.length);
  const frames = planes[0]?.length ?? 0;
  for (let at = 0; at < frames; at += cut) checks.feed(planes.map((p) => p.subarray(at, at + cut)), Math.min(cut, frames - at));
  return checks.warnings(dc).join("\n");
};
const tone = (frames: number, gain: number): Float32Array => Float32Array.from({ length: frames }, (_, i) => gain * Math.sin(i / 20));
const clipped = (frames: number): Float32Array => tone(frames, 2).map((x) => Math.max(-1, Math.min(32767 / 32768, x)));

describe("input checks", () => {
  it("name file, figure and limit in a refusal", () => {
    expect(() => checkShape("a.wav", 7, 48000)).toThrow("a.wav: 7 channels: only mono and stereo can be mixed");
    expect(() => checkShape("a.wav", 0, 48000)).toThrow(/a\.wav.*0 channels/);
    expect(() => checkShape("a.wav", 2, 7999)).toThrow(/7999 Hz/);
    expect(() => checkShape("a.wav", 2, 192001)).toThrow(/192001 Hz/);
    expect(() => checkShape("a.wav", 1, 8000)).not.toThrow();
    expect(() => checkShape("a.wav", 2, 192000)).not.toThrow();
  });
  it("find clipping whatever the cuts, and none in a clean or merely loud signal", () => {
    expect(look([clipped(4000)], 0, 1)).toMatch(/^Clipped.* in (\d+) places/);
    expect(look([clipped(4000)], 0, 7)).toBe(look([clipped(4000)], 0, 4000));
    expect(look([tone(4000, 0.999)])).toBe("");
  });
  it("tell mono, reversed polarity, silence, excess, poison and DC", () => {
    expect(look([tone(500, 0.5), tone(500, 0.5)])).toMatch(/mono/);
    expect(look([tone(500, 0.5), tone(500, -0.5)])).toMatch(/polarity/);
    expect(look([new Float32Array(500), new Float32Array(500)])).toBe("The file is silent from start to end.");
    expect(look([Float32Array.of(0.1, 1.5, 0.2)])).toMatch(/^1 sample is above full scale/);
    expect(look([Float32Array.of(0.1, Number.NaN, Infinity)])).toMatch(/^2 samples are not a number/);
    expect(look([tone(500, 0.5)], 0.03)).toMatch(/3\.0 %.*DC/);
  });
});
