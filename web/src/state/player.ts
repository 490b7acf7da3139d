/** The transport and what is listened to: session state, neither saved nor undoable. */
import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import type { Engine } from "../engine/engine";
import type { LatencyMode, ProcessedId, Song, Telemetry, VersionId } from "../protocol/types";
import type { Notices } from "./notices";

export interface LoopRange {
  readonly startFrame: number;
  readonly endFrame: number;
}

/** A shorter loop is a buzz, not a passage. */
const MIN_LOOP_S = 0.05;

function shortestLoop(song: Song): number {
  return Math.min(song.frames, Math.ceil(MIN_LOOP_S * song.sampleRateHz));
}

export class Player {
  readonly playing = signal(false);
  readonly loaded = signal<Song | null>(null);
  readonly version = signal<VersionId>("musical");
  /** The version that is worked on: what is heard, or was heard before the original. */
  readonly processed = signal<ProcessedId>("musical");
  readonly matchLoudness = signal(true);
  readonly loopOn = signal(false);
  readonly latency = signal<LatencyMode>("studio");
  readonly loopRange = signal<LoopRange | null>(null);
  /** A song is there to play, and songs are what is played. */
  readonly ready = computed(() => !this.isLive.value && this.loaded.value !== null && this.loaded.value === this.currentSong.value);
  private loading: Promise<void> = Promise.resolve();

  constructor(private readonly engine: Engine, private readonly currentSong: ReadonlySignal<Song | null>, private readonly isLive: ReadonlySignal<boolean>, private readonly notices: Notices) {
    effect(() => {
      if (this.version.value !== "original") this.processed.value = this.version.value;
    });
    engine.onBreakdown = (message) => {
      this.playing.value = false;
      this.notices.fail("Playback", new Error(message));
    };
  }

  /** Loads run one after the other; only the latest asked for becomes the loaded one. */
  load(song: Song, beforeReady: () => void): Promise<void> {
    this.loading = this.loading.then(async () => {
      if (this.currentSong.peek() !== song) return;
      await this.guard(song.name, async () => {
        await this.engine.load(song);
        this.playing.value = false;
        this.loopRange.value = null;
        this.loopOn.value = false;
        this.engine.setLoop(null);
        beforeReady();
        this.loaded.value = song;
      });
    });
    return this.loading;
  }

  async setLatency(mode: LatencyMode): Promise<void> {
    if (this.latency.peek() === mode) return;
    this.latency.value = mode;
    await this.guard("Playback", () => this.engine.setLatency(mode));
  }

  async toggle(): Promise<void> {
    if (!this.ready.peek()) return;
    const wanted = !this.playing.peek();
    this.playing.value = wanted;
    const done = await this.guard("Playback", () => (wanted ? this.engine.play() : this.engine.pause()));
    if (!done) this.playing.value = false;
  }

  async stop(): Promise<void> {
    if (!this.ready.peek()) return;
    this.playing.value = false;
    await this.guard("Playback", () => this.engine.stop());
  }

  async seek(frame: number): Promise<void> {
    const song = this.loaded.peek();
    if (song === null) return;
    await this.guard("Seek", () => this.engine.seek(Math.round(Math.min(Math.max(0, frame), song.frames - 1))));
  }

  async nudge(seconds: number): Promise<void> {
    const song = this.loaded.peek();
    if (song !== null) await this.seek(this.engine.telemetry().positionFrames + seconds * song.sampleRateHz);
  }

  /** Without a range the loop is the whole song, so that its ends can be taken hold of. */
  setLoopOn(on: boolean): void {
    const song = this.loaded.peek();
    if (song === null) return;
    const range = this.loopRange.peek();
    const isWhole = range !== null && range.startFrame === 0 && range.endFrame === song.frames;
    if (on && range === null) this.loopRange.value = { startFrame: 0, endFrame: song.frames };
    if (!on && isWhole) this.loopRange.value = null;
    this.loopOn.value = on;
    this.applyLoop();
  }

  /** One end of the loop; it stops short of the other instead of pushing it along. */
  moveLoopEdge(edge: "start" | "end", frame: number): void {
    const song = this.loaded.peek();
    const range = this.loopRange.peek();
    if (song === null || range === null) return;
    const shortest = shortestLoop(song);
    this.setLoopRange(edge === "start"
      ? { startFrame: Math.min(frame, range.endFrame - shortest), endFrame: range.endFrame }
      : { startFrame: range.startFrame, endFrame: Math.max(frame, range.startFrame + shortest) });
  }

  /** Keeps the range in the song and in order; null takes it away. */
  setLoopRange(range: LoopRange | null): void {
    const song = this.loaded.peek();
    if (song === null) return;
    if (range === null) this.loopRange.value = null;
    else {
      const shortest = shortestLoop(song);
      const start = Math.round(Math.min(Math.max(0, Math.min(range.startFrame, range.endFrame)), song.frames - shortest));
      const end = Math.round(Math.min(song.frames, Math.max(start + shortest, range.startFrame, range.endFrame)));
      this.loopRange.value = { startFrame: start, endFrame: end };
    }
    this.applyLoop();
  }

  telemetry(): Telemetry {
    return this.engine.telemetry();
  }

  resetMeters(): void {
    this.engine.resetMeters();
  }

  /** Another source took the song's place. */
  setAside(): void {
    this.playing.value = false;
    this.sawPlaying = false;
  }

  /** The engine stops by itself at the end of a song: the button follows. Called once per drawn frame. */
  follow(telemetry: Telemetry): void {
    if (this.isLive.peek()) return;
    if (telemetry.playing) this.sawPlaying = true;
    else if (this.sawPlaying) {
      this.sawPlaying = false;
      this.playing.value = false;
    }
  }
  private sawPlaying = false;

  private applyLoop(): void {
    this.engine.setLoop(this.loopOn.peek() ? this.loopRange.peek() : null);
  }

  private async guard(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (reason) {
      this.notices.fail(what, reason);
      return false;
    }
  }
}
