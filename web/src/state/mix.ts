/** Commands on the version of the current song that is worked on: edits, moves, decisions, fitting to the target. The only writer of documents. */
import { computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import type { Engine, JobOptions, PlanWishes } from "../engine/engine";
import type { ParamKey } from "../protocol/params.gen";
import { TARGETS, TARGET_CEILING_DBTP } from "../protocol/targets";
import type { MixProfile } from "../protocol/profile";
import type { LoudnessTarget, Move, ParamValues, Plan, ProcessedId, RenderFacts, Song } from "../protocol/types";
import { DEFAULT_PROFILE, NEUTRAL_VALUES, isEdited, mergedDecision, moveState, parameter, withEditsSince, withRemedy, withValue, withoutRemedy, type MixDocument, type Remedy } from "./document";
import { sideBySide } from "./job";
import { LIVE_INPUT } from "./live_mix";
import type { ModelVersions } from "./model_versions";
import { isAbort, type Notices } from "./notices";
import type { SavedMix } from "./saved_mix";
import { SongMix } from "./song_mix";
import { PROCESSED } from "./versions";

/** Long enough that a drag is measured once, short enough that the figure follows the hand. */
const MEASURE_DELAY_MS = 500;
/** The same for deciding anew by another amount. */
const AMOUNT_DELAY_MS = 300;
/** What hearing a song takes of a model version's bar. */
const HEARING_SHARE = 0.5;
export const DEFAULT_TARGET: LoudnessTarget = TARGETS[0] ?? { id: "none", label: "None", lufs: null };

export class Mix {
  private readonly mixes = signal<ReadonlyMap<string, SongMix>>(new Map());
  readonly current: ReadonlySignal<SongMix | null>;
  private before: SongMix | null = null;
  private amountTimer: ReturnType<typeof setTimeout> | undefined;

  /** isLive: the live input is being mixed, whatever song is chosen. processed: the version of the song that is worked on. */
  constructor(
    private readonly engine: Engine,
    private readonly currentSong: ReadonlySignal<Song | null>,
    private readonly isLive: ReadonlySignal<boolean>,
    private readonly processed: ReadonlySignal<ProcessedId>,
    private readonly models: ModelVersions,
    private readonly notices: Notices,
  ) {
    this.add(LIVE_INPUT);
    this.current = computed(() => {
      if (this.isLive.value) return this.of(LIVE_INPUT, "musical");
      return this.currentSong.value === null ? null : this.of(this.currentSong.value, this.processed.value);
    });
    effect(() => this.scheduleMeasure());
    effect(() => {
      const mix = this.current.value;
      untracked(() => this.follows(mix));
    });
  }

  readonly all: ReadonlySignal<ReadonlyMap<string, SongMix>> = this.mixes;
  readonly document = computed<MixDocument | null>(() => this.current.value?.document.value ?? null);
  readonly values = computed(() => this.document.value?.values ?? NEUTRAL_VALUES);
  readonly undoLabel = computed(() => this.current.value?.history.undoLabel.value ?? null);
  readonly redoLabel = computed(() => this.current.value?.history.redoLabel.value ?? null);
  /** How far the measured result is from the target; null when either is unknown. */
  readonly missLu = computed(() => {
    const wanted = this.document.value?.target.lufs ?? null;
    const measured = this.current.value?.report.value?.integratedLufs ?? null;
    return wanted === null || measured === null ? null : measured - wanted;
  });

  /** null: the song is not here. */
  of(song: Song, version: ProcessedId): SongMix | null {
    return this.mixes.value.get(keyOf(song, version)) ?? null;
  }

  /** With the target and profile that were chosen last. */
  add(song: Song): void {
    this.restore(song, {});
  }

  /** A version with nothing to go on with starts anew. */
  restore(song: Song, saved: Partial<Record<ProcessedId, SavedMix>>): void {
    const latest = song === LIVE_INPUT ? null : this.document.peek();
    const target = latest?.target ?? DEFAULT_TARGET;
    const profile = latest?.profile ?? DEFAULT_PROFILE;
    const fresh: SavedMix = { document: { values: NEUTRAL_VALUES, target, profile, amount: 1, decision: null, remedies: [] }, decided: false, report: null };
    const mixes = new Map(this.mixes.peek());
    for (const version of song === LIVE_INPUT ? (["musical"] as const) : PROCESSED) mixes.set(keyOf(song, version), new SongMix(song, version, saved[version] ?? fresh));
    this.mixes.value = mixes;
  }

  /** Ends what works on the song, before its audio goes away. */
  abandon(songId: string): void {
    for (const mix of this.mixes.peek().values()) if (mix.song.id === songId) mix.dispose();
  }

  remove(songId: string): void {
    this.abandon(songId);
    this.mixes.value = new Map([...this.mixes.value].filter(([, mix]) => mix.song.id !== songId));
  }

  /** One edit; a drag between beginDrag and endDrag is one undo step. */
  setValue(key: ParamKey, value: number): void {
    const mix = this.current.peek();
    if (mix === null || mix.values.peek()[key] === value) return;
    mix.history.commit(parameter(key).label, withValue(mix.document.peek(), key, value), key);
  }

  /** What another page or the bridge set: it is so already, and can be undone like an edit. */
  follow(label: string, values: Partial<Record<ParamKey, number>>): void {
    this.setValues(label, values, "elsewhere");
  }

  /** Several values at once, e.g. an EQ node's frequency and gain. */
  setValues(label: string, values: Partial<Record<ParamKey, number>>, mergeKey: string): void {
    const mix = this.current.peek();
    if (mix === null) return;
    const before = mix.document.peek();
    mix.history.commit(label, { ...before, values: { ...before.values, ...values } }, mergeKey);
  }

  beginDrag(mergeKey: string): void {
    this.current.peek()?.history.hold(mergeKey);
  }

  endDrag(): void {
    this.current.peek()?.history.release();
  }

  undo(): void {
    const mix = this.current.peek();
    const label = mix?.history.undo() ?? null;
    if (mix === null || label === null) return;
    this.dropStaleWork(mix);
    this.notices.announce(`Undone: ${label}`);
  }

  redo(): void {
    const mix = this.current.peek();
    const label = mix?.history.redo() ?? null;
    if (mix === null || label === null) return;
    this.dropStaleWork(mix);
    this.notices.announce(`Done again: ${label}`);
  }

  /** Takes one move back, or applies it again. */
  toggleMove(move: Move): void {
    const mix = this.current.peek();
    if (mix === null) return;
    const applied = moveState(move, mix.values.peek()) === "applied";
    const label = parameter(move.param).label;
    mix.history.commit(`${applied ? "Take back" : "Apply"} ${label}`, withValue(mix.document.peek(), move.param, applied ? move.from : move.to));
    this.notices.announce(`${label}: the move of ${mix.label} ${applied ? "taken back" : "applied"}`);
  }

  /** Takes up a suggestion of the analysis: one step, with its reason. */
  applyRemedy(title: string, reason: string, values: Partial<Record<ParamKey, number>>): void {
    const mix = this.current.peek();
    if (mix === null) return;
    mix.history.commit(title, withRemedy(mix.document.peek(), title, reason, values));
    this.notices.announce(`${title}: applied to the mix`);
  }

  takeBackRemedy(remedy: Remedy): void {
    const mix = this.current.peek();
    if (mix === null) return;
    mix.history.commit(`Take back ${remedy.title}`, withoutRemedy(mix.document.peek(), remedy));
    this.notices.announce(`${remedy.title}: taken back`);
  }

  /** Choosing a target makes the mix meet it: untouched decisions are made anew, edited ones only fitted. */
  setTarget(target: LoudnessTarget): void {
    const mix = this.current.peek();
    if (mix !== null) this.retarget(mix, target);
  }

  private retarget(mix: SongMix, target: LoudnessTarget): void {
    if (mix.document.peek().target.id === target.id) return;
    const edited = isEdited(mix.document.peek());
    const deciding = mix.valuesBeforePlan !== null && mix.planning.view.peek() !== null;
    mix.history.commit("Loudness target", { ...mix.document.peek(), target });
    const step = mix.document.peek();
    if (mix.isLive) return; // there is nothing to measure in advance
    if (deciding) this.plan(mix, step);
    else if (!edited && (step.decision !== null || mix.planning.view.peek() !== null)) this.plan(mix, step);
    else if (edited && target.lufs !== null) this.fit(mix, step);
  }

  /** Choosing a profile decides anew; edits since the last decision stay on top. */
  setProfile(profile: MixProfile): void {
    const mix = this.current.peek();
    if (mix === null || mix.document.peek().profile === profile) return;
    mix.history.commit("Profile", { ...mix.document.peek(), profile });
    this.planAnew(mix);
  }

  /** How much of the decision is wanted: decided anew once the hand rests, with edits on top. */
  setAmount(amount: number): void {
    const mix = this.current.peek();
    if (mix === null || mix.document.peek().amount === amount) return;
    mix.history.commit("Amount", { ...mix.document.peek(), amount }, "amount");
    clearTimeout(this.amountTimer);
    this.amountTimer = setTimeout(() => {
      if (mix.document.peek().amount === amount) this.planAnew(mix);
    }, AMOUNT_DELAY_MS);
  }

  /** Starts the first decision for the version that is worked on; later calls do nothing. */
  ensurePlanned(mix: SongMix | null = this.current.peek()): void {
    if (mix === null || mix.isLive || mix.planRequested.peek()) return;
    if (mix === this.current.peek()) this.follows(mix);
    // Of a decision that the end of the page cut off, the edits made meanwhile are still here.
    this.plan(mix, null, mix.document.peek().decision?.params ?? NEUTRAL_VALUES);
  }

  private planAnew(mix: SongMix): void {
    if (mix.planRequested.peek()) this.plan(mix, mix.document.peek(), mix.document.peek().decision?.params ?? mix.values.peek());
  }

  /** Target and profile belong to what a person is after, not to a version: they come along to the next one. */
  private follows(mix: SongMix | null): void {
    const { before } = this;
    this.before = mix;
    if (mix === null || before === null || before.song !== mix.song || before === mix || mix.isLive) return;
    const { target, profile } = before.document.peek();
    const own = mix.document.peek();
    if (own.target.id === target.id && own.profile === profile) return;
    if (!mix.planRequested.peek() && own.decision === null) mix.history.amend({ ...own, target, profile });
    else if (own.profile === profile) this.retarget(mix, target);
    else {
      mix.history.commit("Target and profile", { ...own, target, profile });
      this.planAnew(mix);
    }
  }

  replan(): void {
    const mix = this.current.peek();
    if (mix !== null && !mix.isLive) this.plan(mix);
  }

  fitToTarget(): void {
    const mix = this.current.peek();
    if (mix !== null && !mix.isLive) this.fit(mix);
  }

  cancelPlanning(): void {
    this.current.peek()?.planning.cancel();
  }

  /** `step`: the edit that asked for this; the result completes it, so that one Undo takes back both, unless something was done since. */
  private plan(mix: SongMix, step: MixDocument | null = null, now: ParamValues = mix.values.peek()): void {
    mix.planRequested.value = true;
    mix.failure.value = null;
    const { target, profile, amount } = mix.document.peek();
    // A decision made anew for another target still keeps the edits made since the first one began.
    const start = (mix.planning.view.peek() === null ? null : mix.valuesBeforePlan) ?? now;
    mix.valuesBeforePlan = start;
    mix.pending = { target, amount };
    mix.measuring.cancel();
    const wishes: PlanWishes = { from: planStart(mix.values.peek()), profile, target: { lufs: target.lufs, ceilingDbtp: TARGET_CEILING_DBTP }, amount, advice: null };
    const work = mix.planning.run(mix.deciding, (options) => (mix.version === "musical" ? this.engine.plan(mix.song, wishes, options) : this.planByModels(mix.song, mix.version, wishes, options)));
    mix.pendingPlan = work.then(
      (plan) => {
        mix.valuesBeforePlan = null;
        mix.learn(plan.params, plan.output, factsOf(plan));
        const { params, moves, notes, opinion } = plan;
        const values = withEditsSince(start, mix.values.peek(), params);
        this.conclude(mix, step, `${mix.label} mix`, { ...mix.document.peek(), values, decision: { params, moves, notes, keepsEdits: false, opinion } });
        this.notices.announce(`${mix.song.name}: the ${mix.label} mix is ready, ${moves.length} moves`);
      },
      (reason: unknown) => {
        if (!isAbort(reason)) mix.failure.value = reason instanceof Error ? reason.message : String(reason);
        this.notices.fail(mix.song.name, reason);
      },
    );
  }

  private async planByModels(song: Song, version: Exclude<ProcessedId, "musical">, wishes: PlanWishes, { signal: wanted, onProgress }: JobOptions): Promise<Plan> {
    // The models hear the song while the planner listens to it.
    const [hearing, planning] = sideBySide(onProgress, HEARING_SHARE);
    const advice = this.models.advise(song, version, { signal: wanted, onProgress: hearing });
    const failed = new AbortController();
    advice.catch(() => failed.abort());
    const plan = this.engine.plan(song, { ...wishes, advice }, { signal: AbortSignal.any([wanted, failed.signal]), onProgress: planning });
    return Promise.all([plan, advice]).then(([planned]) => planned);
  }

  /** History moved to another target or amount than the one being worked towards: that result would not belong here. */
  private dropStaleWork(mix: SongMix): void {
    clearTimeout(this.amountTimer);
    const document = mix.document.peek();
    if (mix.planning.view.peek() === null || (mix.pending?.target.id === document.target.id && mix.pending.amount === document.amount)) return;
    if (mix.valuesBeforePlan !== null && document.decision === null) this.plan(mix);
    else mix.planning.cancel();
  }

  private fit(mix: SongMix, step: MixDocument | null = null): void {
    const { target, values, decision, amount } = mix.document.peek();
    if (target.lufs === null) return;
    const wanted = { lufs: target.lufs, ceilingDbtp: values["limiter.ceiling_dbtp"] };
    mix.valuesBeforePlan = null;
    mix.pending = { target, amount };
    mix.measuring.cancel();
    mix.pendingPlan = mix.planning.run("Fitting to the target", (options) => this.engine.fit(mix.song, values, wanted, options)).then(
      (fit) => {
        mix.learn(fit.params, fit.output, factsOf(fit));
        const kept = withEditsSince(values, mix.values.peek(), fit.params);
        this.conclude(mix, step, "Fit to target", { ...mix.document.peek(), values: kept, decision: mergedDecision(decision, fit) });
      },
      (reason: unknown) => this.notices.fail(mix.song.name, reason),
    );
  }

  private conclude(mix: SongMix, step: MixDocument | null, label: string, document: MixDocument): void {
    if (mix.document.peek() === step) mix.history.amend(document);
    else mix.history.commit(label, document);
  }

  private scheduleMeasure(): (() => void) | undefined {
    const mix = this.current.value;
    if (mix === null || mix.isLive || mix.values.value === NEUTRAL_VALUES || mix.facts.value !== null || mix.planning.view.value !== null) return undefined;
    const values = mix.values.value;
    const timer = setTimeout(() => {
      mix.measuring.run("Measuring", (options) => this.engine.measure(mix.song, values, options)).then(
        (facts) => mix.learn(values, facts.report, facts),
        (reason: unknown) => this.notices.fail(mix.song.name, reason),
      );
    }, MEASURE_DELAY_MS);
    return () => {
      clearTimeout(timer);
      mix.measuring.cancel();
    };
  }
}

/** The plan's last pass rendered the song with what it decided: nothing is left to measure. */
function factsOf({ output, waveform }: Plan): RenderFacts | null {
  return waveform === null ? null : { report: output, waveform };
}

function keyOf(song: Song, version: ProcessedId): string {
  return `${song.id} ${version}`;
}

/** A decision starts from the untouched chain, at the song's tempo: that is a fact about the song, not a setting to decide. */
function planStart(values: ParamValues): ParamValues {
  const tempo = values["tempo.bpm"];
  return tempo === NEUTRAL_VALUES["tempo.bpm"] ? NEUTRAL_VALUES : { ...NEUTRAL_VALUES, "tempo.bpm": tempo };
}
