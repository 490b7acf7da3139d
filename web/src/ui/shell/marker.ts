/** A small element that moves over its parent every frame: a playhead, a needle, a dot. Moved by transform, so that neither layout nor paint follows. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface Marker {
  readonly ref: RefObject<HTMLDivElement | null>;
  /** At shares of the parent's width and height, in whole pixels of the screen; beyond the parent or at null it is hidden. */
  readonly place: (across: number | null, down?: number) => void;
}

/** In the style sheet the element lies at the parent's top left, with `will-change: transform`. */
export function useMarker(): Marker {
  const ref = useRef<HTMLDivElement>(null);
  const size = useRef({ width: 0, height: 0 });
  const wanted = useRef<{ across: number | null; down: number }>({ across: null, down: 0 });
  const shown = useRef<string | null>(null);
  const show = useRef((): void => {
    const element = ref.current;
    if (element === null) return;
    const { across, down } = wanted.current;
    const density = window.devicePixelRatio || 1;
    const whole = (length: number): number => Math.round(length * density) / density;
    const inside = across !== null && across >= 0 && across <= 1;
    const at = inside ? `translate(${whole(across * size.current.width)}px, ${whole(down * size.current.height)}px)` : "";
    if (at === shown.current) return;
    shown.current = at;
    element.style.visibility = inside ? "visible" : "hidden";
    if (inside) element.style.transform = at;
  });
  useEffect(() => {
    const parent = ref.current?.parentElement ?? null;
    if (parent === null) return undefined;
    const observer = new ResizeObserver(() => {
      size.current = { width: parent.clientWidth, height: parent.clientHeight };
      show.current();
    });
    observer.observe(parent);
    return () => observer.disconnect();
  }, []);
  const place = useRef((across: number | null, down = 0): void => {
    wanted.current = { across, down };
    show.current();
  });
  return { ref, place: place.current };
}
