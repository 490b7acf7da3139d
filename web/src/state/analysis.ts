/** What was heard in each song: brought back from an earlier page, or analysed now, with progress and cancel. Nothing here is undoable. */
import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import type { Engine, JobOptions } from "../engine/engine";
import type { Heard } from "../protocol/analysis";
import type { Song } from "../protocol/types";
import { JobSlot } from "./job";
import { isAbort, type Notices } from "./notices";

export type AnalysisStatus = "idle" | "running" | "done" | "failed";

export class SongAnalysis {
  readonly job = new JobSlot();
  readonly heard = signal<Heard | null>(null);
  readonly failure = signal<string | null>(null);
  /** A person stopped it: it does not start by itself again. */
  readonly stopped = signal(false);
  readonly status = computed<AnalysisStatus>(() => {
    if (this.job.view.value !== null) return "running";
    if (this.failure.value !== null) return "failed";
    return this.heard.value === null ? "idle" : "done";
  });
  lookedFor: Promise<void> | null = null;
  /** Settles when a run under way is over, however it ends. */
  running: Promise<void> = Promise.resolve();

  constructor(readonly song: Song) {}
}

export class Analyses {
  /** Whether the analysis is what a person looks at, instead of the chain. */
  readonly shown = signal(false);
  readonly current: ReadonlySignal<SongAnalysis | null>;
  /** What is known of the current song; null until it was heard. */
  readonly heard: ReadonlySignal<Heard | null>;
  private readonly known = new Map<string, SongAnalysis>();

  constructor(private readonly engine: Engine, currentSong: ReadonlySignal<Song | null>, private readonly notices: Notices) {
    this.current = computed(() => (currentSong.value === null ? null : this.of(currentSong.value)));
    this.heard = computed(() => this.current.value?.heard.value ?? null);
    effect(() => {
      const current = this.current.value;
      if (current !== null) void this.bringUp(current, this.shown.value);
    });
  }

  /** Shows the analysis of the current song, and starts it when there is none. */
  open(): void {
    this.shown.value = true;
    const current = this.current.peek();
    if (current === null || current.status.peek() === "done" || current.status.peek() === "running") return;
    void this.look(current).then(() => {
      if (current.heard.peek() === null && current.status.peek() !== "running") this.run(current);
    });
  }

  rerun(): void {
    const current = this.current.peek();
    if (current !== null) this.run(current);
  }

  cancel(): void {
    const current = this.current.peek();
    if (current === null || current.status.peek() !== "running") return;
    current.stopped.value = true;
    current.job.cancel();
    this.notices.announce(`${current.song.name}: analysis cancelled`);
  }

  /** What is heard in a song: known, being listened for, or asked for now; null when it cannot be told. A run that was started for this ends with it. */
  async need(song: Song, { signal: wanted, onProgress }: JobOptions): Promise<Heard | null> {
    const analysis = this.of(song);
    await this.look(analysis);
    wanted.throwIfAborted();
    if (analysis.heard.peek() !== null) return analysis.heard.peek();
    const starts = analysis.status.peek() !== "running";
    if (starts) this.run(analysis);
    const follow = effect(() => {
      const view = analysis.job.view.value;
      if (view !== null) onProgress(view.ratio, view.what);
    });
    const abort = (): void => {
      if (starts && !this.shown.peek()) analysis.job.cancel();
    };
    wanted.addEventListener("abort", abort, { once: true });
    await analysis.running;
    follow();
    wanted.removeEventListener("abort", abort);
    wanted.throwIfAborted();
    return analysis.heard.peek();
  }

  /** Ends what works on the song, before its audio goes away. */
  remove(songId: string): void {
    this.known.get(songId)?.job.cancel();
    this.known.delete(songId);
  }

  private of(song: Song): SongAnalysis {
    let found = this.known.get(song.id);
    if (found === undefined) {
      found = new SongAnalysis(song);
      this.known.set(song.id, found);
    }
    return found;
  }

  private async bringUp(analysis: SongAnalysis, shown: boolean): Promise<void> {
    await this.look(analysis);
    if (shown && this.current.peek() === analysis && analysis.status.peek() === "idle" && !analysis.stopped.peek()) this.run(analysis);
  }

  /** What an earlier page heard, once; of another version of the analysis it is heard anew. */
  private look(analysis: SongAnalysis): Promise<void> {
    analysis.lookedFor ??= this.engine.keptAnalysis(analysis.song).then(
      (kept) => {
        if (analysis.status.peek() !== "idle") return;
        if (kept === "outdated") this.run(analysis);
        else analysis.heard.value = kept;
      },
      (reason: unknown) => this.notices.fail(`${analysis.song.name}: its analysis`, reason),
    );
    return analysis.lookedFor;
  }

  private run(analysis: SongAnalysis): void {
    analysis.failure.value = null;
    analysis.stopped.value = false;
    analysis.running = analysis.job.run("Analysing", (options) => this.engine.analyse(analysis.song, options)).then(
      (heard) => {
        analysis.heard.value = heard;
        this.notices.announce(`${analysis.song.name}: the analysis is ready`);
      },
      (reason: unknown) => {
        if (isAbort(reason)) return;
        analysis.failure.value = reason instanceof Error ? reason.message : String(reason);
        this.notices.announce(`${analysis.song.name}: the analysis failed`);
      },
    );
  }
}
