import { describe, expect, it } from "vitest";
import { xOfHz } from "./bands";
import { binRanges, heightOf } from "./spectrum_scale";

const BINS = 4096;
const HZ_PER_BIN = 24000 / BINS;
const COLUMNS = 900;
const edges = binRanges(COLUMNS, HZ_PER_BIN);

describe("spectrum behind the EQ", () => {
  it("shows a tone at its frequency, low and high", () => {
    for (const hz of [60, 440, 1000, 9000, 16000]) {
      const bins = new Float32Array(BINS).fill(-Infinity);
      bins[Math.round(hz / HZ_PER_BIN)] = -30;
      let highest = 0;
      for (let x = 1; x < COLUMNS; x++) if (heightOf(bins, edges, x) > heightOf(bins, edges, highest)) highest = x;
      expect(Math.abs(highest / COLUMNS - xOfHz(hz))).toBeLessThan(0.02);
      expect(heightOf(bins, edges, highest)).toBeGreaterThan(0.5);
    }
  });
  it("draws nothing for silence, and never beyond its box", () => {
    const silent = new Float32Array(BINS).fill(-Infinity);
    const loud = new Float32Array(BINS).fill(40);
    for (let x = 0; x < COLUMNS; x++) {
      expect(heightOf(silent, edges, x)).toBe(0);
      expect(heightOf(loud, edges, x)).toBe(1);
    }
  });
  it("draws a fall of 4 dB per octave level", () => {
    const music = Float32Array.from({ length: BINS }, (_, bin) => -50 - 4 * Math.log2(Math.max(1, bin) * HZ_PER_BIN / 1000));
    const at = (hz: number): number => heightOf(music, edges, Math.round(xOfHz(hz) * COLUMNS));
    expect(Math.abs(at(300) - at(10000))).toBeLessThan(0.02);
  });
});
