/** The songs in the studio, what is being read, and the ways to add more. */
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Song } from "../../protocol/types";
import type { Import } from "../../state/songs";
import { useStudio } from "../shell/context";
import { clock, decimal, sampleRate, typeset } from "../shell/format";
import { Icon } from "../shell/icons";
import { ProgressBar } from "../shell/progress_bar";
import { openPicker } from "./file_input";

export function SongList(): VNode {
  const { songs } = useStudio();
  const list = songs.list.value;
  const imports = songs.imports.value;
  return (
    <section class="songs" aria-label="Songs">
      <header class="panel-head">
        <h2>Songs</h2>
        <button type="button" class="icon-button" aria-label="Choose files" title="Add songs (Ctrl+O)" onClick={openPicker}><Icon name="add" size={14} /></button>
      </header>
      {list.length + imports.length === 0 ? (
        <button type="button" class="drop-here" onClick={openPicker}><Icon name="down" /> Drop songs here</button>
      ) : (
        <ul>
          {list.map((song) => <SongRow key={song.id} song={song} />)}
          {imports.map((entry) => <ImportRow key={`import-${entry.id}`} entry={entry} />)}
        </ul>
      )}
    </section>
  );
}

function SongRow({ song }: { readonly song: Song }): VNode {
  const studio = useStudio();
  const [asking, setAsking] = useState(false);
  const current = studio.songs.currentId.value === song.id && !studio.rig.isLive.value;
  const row = useRef<HTMLLIElement>(null);
  const keep = (): void => {
    setAsking(false);
    row.current?.querySelector<HTMLElement>(".song-remove")?.focus();
  };
  // The focus would go down with the row: it moves to the neighbour, or to where songs are added.
  const remove = async (): Promise<void> => {
    const neighbour = (row.current?.nextElementSibling ?? row.current?.previousElementSibling)?.querySelector<HTMLElement>("button") ?? null;
    const list = row.current?.closest("section") ?? null;
    await studio.remove(song);
    if (document.activeElement === document.body) (neighbour?.isConnected === true ? neighbour : list?.querySelector<HTMLElement>("button"))?.focus();
  };
  return (
    <li ref={row} class={`song ${current ? "current" : ""}`}>
      <button type="button" class="song-pick" aria-current={current ? "true" : undefined} onClick={() => void studio.pick(song)}>
        <span class="song-name">{song.name}</span>
        <span class="song-facts">
          {!current && song.warnings.length > 0 && <span class="song-flag" title={song.warnings.join("\n")}><Icon name="warning" size={11} /></span>}
          {clock(song.frames / song.sampleRateHz, 0)} · {sampleRate(song.sampleRateHz)} · {song.channels === 1 ? "mono" : "stereo"} · {typeset(decimal(song.report.integratedLufs))} LUFS
        </span>
      </button>
      <button type="button" class="icon-button song-remove" aria-label={`Remove ${song.name}`} title="Remove from the studio" onClick={() => setAsking(!asking)}><Icon name="close" size={12} /></button>
      {current && song.warnings.map((warning) => (
        <p key={warning} class="song-warning"><Icon name="warning" size={12} /> {warning}</p>
      ))}
      {asking && (
        <div class="song-confirm" role="group" aria-label={`Remove ${song.name}?`} onKeyDown={(event) => event.key === "Escape" && keep()}>
          <span>Remove song and its mix?</span>
          <button type="button" class="small danger" onClick={() => void remove()}>Remove</button>
          <button type="button" class="small" onClick={keep}>Keep</button>
        </div>
      )}
    </li>
  );
}

function ImportRow({ entry }: { readonly entry: Import }): VNode {
  const { songs } = useStudio();
  const view = entry.job.view.value;
  const percent = Math.round((view?.ratio ?? 0) * 100);
  return (
    <li class="song importing">
      <div class="song-pick">
        <span class="song-name">{entry.file.name}</span>
        <span class="song-facts">{view === null ? "Waiting" : `${view.what || "Reading"} ${percent} %`}</span>
      </div>
      <button type="button" class="icon-button song-remove" aria-label={`Cancel import of ${entry.file.name}`} title="Cancel" onClick={() => songs.cancel(entry)}><Icon name="close" size={12} /></button>
      <ProgressBar label={`Importing ${entry.file.name}`} ratio={view?.ratio ?? 0} />
    </li>
  );
}
