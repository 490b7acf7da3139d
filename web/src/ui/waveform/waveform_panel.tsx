/** The waveform: overview on top, zoomed view below, playhead, seeking by pointer and keyboard, and the loop region. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Song, Waveform } from "../../protocol/types";
import { versionLabel } from "../../state/versions";
import { useStudio } from "../shell/context";
import { clock } from "../shell/format";
import { useFrame } from "../shell/frame";
import { useMarker } from "../shell/marker";
import { BeatGrid } from "./beat_grid";
import { Lane } from "./lane";
import { LoopRegion } from "./loop_region";
import { SectionStrip } from "./section_strip";
import { beatsShown, sectionsShown, viewSignal } from "./session";
import { TimeMarks } from "./time_marks";
import { following, frameAt, panned, shareOf, wholeSong, zoomed } from "./view";

const SEEK_S = 5;
const FINE_SEEK_S = 1;
const DRAG_PX = 4;

export function WaveformPanel({ song }: { readonly song: Song }): VNode {
  const { player, mix, analyses } = useStudio();
  const area = useRef<HTMLDivElement>(null);
  const overviewHead = useMarker();
  const head = useMarker();
  const slider = useRef<HTMLDivElement>(null);
  const press = useRef<{ x: number; frame: number; looping: boolean } | null>(null);
  const spokenAtMs = useRef(0);
  const view = viewSignal.value;
  const current = mix.current.value;
  const rendered: Waveform = current?.waveform.value ?? song.waveform;
  const version = player.version.value;

  useEffect(() => {
    viewSignal.value = wholeSong(song.frames);
  }, [song]);

  useFrame((telemetry, nowMs) => {
    const frame = player.loaded.peek() === song ? telemetry.positionFrames : 0;
    if (telemetry.playing && press.current === null) {
      const next = following(viewSignal.peek(), frame, song.frames);
      if (next !== viewSignal.peek()) viewSignal.value = next;
    }
    head.place(shareOf(viewSignal.peek(), frame));
    overviewHead.place(frame / song.frames);
    if (slider.current !== null && nowMs - spokenAtMs.current > 250) {
      spokenAtMs.current = nowMs;
      slider.current.setAttribute("aria-valuenow", (frame / song.sampleRateHz).toFixed(2));
      slider.current.setAttribute("aria-valuetext", `${clock(frame / song.sampleRateHz)} of ${clock(song.frames / song.sampleRateHz)}`);
    }
  });

  const shareAt = (event: MouseEvent): number => {
    const box = area.current?.getBoundingClientRect();
    return box === undefined ? 0 : Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    slider.current?.setPointerCapture(event.pointerId);
    const frame = frameAt(viewSignal.peek(), shareAt(event));
    press.current = { x: event.clientX, frame, looping: event.shiftKey };
    if (!event.shiftKey) void player.seek(frame);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const held = press.current;
    if (held === null || Math.abs(event.clientX - held.x) < DRAG_PX) return;
    const frame = frameAt(viewSignal.peek(), shareAt(event));
    if (held.looping) {
      player.setLoopRange({ startFrame: held.frame, endFrame: frame });
      player.setLoopOn(true);
    } else void player.seek(frame);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? FINE_SEEK_S : SEEK_S;
    if (event.key === "ArrowRight" || event.key === "ArrowUp") void player.nudge(step);
    else if (event.key === "ArrowLeft" || event.key === "ArrowDown") void player.nudge(-step);
    else if (event.key === "PageUp" || event.key === "PageDown") void player.nudge(event.key === "PageUp" ? 30 : -30);
    else if (event.key === "Home") void player.seek(0);
    else if (event.key === "End") void player.seek(song.frames - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onWheel = (event: WheelEvent): void => {
    const now = viewSignal.peek();
    if (event.ctrlKey || event.metaKey || (Math.abs(event.deltaY) > Math.abs(event.deltaX) && event.altKey)) {
      viewSignal.value = zoomed(now, event.deltaY < 0 ? 1.25 : 0.8, frameAt(now, shareAt(event)), song.frames);
    } else if (event.deltaX !== 0 || event.shiftKey) {
      viewSignal.value = panned(now, ((event.deltaX || event.deltaY) / 800) * (now.endFrame - now.startFrame), song.frames);
    } else return;
    event.preventDefault();
  };
  const wheel = useRef(onWheel);
  wheel.current = onWheel;
  useEffect(() => {
    const element = area.current;
    const turn = (event: WheelEvent): void => wheel.current(event);
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, []);

  const shown = version === "original" ? song.waveform : rendered;
  const other = version === "original" ? rendered : song.waveform;
  const tint = version === "original" || version === "musical" ? version : "ai";
  const whole = wholeSong(song.frames);
  const analysis = analyses.heard.value?.analysis;
  const rhythm = analysis?.rhythm;
  return (
    <div class={`wave version-${tint}`}>
      <div class="wave-overview" aria-hidden="true" onPointerDown={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const frame = ((event.clientX - box.left) / box.width) * song.frames;
        const span = viewSignal.peek().endFrame - viewSignal.peek().startFrame;
        viewSignal.value = panned(viewSignal.peek(), frame - span / 2 - viewSignal.peek().startFrame, song.frames);
        void player.seek(frame);
      }}>
        <Lane waveform={shown} ghost={null} view={whole} tint={tint} />
        <div class="wave-window" style={{ left: `${(view.startFrame / song.frames) * 100}%`, width: `${((view.endFrame - view.startFrame) / song.frames) * 100}%` }} />
        <div class="wave-head" ref={overviewHead.ref} />
      </div>
      <div class="wave-area" ref={area}>
        <TimeMarks view={view} sampleRateHz={song.sampleRateHz} />
        <div class="wave-lane">
          <Lane waveform={shown} ghost={other === shown ? null : other} view={view} tint={tint} />
          {rhythm !== undefined && rhythm.beatsS.length > 0 && beatsShown.value && <BeatGrid beatsS={rhythm.beatsS} downbeatsS={rhythm.downbeatsS} view={view} sampleRateHz={song.sampleRateHz} />}
          <div class="wave-seek" role="slider" tabIndex={0} ref={slider} aria-label="Position" aria-valuemin={0} aria-valuemax={song.frames / song.sampleRateHz} aria-valuenow={0}
            title="Click or drag to seek, Shift-drag to loop, Ctrl-wheel to zoom" onPointerDown={onPointerDown} onPointerMove={onPointerMove}
            onPointerUp={() => (press.current = null)} onPointerCancel={() => (press.current = null)} onKeyDown={onKeyDown} />
          <LoopRegion song={song} view={view} />
          <div class="wave-head" ref={head.ref} />
          {version === "original" && (
            <p class="wave-hint">
              You hear the original; edits shape {versionLabel(player.processed.value)}.
              <button type="button" class="link" onClick={() => (player.version.value = player.processed.peek())}>Hear it</button>
            </p>
          )}
        </div>
        {analysis !== undefined && sectionsShown.value && <SectionStrip sections={analysis.structure.sections} view={view} sampleRateHz={song.sampleRateHz} />}
      </div>
    </div>
  );
}
