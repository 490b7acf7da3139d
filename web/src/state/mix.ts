/** Commands on the mix of the current song: edits, moves, Musical, fitting to the target. The only writer of documents. */
import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import type { Engine } from "../engine/engine";
import type { ParamKey } from "../protocol/params.gen";
import { TARGETS, TARGET_CEILING_DBTP } from "../protocol/targets";
import type { MixProfile } from "../protocol/profile";
import type { LoudnessTarget, Move, ParamValues, Song } from "../protocol/types";
import { DEFAULT_PROFILE, NEUTRAL_VALUES, isEdited, mergedDecision, moveState, parameter, withEditsSince, withRemedy, withValue, withoutRemedy, type MixDocument, type Remedy } from "./document";
import { LIVE_INPUT } from "./live_mix";
import type { Notices } from "./notices";
import type { SavedMix } from "./saved_mix";
import { DECIDING, SongMix } from "./song_mix";

/** Long enough that a drag is measured once, short enough that the figure follows the hand. */
const MEASURE_DELAY_MS = 500;
export const DEFAULT_TARGET: LoudnessTarget = TARGETS[0] ?? { id: "none", label: "None", lufs: null };

export class Mix {
  private readonly mixes = signal<ReadonlyMap<string, SongMix>>(new Map());
  readonly current: ReadonlySignal<SongMix | null>;

  /** isLive: the live input is being mixed, whatever song is chosen. */
  constructor(private readonly engine: Engine, private readonly currentSong: ReadonlySignal<Song | null>, private readonly isLive: ReadonlySignal<boolean>, private readonly notices: Notices) {
    this.add(LIVE_INPUT);
    this.current = computed(() => {
      const song = this.isLive.value ? LIVE_INPUT : this.currentSong.value;
      return song === null ? null : (this.mixes.value.get(song.id) ?? null);
    });
    effect(() => this.scheduleMeasure());
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

  /** With the target and profile that were chosen last. */
  add(song: Song): void {
    const latest = song === LIVE_INPUT ? null : this.document.peek();
    const target = latest?.target ?? DEFAULT_TARGET;
    const profile = latest?.profile ?? DEFAULT_PROFILE;
    this.restore(song, { document: { values: NEUTRAL_VALUES, target, profile, decision: null, remedies: [] }, decided: false, report: null });
  }

  /** null: there is nothing to go on with, so the song starts anew. */
  restore(song: Song, saved: SavedMix | null): void {
    if (saved === null) this.add(song);
    else this.mixes.value = new Map(this.mixes.value).set(song.id, new SongMix(song, saved));
  }

  /** Ends what works on the song, before its audio goes away. */
  abandon(songId: string): void {
    this.mixes.peek().get(songId)?.dispose();
  }

  remove(songId: string): void {
    this.abandon(songId);
    const rest = new Map(this.mixes.value);
    rest.delete(songId);
    this.mixes.value = rest;
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
    this.notices.announce(`${label}: Musical's move ${applied ? "taken back" : "applied"}`);
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
    if (mix === null || mix.document.peek().target.id === target.id) return;
    const edited = isEdited(mix.document.peek());
    const deciding = mix.valuesBeforePlan !== null && mix.planning.view.peek() !== null;
    mix.history.commit("Loudness target", { ...mix.document.peek(), target });
    const step = mix.document.peek();
    if (mix.isLive) return; // there is nothing to measure in advance
    if (deciding) this.plan(mix, step);
    else if (!edited && (step.decision !== null || mix.planning.view.peek() !== null)) this.plan(mix, step);
    else if (edited && target.lufs !== null) this.fit(mix, step);
  }

  /** Choosing a profile makes Musical decide anew; edits since its last decision stay on top. */
  setProfile(profile: MixProfile): void {
    const mix = this.current.peek();
    if (mix === null || mix.document.peek().profile === profile) return;
    mix.history.commit("Profile", { ...mix.document.peek(), profile });
    if (mix.planRequested.peek()) this.plan(mix, mix.document.peek(), mix.document.peek().decision?.params ?? mix.values.peek());
  }

  /** Starts Musical's first decision for the current song; later calls do nothing. */
  ensurePlanned(): void {
    const mix = this.current.peek();
    if (mix === null || mix.isLive || mix.planRequested.peek()) return;
    // Of a decision that the end of the page cut off, the edits made meanwhile are still here.
    this.plan(mix, null, mix.document.peek().decision?.params ?? NEUTRAL_VALUES);
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
    const { target, profile } = mix.document.peek();
    // A decision made anew for another target still keeps the edits made since the first one began.
    const start = (mix.planning.view.peek() === null ? null : mix.valuesBeforePlan) ?? now;
    mix.valuesBeforePlan = start;
    mix.pendingTarget = target;
    mix.measuring.cancel();
    const work = mix.planning.run(DECIDING, (options) =>
      this.engine.plan(mix.song, planStart(mix.values.peek()), profile, { lufs: target.lufs, ceilingDbtp: TARGET_CEILING_DBTP }, options),
    );
    mix.pendingPlan = work.then(
      (plan) => {
        mix.valuesBeforePlan = null;
        mix.learn(plan.params, plan.output, null);
        const { params, moves, notes } = plan;
        const values = withEditsSince(start, mix.values.peek(), params);
        this.conclude(mix, step, "Musical mix", { ...mix.document.peek(), values, decision: { params, moves, notes, keepsEdits: false } });
        this.notices.announce(`${mix.song.name}: the Musical mix is ready, ${moves.length} moves`);
      },
      (reason: unknown) => this.notices.fail(mix.song.name, reason),
    );
  }

  /** History moved to another target than the one being worked towards: that result would not belong here. */
  private dropStaleWork(mix: SongMix): void {
    const document = mix.document.peek();
    if (mix.planning.view.peek() === null || mix.pendingTarget?.id === document.target.id) return;
    if (mix.valuesBeforePlan !== null && document.decision === null) this.plan(mix);
    else mix.planning.cancel();
  }

  private fit(mix: SongMix, step: MixDocument | null = null): void {
    const { target, values, decision } = mix.document.peek();
    if (target.lufs === null) return;
    const wanted = { lufs: target.lufs, ceilingDbtp: values["limiter.ceiling_dbtp"] };
    mix.valuesBeforePlan = null;
    mix.pendingTarget = target;
    mix.measuring.cancel();
    mix.pendingPlan = mix.planning.run("Fitting to the target", (options) => this.engine.fit(mix.song, values, wanted, options)).then(
      (fit) => {
        mix.learn(fit.params, fit.output, null);
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

/** Musical starts from the untouched chain, at the song's tempo: that is a fact about the song, not a setting to decide. */
function planStart(values: ParamValues): ParamValues {
  const tempo = values["tempo.bpm"];
  return tempo === NEUTRAL_VALUES["tempo.bpm"] ? NEUTRAL_VALUES : { ...NEUTRAL_VALUES, "tempo.bpm": tempo };
}
