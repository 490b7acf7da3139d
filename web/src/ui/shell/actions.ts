/** Carries out what a key asked for. */
import type { Studio } from "../../state/studio";
import { viewSignal } from "../waveform/session";
import { wholeSong, zoomed } from "../waveform/view";
import { keysOpen } from "./keys_dialog";
import type { Action } from "./shortcuts";

const NUDGE_S = 5;

export function runAction(action: Action, studio: Studio, addFiles: () => void): void {
  const { player, mix, exports, analyses } = studio;
  const song = player.loaded.peek();
  const at = song === null ? 0 : player.telemetry().positionFrames;
  const zoom = (factor: number): void => {
    if (song !== null) viewSignal.value = zoomed(viewSignal.peek(), factor, at, song.frames);
  };
  switch (action) {
    case "toggle-play":
      return void player.toggle();
    case "stop":
      return void player.stop();
    case "start":
      return void player.seek(0);
    case "back":
      return void player.nudge(-NUDGE_S);
    case "forward":
      return void player.nudge(NUDGE_S);
    case "loop":
      return player.setLoopOn(!player.loopOn.peek());
    case "loop-in":
      return player.setLoopRange({ startFrame: at, endFrame: Math.max(player.loopRange.peek()?.endFrame ?? Infinity, at) });
    case "loop-out":
      return player.setLoopRange({ startFrame: Math.min(player.loopRange.peek()?.startFrame ?? 0, at), endFrame: at });
    case "undo":
      return mix.undo();
    case "redo":
      return mix.redo();
    case "original":
    case "musical":
      player.version.value = action;
      return;
    case "ensemble":
      if (!studio.rig.isLive.peek() && song !== null && studio.offers(action)) player.version.value = action;
      return;
    case "swap":
      player.version.value = player.version.peek() === "original" ? player.processed.peek() : "original";
      return;
    case "match":
      player.matchLoudness.value = !player.matchLoudness.peek();
      return;
    case "export":
      if (player.ready.peek()) exports.show(player.version.peek());
      return;
    case "analysis":
      if (studio.rig.isLive.peek()) return;
      if (analyses.shown.peek()) analyses.shown.value = false;
      else analyses.open();
      return;
    case "add":
      return addFiles();
    case "help":
      keysOpen.value = true;
      return;
    case "zoom-in":
      return zoom(2);
    case "zoom-out":
      return zoom(0.5);
    case "zoom-all":
      if (song !== null) viewSignal.value = wholeSong(song.frames);
      return;
  }
}
