/** One animation-frame loop for everything that moves: telemetry is read once per frame and handed to the painters. */
import { useEffect, useRef } from "preact/hooks";
import type { Telemetry } from "../../protocol/types";

export type Painter = (telemetry: Telemetry, nowMs: number) => void;

const painters = new Set<Painter>();

export function startFrames(read: () => Telemetry): void {
  const step = (nowMs: number): void => {
    const telemetry = read();
    for (const paint of painters) paint(telemetry, nowMs);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/** Runs the latest closure of a component on every frame while it is mounted. */
export function useFrame(paint: Painter): void {
  const latest = useRef(paint);
  latest.current = paint;
  useEffect(() => {
    const stable: Painter = (telemetry, nowMs) => latest.current(telemetry, nowMs);
    painters.add(stable);
    return () => void painters.delete(stable);
  }, []);
}
