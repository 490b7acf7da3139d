/** The loop on the waveform: a shaded region with a handle at each end, by pointer and keyboard. */
import type { VNode } from "preact";
import type { Song } from "../../protocol/types";
import { useStudio } from "../shell/context";
import { clock } from "../shell/format";
import { frameAt, shareOf, type View } from "./view";

const STEP_S = 0.1;
const BIG_STEP_S = 1;

export function LoopRegion({ song, view }: { readonly song: Song; readonly view: View }): VNode | null {
  const { player } = useStudio();
  const range = player.loopRange.value;
  const on = player.loopOn.value;
  if (range === null) return null;
  const left = shareOf(view, range.startFrame);
  const right = shareOf(view, range.endFrame);

  const handle = (edge: "start" | "end"): VNode => {
    const frame = edge === "start" ? range.startFrame : range.endFrame;
    const move = (to: number): void => player.moveLoopEdge(edge, to);
    const share = edge === "start" ? left : right;
    return (
      <div class={`loop-handle ${edge}`} role="slider" tabIndex={0} aria-label={edge === "start" ? "Loop start" : "Loop end"} aria-valuemin={0}
        aria-valuemax={song.frames / song.sampleRateHz} aria-valuenow={frame / song.sampleRateHz} aria-valuetext={clock(frame / song.sampleRateHz, 2)}
        style={{ left: `${share * 100}%`, visibility: share < -0.01 || share > 1.01 ? "hidden" : "visible" }}
        onPointerDown={(event) => {
          event.stopPropagation();
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          const box = event.currentTarget.parentElement?.getBoundingClientRect();
          if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
          move(frameAt(view, (event.clientX - box.left) / box.width));
        }}
        onKeyDown={(event) => {
          const step = (event.shiftKey ? STEP_S / 10 : event.key.startsWith("Page") ? BIG_STEP_S : STEP_S) * song.sampleRateHz;
          if (event.key === "ArrowLeft" || event.key === "ArrowDown" || event.key === "PageDown") move(frame - step);
          else if (event.key === "ArrowRight" || event.key === "ArrowUp" || event.key === "PageUp") move(frame + step);
          else if (event.key === "Home") move(0);
          else if (event.key === "End") move(song.frames);
          else if (event.key === "Delete" || event.key === "Backspace") {
            player.setLoopRange(null);
            player.setLoopOn(false);
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }} />
    );
  };
  return (
    <>
      <div class={`loop-region ${on ? "on" : ""}`} style={{ left: `${Math.max(0, left) * 100}%`, width: `${Math.max(0, Math.min(1, right) - Math.max(0, left)) * 100}%` }} />
      {handle("start")}
      {handle("end")}
    </>
  );
}
