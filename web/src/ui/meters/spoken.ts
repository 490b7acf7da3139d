/** Keeps aria-valuenow and aria-valuetext of a role=meter in step with the telemetry, a few times a second. */
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Telemetry } from "../../protocol/types";
import { useFrame } from "../shell/frame";

const INTERVAL_MS = 250;

export function useSpoken(read: (telemetry: Telemetry) => number | null, text: (value: number | null) => string): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const nextMs = useRef(0);
  useFrame((telemetry, nowMs) => {
    const target = element.current;
    if (target === null || nowMs < nextMs.current) return;
    nextMs.current = nowMs + INTERVAL_MS;
    const value = read(telemetry);
    const low = Number(target.getAttribute("aria-valuemin"));
    const high = Number(target.getAttribute("aria-valuemax"));
    const now = value === null ? low : Math.min(high, Math.max(low, value));
    const words = text(value);
    if (target.getAttribute("aria-valuetext") === words) return;
    target.setAttribute("aria-valuenow", now.toFixed(1));
    target.setAttribute("aria-valuetext", words);
  });
  return element;
}
