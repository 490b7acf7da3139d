/** One canvas with a waveform and, faintly behind it, the other version's. Repaints only when what it shows changes. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Waveform } from "../../protocol/types";
import { colour, useSurface } from "../shell/canvas";
import { drawWaveform } from "./draw";
import type { View } from "./view";

export type Tint = "original" | "musical" | "ai";

interface Props {
  readonly waveform: Waveform;
  readonly ghost: Waveform | null;
  readonly view: View;
  /** Whose colour it has. */
  readonly tint: Tint;
}

export function Lane({ waveform, ghost, view, tint }: Props): VNode {
  const paint = (): void => {
    const target = surface();
    if (target === null) return;
    const { context, width, height, density } = target;
    context.clearRect(0, 0, width, height);
    if (ghost !== null) {
      const shade = colour(tint === "original" ? "ghost-musical" : "ghost-original");
      drawWaveform(context, ghost, view, width, height, { peak: shade, body: shade }, density);
    }
    drawWaveform(context, waveform, view, width, height, { peak: colour(`wave-${tint}`), body: colour(`wave-${tint}-body`) }, density);
  };
  const { ref, surface } = useSurface(paint);
  useEffect(paint, [waveform, ghost, view.startFrame, view.endFrame, tint]);
  return <canvas class="lane" ref={ref} aria-hidden="true" />;
}
