import { describe, expect, it } from "vitest";
import { BELL, HIGH_PASS, HIGH_SHELF, LOW_PASS, LOW_SHELF, NOTCH, TILT, bandDb, totalDb, type Band } from "./response";

const band = (type: number, gainDb = 6, q = 0.7071067811865476): Band => ({ on: true, type, freqHz: 1000, gainDb, q, slope: 1 });

describe("EQ response", () => {
  it("reaches a bell's gain at its centre and nothing far away", () => {
    expect(bandDb(band(BELL, 6, 2), 1000)).toBeCloseTo(6, 9);
    expect(bandDb(band(BELL, -9, 2), 1000)).toBeCloseTo(-9, 9);
    expect(bandDb(band(BELL, 6, 2), 1)).toBeCloseTo(0, 3);
  });

  it("cuts exactly as it boosts", () => {
    for (const hz of [200, 700, 1400, 5000]) expect(bandDb(band(BELL, 6, 3), hz) + bandDb(band(BELL, -6, 3), hz)).toBeCloseTo(0, 9);
  });

  it("gives shelves their full gain on one side, half at the corner, none on the other", () => {
    expect(bandDb(band(LOW_SHELF), 0.1)).toBeCloseTo(6, 4);
    expect(bandDb(band(LOW_SHELF), 1000)).toBeCloseTo(3, 9);
    expect(bandDb(band(LOW_SHELF), 1e7)).toBeCloseTo(0, 4);
    expect(bandDb(band(HIGH_SHELF), 0.1)).toBeCloseTo(0, 4);
    expect(bandDb(band(HIGH_SHELF), 1000)).toBeCloseTo(3, 9);
    expect(bandDb(band(HIGH_SHELF), 1e7)).toBeCloseTo(6, 4);
  });

  it("passes at -3.01 dB at a Butterworth corner and falls 12 dB an octave beyond", () => {
    expect(bandDb(band(HIGH_PASS), 1000)).toBeCloseTo(-3.0103, 4);
    expect(bandDb(band(LOW_PASS), 1000)).toBeCloseTo(-3.0103, 4);
    expect(bandDb(band(HIGH_PASS), 10) - bandDb(band(HIGH_PASS), 20)).toBeCloseTo(-12.041, 2);
    expect(bandDb(band(LOW_PASS), 80000) - bandDb(band(LOW_PASS), 40000)).toBeCloseTo(-12.041, 2);
  });

  it("cuts as steeply as its slope says, Butterworth at every order", () => {
    for (const [slope, dbPerOctave] of [6, 12, 18, 24, 36, 48].entries())
      for (const type of [HIGH_PASS, LOW_PASS]) {
        const cut = { ...band(type), slope };
        expect(bandDb(cut, 1000)).toBeCloseTo(-3.0103, 4);
        const far = type === HIGH_PASS ? bandDb(cut, 250) - bandDb(cut, 125) : bandDb(cut, 4000) - bandDb(cut, 8000);
        expect(Math.abs(far - (dbPerOctave / 6) * 6.0206)).toBeLessThan(0.3);
      }
  });

  it("tilts by half its gain on either side", () => {
    expect(bandDb(band(TILT), 1000)).toBeCloseTo(0, 9);
    expect(bandDb(band(TILT), 1)).toBeCloseTo(-3, 3);
    expect(bandDb(band(TILT), 1e6)).toBeCloseTo(3, 3);
  });

  it("notches to nothing, and a band that is off changes nothing", () => {
    expect(bandDb(band(NOTCH), 1000)).toBeLessThan(-100);
    expect(bandDb({ ...band(BELL), on: false }, 1000)).toBe(0);
    expect(totalDb([band(BELL, 6, 2), band(BELL, -2, 2)], 1000)).toBeCloseTo(4, 9);
  });
});
