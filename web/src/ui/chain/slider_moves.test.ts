import { describe, expect, it } from "vitest";
import { PARAMS } from "../../protocol/params.gen";
import { snapToStep } from "../../protocol/curves";
import { parameter } from "../../state/document";
import { dragged, keyed, nudged, originNorm } from "./slider_moves";

const gain = parameter("input.gain_db");
const frequency = parameter("eq.3.freq_hz");

describe("slider", () => {
  it("moves by the table's step, ten with a page key, to the ends and back to the default", () => {
    expect(keyed(gain, 0, "ArrowRight", false)).toBeCloseTo(0.1, 9);
    expect(keyed(gain, 0, "ArrowDown", false)).toBeCloseTo(-0.1, 9);
    expect(keyed(gain, 0, "PageUp", false)).toBeCloseTo(1, 9);
    expect(keyed(gain, 3, "Home", false)).toBe(-24);
    expect(keyed(gain, 3, "End", false)).toBe(24);
    expect(keyed(gain, 3, "Delete", false)).toBe(0);
    expect(keyed(gain, 3, "x", false)).toBeNull();
  });

  it("covers a logarithmic range evenly and never sticks", () => {
    let presses = 0;
    for (let value = frequency.min; value < frequency.max; presses++) {
      const next = nudged(frequency, value, 1, false);
      expect(next).toBeGreaterThan(value);
      value = next;
    }
    expect(presses).toBeLessThan(140);
    expect(nudged(frequency, 1000, 1, true)).toBeCloseTo(1001, 6);
  });

  it("moves every continuous parameter from either end in the asked direction", () => {
    for (const p of PARAMS.filter((row) => row.choices.length === 0)) {
      for (const fine of [false, true]) {
        expect(nudged(p, p.min, 1, fine), p.key).toBeGreaterThan(p.min);
        expect(nudged(p, p.max, -1, fine), p.key).toBeLessThan(p.max);
        expect(nudged(p, p.max, 1, fine), p.key).toBe(p.max);
      }
    }
  });

  it("adds up a slow drag that is finer than a step", () => {
    let position = 0.5;
    let value = 0;
    for (let i = 0; i < 10; i++) ({ positionNorm: position, value } = dragged(gain, position, 0.0005, false));
    expect(value).toBeCloseTo(snapToStep(gain, 0.24), 9);
  });

  it("drags ten times finer with Shift and stops at the ends", () => {
    expect(dragged(gain, 0.5, 0.1, false).value).toBeCloseTo(4.8, 9);
    expect(dragged(gain, 0.5, 0.1, true).value).toBeCloseTo(0.5, 9);
    expect(dragged(gain, 0.9, 5, false).value).toBe(24);
  });

  it("fills gains from zero and everything else from the low end", () => {
    expect(originNorm(gain)).toBe(0.5);
    expect(originNorm(frequency)).toBe(0);
    expect(originNorm(parameter("comp.threshold_dbfs"))).toBe(0);
  });
});
