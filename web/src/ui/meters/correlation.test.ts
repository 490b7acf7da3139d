import { describe, expect, it } from "vitest";
import { correlationOf } from "./correlation";

const sine = Float32Array.from({ length: 1000 }, (_, i) => Math.sin((2 * Math.PI * i) / 100));
const cosine = Float32Array.from({ length: 1000 }, (_, i) => Math.cos((2 * Math.PI * i) / 100));
const scaled = (wave: Float32Array, by: number): Float32Array => wave.map((x) => x * by);

describe("correlation", () => {
  it("is 1 for the same wave at any level, -1 for the inverted one, 0 for a quarter period apart", () => {
    expect(correlationOf(sine, scaled(sine, 0.2))).toBeCloseTo(1, 6);
    expect(correlationOf(sine, scaled(sine, -3))).toBeCloseTo(-1, 6);
    expect(correlationOf(sine, cosine)).toBeCloseTo(0, 6);
  });
  it("cannot be measured in silence, and one silent channel correlates with nothing", () => {
    expect(correlationOf(scaled(sine, 0), scaled(sine, 0))).toBeNull();
    expect(correlationOf(sine, scaled(sine, 0))).toBe(0);
  });
});
