/** What every engine of the studio can do. Implementations: in-page worklet, bridge, fake (tests). The ui never sees this; state does. */
import type { ExportSettings, LatencyMode, ParamValues, Plan, RenderFacts, Song, Telemetry, VersionId } from "../protocol/types";
import type { Heard } from "../protocol/analysis";
import type { MixProfile } from "../protocol/profile";
import type { Scope } from "../protocol/scope";
import type { ParamKey } from "../protocol/params.gen";
import type { ModelAdvice } from "../protocol/models";
import type { Models } from "./engine_models";
import type { Rig } from "./engine_rig";

export interface JobOptions {
  /** Aborting ends the work at once, frees its worker and rejects with an AbortError. */
  readonly signal: AbortSignal;
  /** 0..1 with a short word on what is going on, e.g. "Decoding", "Measuring", "Fitting loudness". */
  readonly onProgress: (ratio: number, what: string) => void;
}

/** An error whose message may be shown to a person as it is: it names what and why. */
export class StudioError extends Error {
  override readonly name = "StudioError";
}

/** Small texts that outlive the page, by name. A write is whole or not at all. */
export interface DocumentStore {
  read(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
  /** For a page that is being left: the text is safe when this returns. */
  writeAtOnce(name: string, text: string): void;
  /** There need not be one of that name. */
  remove(name: string): Promise<void>;
}

export interface Restored {
  /** What earlier pages left behind, oldest first, ready to load. */
  readonly songs: readonly Song[];
  /** Sentences about what could not be restored, and what waits elsewhere. */
  readonly notes: readonly string[];
  /** null: nothing outlives this page here. The document `<song id>.mix.json` goes with its song. */
  readonly documents: DocumentStore | null;
}

/** What a decision starts from and aims at. */
export interface PlanWishes {
  readonly from: ParamValues;
  readonly profile: MixProfile;
  readonly target: { readonly lufs: number | null; readonly ceilingDbtp: number };
  /** How much of the decision is wanted, from 0 to 1. */
  readonly amount: number;
  /** null: the Musical rule decides. It may come while the song is listened to. */
  readonly advice: Promise<ModelAdvice> | null;
}

export interface Engine {
  readonly kind: "in-page" | "bridge" | "fake";
  /** Where the sound is made, live input and recordings; an engine that only plays songs has none. */
  readonly rig?: Rig;
  readonly models: Models;

  /** Brings back what an earlier page left; nothing is decoded again. Called once, before any import. */
  restore(): Promise<Restored>;

  // --- files; a failure rejects with StudioError and leaves everything loaded as it was
  /** `name` is the song's from here on; the file's own stays in messages. */
  importFile(file: File, name: string, options: JobOptions): Promise<Song>;
  removeSong(songId: string): Promise<void>;

  // --- player
  /** Makes a song the one that plays; stops, rewinds, clears the meters. */
  load(song: Song): Promise<void>;
  play(): Promise<void>;
  pause(): Promise<void>;
  /** Pauses and returns to the start. */
  stop(): Promise<void>;
  seek(frame: number): Promise<void>;
  setLoop(range: { readonly startFrame: number; readonly endFrame: number } | null): void;
  /** Takes effect at once, with a short pause; the place and whether it plays stay. */
  setLatency(mode: LatencyMode): Promise<void>;
  /** Real units, applied while playing. */
  setParams(values: Partial<Record<ParamKey, number>>): void;
  /** Gains belong to the monitor path only (match loudness) and never reach an export. */
  setMonitor(version: VersionId, originalGainDb: number, processedGainDb: number): void;
  resetMeters(): void;
  /** Told when playback broke off by itself, with a sentence for people; play() then starts afresh from the same place. */
  onBreakdown: ((message: string) => void) | null;
  telemetry(): Telemetry;
  /** What is being heard, for pictures. Changes with each load(). */
  readonly scope: Scope;

  // --- jobs on a whole song, in a worker
  plan(song: Song, wishes: PlanWishes, options: JobOptions): Promise<Plan>;
  /** Keeps the settings, fits only output level and limiter to the target. */
  fit(song: Song, values: ParamValues, target: { readonly lufs: number; readonly ceilingDbtp: number }, options: JobOptions): Promise<Plan>;
  measure(song: Song, values: ParamValues, options: JobOptions): Promise<RenderFacts>;
  /** Hears the song as it came. Where songs outlive the page, so does what was heard. */
  analyse(song: Song, options: JobOptions): Promise<Heard>;
  /** What an earlier analyse() heard; outdated: there is one, but of another version of the analysis. */
  keptAnalysis(song: Song): Promise<Heard | "outdated" | null>;
  /** The file's bytes live in the origin-private file system or a Blob until dispose() is called. */
  exportSong(song: Song, values: ParamValues, how: ExportSettings, options: JobOptions): Promise<ExportedFile>;

  /** For tests: what a listener hears from the first sample to the last at 0 dB of monitor gain, rendered by the player itself. Holds the song in memory. */
  listenOffline?(song: Song, values: ParamValues, version: VersionId): Promise<Float32Array[]>;

  dispose(): Promise<void>;
}

export interface ExportedFile {
  readonly file: File;
  /** Measured from the bytes that were written. */
  readonly report: import("../protocol/types").StreamReport;
  readonly clippedSamples: number;
  dispose(): Promise<void>;
}
