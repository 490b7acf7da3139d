/** The top bar: name, current song, history, loudness target, export. */
import type { VNode } from "preact";
import { TARGETS } from "../../protocol/targets";
import { useStudio } from "./context";
import { sampleRate } from "./format";
import { Icon } from "./icons";
import { keysOpen } from "./keys_dialog";

export function Header(): VNode {
  const { mix, songs, player, exports, analyses, rig } = useStudio();
  const live = rig.isLive.value;
  const song = live ? null : songs.current.value;
  const undo = mix.undoLabel.value;
  const redo = mix.redoLabel.value;
  return (
    <header class="top">
      <h1 class="brand">
        <Mark />
        <span class="brand-name">AG06 <b>Studio</b></span>
      </h1>
      <div class="now">
        {live && <span class="now-name">Live input</span>}
        {song !== null && (
          <>
            <span class="now-name">{song.name}</span>
            <span class="now-facts">{song.codec.toUpperCase()} · {sampleRate(song.sampleRateHz)}{song.bitDepth === null ? "" : ` · ${song.bitDepth}-bit`} · {song.channels === 1 ? "mono" : "stereo"}</span>
          </>
        )}
      </div>
      <div class="history" role="group" aria-label="History and help">
        <button type="button" class="icon-button" aria-label="Undo" title={undo === null ? "Nothing to undo" : `Undo ${undo} (Ctrl+Z)`} disabled={undo === null} onClick={() => mix.undo()}><Icon name="undo" /></button>
        <button type="button" class="icon-button" aria-label="Redo" title={redo === null ? "Nothing to redo" : `Redo ${redo} (Ctrl+Shift+Z)`} disabled={redo === null} onClick={() => mix.redo()}><Icon name="redo" /></button>
        <button type="button" class="icon-button help" aria-label="Keyboard shortcuts" title="Keyboard and mouse ( ? )" onClick={() => (keysOpen.value = true)}>?</button>
      </div>
      <label class="target">
        <span>Target</span>
        <select aria-label="Loudness target" value={mix.document.value?.target.id ?? TARGETS[0]?.id ?? ""} disabled={song === null}
          onChange={(event) => {
            const chosen = TARGETS.find((target) => target.id === event.currentTarget.value);
            if (chosen !== undefined) mix.setTarget(chosen);
          }}>
          {TARGETS.map((target) => <option key={target.id} value={target.id}>{target.label}</option>)}
        </select>
      </label>
      <button type="button" class="button analyse" aria-label="Analyse" disabled={song === null} title="What the studio hears in this song ( I )" onClick={() => analyses.open()}>
        <Icon name="analyse" /> <span>Analyse</span>
      </button>
      <button type="button" class="primary" aria-label="Export" disabled={!player.ready.value} title="Export (Ctrl+E)" onClick={() => exports.show(player.version.peek())}>
        <Icon name="down" /> <span>Export</span>
      </button>
    </header>
  );
}

function Mark(): VNode {
  return (
    <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true" focusable="false">
      <rect width="26" height="26" rx="6" fill="var(--accent)" />
      <path d="M6 15.500v-5M10 19V7M14 16.500v-7M18 20V6M21.500 14.500v-3" stroke="var(--on-accent)" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}
