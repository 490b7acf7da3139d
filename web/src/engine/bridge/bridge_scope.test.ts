import { expect, test } from "vitest";
import { SPECTRUM_BINS, WAVE_FRAMES } from "../../protocol/scope";
import { BridgeScope } from "./bridge_scope";

test("a sine of full scale reads as an AnalyserNode reads it, silence as nothing", () => {
  const scope = new BridgeScope();
  const into = new Float32Array(SPECTRUM_BINS);
  expect(scope.readSpectrum(into)).toBe(false);
  const told = new Float32Array(SPECTRUM_BINS).fill(-Infinity);
  told[100] = 0;
  scope.takeSpectrum(told, 48000);
  expect(scope.readSpectrum(into)).toBe(true);
  expect(into[100]).toBeCloseTo(-13.56, 2);
  expect(into[0]).toBe(-Infinity);
});

test("waves come apart into left and right", () => {
  const scope = new BridgeScope();
  scope.takeWaves(Float32Array.from({ length: 2 * WAVE_FRAMES }, (_, i) => (i % 2 === 0 ? i : -i)));
  const left = new Float32Array(WAVE_FRAMES);
  const right = new Float32Array(WAVE_FRAMES);
  expect(scope.readWaves(left, right)).toBe(true);
  expect(left[3]).toBe(6);
  expect(right[3]).toBe(-7);
});
