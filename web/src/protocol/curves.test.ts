import { describe, expect, it } from "vitest";
import golden from "../../../tests/core/params/curve_vectors.gen.json";
import { fromNorm, isInRange, snapToStep, toNorm } from "./curves";
import { PARAMS, PARAMS_HASH } from "./params.gen";
import type { Parameter } from "./parameter";

const parameter = (key: string): Parameter => {
  const found = PARAMS.find((p) => p.key === key);
  if (!found) throw new Error(`no parameter ${key}`);
  return found;
};

const vectors = golden.vectors as unknown as readonly { readonly key: string; readonly points: readonly (readonly [number, number])[] }[];

describe("knob law", () => {
  it("is tested on vectors of this very table", () => {
    expect(golden.hash).toBe(PARAMS_HASH);
    expect(golden.vectors.map((v) => v.key).sort()).toEqual(PARAMS.map((p) => p.key).sort());
  });
  // The log curve differs between languages only by the rounding of pow: 4 ulp.
  it.each(vectors)("$key follows the golden vectors", ({ key, points }) => {
    const p = parameter(key);
    for (const [norm, value] of points) {
      expect(Math.abs(fromNorm(p, norm) - value)).toBeLessThanOrEqual(1e-15 * 4 * Math.max(1, Math.abs(value)));
      if (p.curve !== "choice" && p.curve !== "toggle") expect(toNorm(p, value)).toBeCloseTo(norm, 12);
    }
  });
  it("clamps, snaps and checks ranges", () => {
    const p = parameter("input.gain_db");
    expect(fromNorm(p, -1)).toBe(p.min);
    expect(fromNorm(p, 2)).toBe(p.max);
    expect(snapToStep(p, 1.2345)).toBeCloseTo(1.2, 12);
    expect(snapToStep(p, 1e9)).toBe(p.max);
    expect(isInRange(p, p.max)).toBe(true);
    expect(isInRange(p, p.max + 1e-9)).toBe(false);
    expect(isInRange(p, Number.NaN)).toBe(false);
  });
});
