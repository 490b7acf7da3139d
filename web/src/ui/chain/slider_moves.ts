/** What keys, drags and the wheel do to a parameter's value: pure, in real units, always on the table's steps. */
import { fromNorm, snapToStep, toNorm } from "../../protocol/curves";
import type { Parameter } from "../../protocol/parameter";

/** Presses from one end of a logarithmic range to the other. */
const LOG_PRESSES = 120;
/** A linear range with more steps than this moves ten at a time; Shift moves one. */
const MANY_STEPS = 1000;
const FINE_DRAG_RATIO = 0.1;

/** One arrow press. Shift is the fine mode: exactly one step of the table. */
export function nudged(p: Parameter, value: number, presses: number, fine: boolean): number {
  if (fine) return snapToStep(p, value + presses * p.step);
  if (p.curve === "log") {
    const target = snapToStep(p, fromNorm(p, toNorm(p, value) + presses / LOG_PRESSES));
    return Math.abs(target - value) >= p.step / 2 ? target : snapToStep(p, value + Math.sign(presses) * p.step);
  }
  const step = (p.max - p.min) / p.step > MANY_STEPS ? 10 * p.step : p.step;
  return snapToStep(p, value + presses * step);
}

/** The value a key asks for; null when the key means nothing to a slider. */
export function keyed(p: Parameter, value: number, key: string, fine: boolean): number | null {
  switch (key) {
    case "ArrowUp":
    case "ArrowRight":
      return nudged(p, value, 1, fine);
    case "ArrowDown":
    case "ArrowLeft":
      return nudged(p, value, -1, fine);
    case "PageUp":
      return nudged(p, value, 10, fine);
    case "PageDown":
      return nudged(p, value, -10, fine);
    case "Home":
      return p.min;
    case "End":
      return p.max;
    case "Delete":
    case "Backspace":
      return p.defaultValue;
    default:
      return null;
  }
}

/** deltaRatio: how far the pointer went, as a share of the track. The position is kept unsnapped so that slow drags add up. */
export function dragged(p: Parameter, positionNorm: number, deltaRatio: number, fine: boolean): { readonly positionNorm: number; readonly value: number } {
  const moved = Math.min(1, Math.max(0, positionNorm + deltaRatio * (fine ? FINE_DRAG_RATIO : 1)));
  return { positionNorm: moved, value: snapToStep(p, fromNorm(p, moved)) };
}

/** Where the filled part of the track begins: zero for gains around zero, the low end otherwise. */
export function originNorm(p: Parameter): number {
  return p.min < 0 && p.max > 0 ? toNorm(p, 0) : 0;
}
