/** The Analysis view: what the studio heard in the current song, or what it takes to hear it. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Heard } from "../../protocol/analysis";
import type { Song } from "../../protocol/types";
import type { SongAnalysis } from "../../state/analysis";
import { useStudio } from "../shell/context";
import { Icon } from "../shell/icons";
import { ProgressBar } from "../shell/progress_bar";
import { CharacterCard } from "./character_card";
import { FindingsCard } from "./findings_card";
import { HarmonyCard } from "./harmony_card";
import { HintBubble, hideHint } from "./hint";
import { DynamicsCard, StereoCard } from "./level_cards";
import { RhythmCard } from "./rhythm_card";
import { StyleCard } from "./style_card";
import { Summary } from "./summary";
import { Timeline } from "./timeline";
import { ToneCard } from "./tone_card";

export function AnalysisView(): VNode {
  const { analyses } = useStudio();
  const panel = useRef<HTMLElement>(null);
  const current = analyses.current.value;
  // The waveform above ends where the lanes end, so that both share one time axis beside a scroll bar.
  useEffect(() => {
    const element = panel.current;
    if (element === null) return undefined;
    const root = document.documentElement.style;
    const observer = new ResizeObserver(() => root.setProperty("--lane-gutter", `${element.offsetWidth - element.clientWidth}px`));
    observer.observe(element);
    // On a phone the page itself scrolls; what was asked for is at its top.
    window.scrollTo({ top: 0 });
    return () => {
      observer.disconnect();
      root.removeProperty("--lane-gutter");
      hideHint();
    };
  }, []);
  return (
    <section class="analysis" aria-label="Analysis" ref={panel} onScroll={hideHint}>
      {current === null ? <Invitation /> : <Content current={current} />}
      <HintBubble />
    </section>
  );
}

function Content({ current }: { readonly current: SongAnalysis }): VNode {
  const heard = current.heard.value;
  return (
    <>
      <Progress current={current} />
      {heard === null ? (current.status.value === "running" ? <Waiting /> : <Start current={current} />) : <Result key={current.song.id} song={current.song} heard={heard} />}
    </>
  );
}

function Invitation(): VNode {
  return <p class="analysis-empty">Add a song, and the studio tells you its key, tempo, chords, form, tone and what would help it.</p>;
}

function Waiting(): VNode {
  return <p class="analysis-empty">Listening to the whole song. Play on: this does not disturb playback.</p>;
}

function Start({ current }: { readonly current: SongAnalysis }): VNode {
  const { analyses } = useStudio();
  const failure = current.failure.value;
  return (
    <div class="analysis-empty">
      {failure !== null ? <p class="analysis-failure" role="alert"><Icon name="warning" /> {failure}</p> : <p>The studio has not listened to this song yet.</p>}
      <button type="button" class="primary" onClick={() => analyses.rerun()}>{failure !== null ? "Try again" : "Listen to it"}</button>
    </div>
  );
}

function Progress({ current }: { readonly current: SongAnalysis }): VNode | null {
  const { analyses } = useStudio();
  const view = current.job.view.value;
  if (view === null) return null;
  const percent = Math.round(view.ratio * 100);
  return (
    <div class="analysis-progress">
      <p>{view.what || "Starting"} <b>{percent}&#x202f;%</b></p>
      <ProgressBar label={`Analysing ${current.song.name}`} ratio={view.ratio} />
      <button type="button" class="small" aria-label="Cancel the analysis" onClick={() => analyses.cancel()}>Cancel</button>
    </div>
  );
}

function Result({ song, heard }: { readonly song: Song; readonly heard: Heard }): VNode {
  const { analysis } = heard;
  return (
    <>
      <Summary analysis={analysis} />
      <Timeline song={song} heard={heard} />
      <div class="cards">
        <ToneCard analysis={analysis} />
        <FindingsCard analysis={analysis} song={song} />
        <CharacterCard analysis={analysis} />
        <HarmonyCard analysis={analysis} />
        <RhythmCard analysis={analysis} />
        <StyleCard analysis={analysis} />
        <StereoCard analysis={analysis} />
        <DynamicsCard analysis={analysis} />
      </div>
      <Footer />
    </>
  );
}

function Footer(): VNode {
  const { analyses } = useStudio();
  return (
    <footer class="analysis-foot">
      <p>Of the original, as it came. Heard in this page; nothing leaves the machine.</p>
      <button type="button" class="small" disabled={analyses.current.value?.status.value === "running"} onClick={() => analyses.rerun()}>Listen again</button>
    </footer>
  );
}
