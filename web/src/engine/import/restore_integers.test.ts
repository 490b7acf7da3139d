import { describe, expect, it } from "vitest";
import { restoreIntegers } from "./restore_integers";

const every16 = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);

describe("integers behind floats", () => {
  it("come back from uneven scaling, all 65536 of them", () => {
    const plane = Float32Array.from(every16, (n) => (n > 0 ? n / 32767 : n / 32768));
    expect(restoreIntegers([plane], 16)).toBe(true);
    expect(plane).toEqual(Float32Array.from(every16, (n) => n / 32768));
  });
  it("stay as they are where they are exact, at 16 and 24 bits", () => {
    const exact = Float32Array.from(every16, (n) => n / 32768);
    const before = exact.slice();
    expect(restoreIntegers([exact], 16)).toBe(true);
    expect(restoreIntegers([exact], 24)).toBe(true);
    expect(exact).toEqual(before);
  });
  it("are not made up", () => {
    const plane = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 0.7);
    const before = plane.slice();
    expect(restoreIntegers([plane], 16)).toBe(false);
    expect(plane).toEqual(before);
  });
});
