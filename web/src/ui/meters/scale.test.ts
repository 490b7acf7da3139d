import { describe, expect, it } from "vitest";
import { compressedDb, gatedDb, transferPath } from "../chain/transfer";
import { LOUDNESS_SCALE, PEAK_SCALE, ballistic, position } from "./scale";

describe("meters", () => {
  it("keep levels inside the scale; silence is the bottom", () => {
    expect(position(PEAK_SCALE, PEAK_SCALE.lowDb)).toBe(0);
    expect(position(PEAK_SCALE, PEAK_SCALE.highDb)).toBe(1);
    expect(position(PEAK_SCALE, 40)).toBe(1);
    expect(position(LOUDNESS_SCALE, null)).toBe(0);
    for (const scale of [LOUDNESS_SCALE, PEAK_SCALE]) for (const db of scale.ticksDb) expect(position(scale, db)).toBeGreaterThan(0);
  });

  it("rise at once and fall at a steady rate", () => {
    expect(ballistic(-40, -6, 16, 24, -120)).toBe(-6);
    expect(ballistic(-6, -60, 500, 24, -120)).toBe(-18);
    expect(ballistic(-6, null, 500, 24, -120)).toBe(-18);
    expect(ballistic(-119, null, 5000, 24, -120)).toBe(-120);
  });
});

describe("pictures of the dynamics", () => {
  it("compress by the ratio above a knee that joins smoothly", () => {
    expect(compressedDb(-40, -20, 4, 6)).toBe(-40);
    expect(compressedDb(0, -20, 4, 6)).toBe(-15);
    expect(compressedDb(-20, -20, 4, 6)).toBeCloseTo(-20 - (0.75 * 9) / 12, 12);
    expect(compressedDb(-23, -20, 4, 6)).toBeCloseTo(-23, 12);
    expect(compressedDb(-17, -20, 4, 6)).toBeCloseTo(-19.25, 12);
    expect(compressedDb(-20, -20, 4, 0)).toBe(-20);
  });

  it("gate below the threshold, or expand down to the range", () => {
    expect(gatedDb(-60, -55, 24, 100)).toBe(-84);
    expect(gatedDb(-55, -55, 24, 100)).toBe(-55);
    expect(gatedDb(-60, -55, 24, 2)).toBe(-65);
    expect(gatedDb(-80, -55, 24, 2)).toBe(-104);
  });

  it("draw from corner to corner", () => {
    const path = transferPath((db) => db, -60, 100);
    expect(path.startsWith("M0.0 100.00")).toBe(true);
    expect(path.endsWith("L100.0 0.00")).toBe(true);
  });
});
