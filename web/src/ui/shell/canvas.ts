/** A canvas whose pixels follow its CSS size and the screen's density. */
import { useEffect, useRef } from "preact/hooks";
import { useFrame } from "./frame";
import type { RefObject } from "preact";

export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly density: number;
}

export interface Canvas {
  readonly ref: RefObject<HTMLCanvasElement | null>;
  readonly surface: () => Surface | null;
  /** The same, but null while the canvas is scrolled out of sight: for what is painted every frame. */
  readonly inSight: () => Surface | null;
}

/** onResize runs after each change of size, when the canvas comes into sight again and once at the start. */
export function useSurface(onResize: () => void): Canvas {
  const ref = useRef<HTMLCanvasElement>(null);
  const latest = useRef(onResize);
  latest.current = onResize;
  const size = useRef<Surface | null>(null);
  const seen = useRef(true);
  const refit = useRef<() => void>(() => undefined);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext("2d") ?? null;
    if (canvas === null || context === null) return undefined;
    const fit = (): void => {
      const density = window.devicePixelRatio || 1;
      const { width, height } = canvas.getBoundingClientRect();
      if (width === 0 || height === 0) return;
      canvas.width = Math.round(width * density);
      canvas.height = Math.round(height * density);
      context.setTransform(density, 0, 0, density, 0, 0);
      size.current = { context, width, height, density };
      latest.current();
    };
    const observer = new ResizeObserver(fit);
    observer.observe(canvas);
    const sight = new IntersectionObserver((entries) => {
      const was = seen.current;
      seen.current = entries.at(-1)?.isIntersecting ?? true;
      if (seen.current && !was && size.current !== null) latest.current();
    });
    sight.observe(canvas);
    refit.current = fit;
    fit();
    return () => {
      observer.disconnect();
      sight.disconnect();
    };
  }, []);
  // A window moved to another screen keeps its CSS sizes: no ResizeObserver fires, and not every browser tells the media query.
  useFrame(() => {
    if (size.current !== null && size.current.density !== (window.devicePixelRatio || 1)) refit.current();
  });
  return { ref, surface: () => size.current, inSight: () => (seen.current ? size.current : null) };
}

/** A picture of the surface's size that is painted once and drawn under what moves. */
export function still({ width, height, density }: Surface, paint: (context: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.setTransform(density, 0, 0, density, 0, 0);
    paint(context);
  }
  return canvas;
}

/** Colours live in the style sheet; painters read them once by name. */
const colours = new Map<string, string>();
export function colour(name: string): string {
  let value = colours.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colours.set(name, value);
  }
  return value;
}
