/** The page: header, songs and moves on the left, waveform, transport and chain in the middle, meters on the right. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { AnalysisView } from "../analysis/analysis_view";
import { Chain } from "../chain/chain";
import { ExportDialog } from "../export/export_dialog";
import { LivePanel } from "../rig/live_panel";
import { LiveView } from "../rig/live_view";
import { LoudnessPanel } from "../meters/loudness_panel";
import { FileInput, openPicker } from "../songs/file_input";
import { Moves } from "../songs/moves";
import { SongList } from "../songs/song_list";
import { Welcome } from "../songs/welcome";
import { Transport } from "../transport/transport";
import { WaveformPanel } from "../waveform/waveform_panel";
import { runAction } from "./actions";
import { useStudio } from "./context";
import { Header } from "./header";
import { KeysDialog } from "./keys_dialog";
import { Messages } from "./messages";
import { Views } from "./views";
import { actionFor, focusOf } from "./shortcuts";

export function App(): VNode {
  const studio = useStudio();
  const song = studio.songs.current.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const action = actionFor(event, focusOf(document.activeElement, document.querySelector("dialog[open]") !== null));
      if (action === null) return;
      event.preventDefault();
      runAction(action, studio, openPicker);
    };
    const onLeave = (event: BeforeUnloadEvent): void => {
      if (studio.leavingLoses) event.preventDefault();
    };
    const onHidden = (): void => {
      if (document.visibilityState === "hidden") studio.kept.leave();
    };
    const onPageHide = (): void => studio.kept.leave();
    document.addEventListener("keydown", onKey);
    window.addEventListener("beforeunload", onLeave);
    window.addEventListener("pagehide", onPageHide);
    document.addEventListener("visibilitychange", onHidden);
    return () => {
      document.removeEventListener("keydown", onKey);
      window.removeEventListener("beforeunload", onLeave);
      window.removeEventListener("pagehide", onPageHide);
      document.removeEventListener("visibilitychange", onHidden);
    };
  }, [studio]);
  useEffect(() => {
    document.title = song === null ? "AG06 Studio" : `${song.name} – AG06 Studio`;
  }, [song]);
  const live = studio.rig.isLive.value;
  const analysing = studio.analyses.shown.value && !live;
  return (
    <div class={`studio ${song === null && !live ? "no-song" : ""} ${analysing ? "view-analysis" : ""}`}>
      <Header />
      <div class="side">
        <SongList />
        <Moves />
      </div>
      <main class="center">
        <section class="wave-panel" aria-label={live ? "Live input" : "Waveform"}>{live ? <LiveView /> : song !== null ? <WaveformPanel song={song} /> : studio.kept.restoring.value ? null : <Welcome />}</section>
        <Transport />
        <Views />
        <LivePanel />
        {analysing ? <AnalysisView /> : <Chain />}
      </main>
      <LoudnessPanel />
      <Messages />
      <ExportDialog />
      <KeysDialog />
      <FileInput />
    </div>
  );
}
