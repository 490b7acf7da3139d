/** Play, stop, loop, time and zoom. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { useStudio } from "../shell/context";
import { clock } from "../shell/format";
import { useFrame } from "../shell/frame";
import { Icon } from "../shell/icons";
import { viewSignal } from "../waveform/session";
import { wholeSong, zoomed } from "../waveform/view";
import { Versions } from "./versions";

export function Transport(): VNode {
  const { player, rig } = useStudio();
  const ready = player.ready.value;
  const playing = player.playing.value;
  const song = player.loaded.value;
  const time = useRef<HTMLSpanElement>(null);
  const total = useRef<HTMLSpanElement>(null);
  useFrame((telemetry) => {
    player.follow(telemetry);
    const live = rig.isLive.peek();
    const now = live ? rig.figures().recordedS : song === null ? 0 : telemetry.positionFrames / song.sampleRateHz;
    const text = clock(now);
    if (time.current !== null && time.current.textContent !== text) time.current.textContent = text;
    const length = song === null ? "0:00.0" : clock(song.frames / song.sampleRateHz);
    const below = live ? (rig.state.peek().recording ? "Recording" : "Live input") : telemetry.underruns === 0 ? length : `${length} · ${telemetry.underruns} dropouts`;
    if (total.current !== null && total.current.textContent !== below) total.current.textContent = below;
  });
  const zoom = (factor: number): void => {
    if (song === null) return;
    const at = player.telemetry().positionFrames;
    const view = viewSignal.peek();
    const anchor = at >= view.startFrame && at <= view.endFrame ? at : (view.startFrame + view.endFrame) / 2;
    viewSignal.value = factor === 0 ? wholeSong(song.frames) : zoomed(view, factor, anchor, song.frames);
  };
  return (
    <div class="transport" role="group" aria-label="Transport">
      <div class="transport-buttons">
        <button type="button" class="round" aria-label="Stop" title="Stop and return to the start ( . )" disabled={!ready} onClick={() => void player.stop()}>
          <Icon name="stop" />
        </button>
        <button type="button" class="round play" aria-label={playing ? "Pause" : "Play"} title={`${playing ? "Pause" : "Play"} (space)`} disabled={!ready} onClick={() => void player.toggle()}>
          <Icon name={playing ? "pause" : "play"} size={20} />
        </button>
        <button type="button" class="round toggle" aria-label="Loop" aria-pressed={player.loopOn.value} title="Loop ( L, [ and ] set its ends )" disabled={!ready}
          onClick={() => player.setLoopOn(!player.loopOn.peek())}>
          <Icon name="loop" />
        </button>
      </div>
      <div class="time">
        <span class="time-now" ref={time}>0:00.0</span>
        <span class="time-total" ref={total} title="Length; dropouts are moments the player ran out of audio">0:00.0</span>
      </div>
      <Versions />
      <div class="zoom" role="group" aria-label="Zoom">
        <button type="button" class="icon-button" aria-label="Zoom out" title="Zoom out ( - )" disabled={!ready} onClick={() => zoom(0.5)}><Icon name="minus" size={14} /></button>
        <button type="button" class="icon-button text" aria-label="Show the whole song" title="Whole song ( 0 )" disabled={!ready} onClick={() => zoom(0)}>All</button>
        <button type="button" class="icon-button" aria-label="Zoom in" title="Zoom in ( + )" disabled={!ready} onClick={() => zoom(2)}><Icon name="add" size={14} /></button>
      </div>
    </div>
  );
}
