/** The knob law of a parameter: real unit <-> 0..1, as core/params/curves.h, proven equal on curve_vectors.gen.json. Not for the wire. */
import type { Parameter } from "./parameter";

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
const wholeHalfUp = (value: number): number => Math.floor(value + 0.5);
const isStepped = (p: Parameter): boolean => p.curve === "choice" || p.curve === "toggle";

/** Real value of a knob position, which is clamped to [0, 1]; a choice or toggle rounds half up. */
export function fromNorm(p: Parameter, positionNorm: number): number {
  const x = clamp(positionNorm, 0, 1);
  if (x === 0) return p.min;
  if (x === 1) return p.max;
  if (p.curve === "log") return clamp(p.min * (p.max / p.min) ** x, p.min, p.max);
  const value = p.min + (p.max - p.min) * x;
  return isStepped(p) ? wholeHalfUp(value) : value;
}

/** Knob position of a real value, which is clamped to the parameter's range. */
export function toNorm(p: Parameter, value: number): number {
  const v = clamp(value, p.min, p.max);
  if (p.curve === "log") return Math.log2(v / p.min) / Math.log2(p.max / p.min);
  return (v - p.min) / (p.max - p.min);
}

/** Nearest multiple of the step counted from min, inside the range. */
export function snapToStep(p: Parameter, value: number): number {
  return clamp(p.min + wholeHalfUp((clamp(value, p.min, p.max) - p.min) / p.step) * p.step, p.min, p.max);
}

/** Finite and inside the closed range. */
export function isInRange(p: Parameter, value: number): boolean {
  return Number.isFinite(value) && value >= p.min && value <= p.max;
}
