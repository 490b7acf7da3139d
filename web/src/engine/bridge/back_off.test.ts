import { describe, expect, it } from "vitest";
import { FIRST_WAIT_MS, LONGEST_WAIT_MS, backOffMs } from "./back_off";

describe("back-off", () => {
  it("doubles from a quarter of a second to eight and stays there", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 1000].map((failures) => backOffMs(failures, 0.5))).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });
  it("spreads by a quarter either way", () => {
    expect(backOffMs(3, 0)).toBe(0.75 * 4 * FIRST_WAIT_MS);
    expect(backOffMs(50, 0.999999)).toBe(1.25 * LONGEST_WAIT_MS);
  });
});
