/** Chords, loudness and spectrogram on the waveform's time axis, with its playhead; press or drag to seek. What is under the pointer, or else the playhead, is read out above. */
import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import type { Heard } from "../../protocol/analysis";
import type { Song } from "../../protocol/types";
import { useStudio } from "../shell/context";
import { useFrame } from "../shell/frame";
import { useMarker } from "../shell/marker";
import { viewSignal } from "../waveform/session";
import { frameAt, shareOf } from "../waveform/view";
import { ChordLane } from "./chord_lane";
import { joinedChords } from "./chords";
import { LoudnessLane } from "./loudness_lane";
import { momentText } from "./moment";
import { SpectrogramLane } from "./spectrogram";
import { loudnessWords, spectrogramWords } from "./spoken_pictures";

const READOUT_INTERVAL_MS = 60;

export function Timeline({ song, heard }: { readonly song: Song; readonly heard: Heard }): VNode {
  const { player, mix } = useStudio();
  const { analysis, spectrogram } = heard;
  const lanes = useRef<HTMLDivElement>(null);
  const head = useMarker();
  const cross = useMarker();
  const readout = useRef<HTMLParagraphElement>(null);
  const pointer = useRef<{ share: number; y: number } | null>(null);
  const finger = useRef(false);
  const nextMs = useRef(0);
  const view = viewSignal.value;
  const pictureWords = useMemo(() => spectrogramWords(spectrogram), [spectrogram]);
  const chords = useMemo(() => joinedChords(analysis.tonality.chords), [analysis]);
  const targetLufs = mix.document.value?.target.lufs ?? null;

  useFrame((telemetry, nowMs) => {
    const frame = player.loaded.peek() === song ? telemetry.positionFrames : 0;
    head.place(shareOf(viewSignal.peek(), frame));
    if (nowMs < nextMs.current || readout.current === null) return;
    nextMs.current = nowMs + READOUT_INTERVAL_MS;
    const at = pointer.current;
    const atS = (at === null ? frame : frameAt(viewSignal.peek(), at.share)) / song.sampleRateHz;
    const text = momentText(heard, atS, at === null ? null : at.y);
    if (readout.current.textContent !== text) readout.current.textContent = text;
  });

  const shareAt = (event: MouseEvent): number => {
    const box = lanes.current?.getBoundingClientRect();
    return box === undefined ? 0 : Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const seek = (event: MouseEvent): void => void player.seek(frameAt(viewSignal.peek(), shareAt(event)));
  const onPointerMove = (event: PointerEvent): void => {
    const picture = lanes.current?.querySelector(".lane-spectrogram")?.getBoundingClientRect();
    const y = picture === undefined || event.clientY < picture.top || event.clientY > picture.bottom ? -1 : 1 - (event.clientY - picture.top) / picture.height;
    pointer.current = { share: shareAt(event), y };
    cross.place(shareAt(event));
    if (lanes.current?.hasPointerCapture(event.pointerId) === true) seek(event);
  };
  const leave = (): void => {
    pointer.current = null;
    cross.place(null);
  };
  return (
    <section class="timeline" aria-label="Over time">
      <div class="timeline-head">
        <h3>Over time</h3>
        <p class="readout" ref={readout} aria-hidden="true" />
      </div>
      <div class="lanes" ref={lanes} onPointerMove={onPointerMove} onPointerLeave={leave}
        onPointerDown={(event) => {
          finger.current = event.pointerType === "touch";
          if (event.button !== 0 || finger.current) return;
          lanes.current?.setPointerCapture(event.pointerId);
          seek(event);
        }}
        onClick={(event) => {
          // A finger that goes down here may only want to scroll.
          if (finger.current) seek(event);
        }}>
        <ChordLane chords={chords} view={view} sampleRateHz={song.sampleRateHz} />
        <LoudnessLane history={analysis.loudness.history} integratedLufs={analysis.loudness.integratedLufs} targetLufs={targetLufs} view={view} sampleRateHz={song.sampleRateHz}
          words={loudnessWords(analysis, targetLufs)} />
        <SpectrogramLane spectrogram={spectrogram} view={view} sampleRateHz={song.sampleRateHz} words={pictureWords} />
        <div class="cross-head" ref={cross.ref} style={{ visibility: "hidden" }} />
        <div class="wave-head" ref={head.ref} />
      </div>
    </section>
  );
}
