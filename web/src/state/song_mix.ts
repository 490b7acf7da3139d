/** One version of one song: its document with history, the measured facts of each state, and the job working on it. */
import { computed, signal } from "@preact/signals";
import type { LoudnessTarget, ParamValues, ProcessedId, RenderFacts, Song, StreamReport, Waveform } from "../protocol/types";
import { NEUTRAL_VALUES, type MixDocument } from "./document";
import { History } from "./history";
import { JobSlot } from "./job";
import { LIVE_INPUT } from "./live_mix";
import type { SavedMix } from "./saved_mix";
import { versionLabel } from "./versions";

export class SongMix {
  readonly history: History<MixDocument>;
  readonly planning = new JobSlot();
  readonly measuring = new JobSlot();
  /** Why the last decision failed. */
  readonly failure = signal<string | null>(null);
  /** Set once a decision was asked for, so that undoing it does not start it again. */
  readonly planRequested = signal(false);
  /** The values from before the decision that is being made: what differs from them was edited meanwhile. */
  valuesBeforePlan: ParamValues | null = null;
  /** What the running decision or fit works towards. */
  pending: { readonly target: LoudnessTarget; readonly amount: number } | null = null;
  pendingPlan: Promise<void> = Promise.resolve();

  private readonly known = new WeakMap<ParamValues, { report: StreamReport; facts: RenderFacts | null }>();
  private readonly learnt = signal(0);
  private latest: RenderFacts | null = null;

  constructor(readonly song: Song, readonly version: ProcessedId, { document, decided, report }: SavedMix) {
    this.history = new History<MixDocument>(document);
    this.planRequested.value = decided;
    if (report !== null) this.learn(document.values, report, null);
  }

  readonly document = computed(() => this.history.document.value);
  readonly values = computed(() => this.document.value.values);

  /** What the chain's output measures with the current values; null while unknown. */
  readonly report = computed<StreamReport | null>(() => {
    void this.learnt.value;
    if (this.values.value === NEUTRAL_VALUES) return this.song.report;
    return this.known.get(this.values.value)?.report ?? null;
  });
  readonly facts = computed<RenderFacts | null>(() => {
    void this.learnt.value;
    return this.known.get(this.values.value)?.facts ?? null;
  });

  /** The processed version's waveform; while an edit is being measured, that of the state before it. */
  readonly waveform = computed<Waveform>(() => {
    void this.learnt.value;
    if (this.values.value === NEUTRAL_VALUES) return this.song.waveform;
    return (this.facts.value ?? this.latest)?.waveform ?? this.song.waveform;
  });

  get label(): string {
    return versionLabel(this.version);
  }

  /** Title of the job in which the version is decided. */
  get deciding(): string {
    return `Making the ${this.label} mix`;
  }

  private readonly isDeciding = computed(() => this.planning.view.value?.title === this.deciding);
  /** What is kept of this mix. */
  readonly saved = computed<SavedMix>(() => ({ document: this.document.value, decided: this.planRequested.value && !this.isDeciding.value, report: this.report.value }));

  learn(values: ParamValues, report: StreamReport, facts: RenderFacts | null): void {
    this.known.set(values, { report, facts });
    this.latest = facts ?? this.latest;
    this.learnt.value++;
  }

  /** It has no end that could be measured or decided on in advance. */
  get isLive(): boolean {
    return this.song === LIVE_INPUT;
  }

  dispose(): void {
    this.planning.cancel();
    this.measuring.cancel();
  }
}
