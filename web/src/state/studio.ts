/** The whole state of the page over one engine: composes the modules and keeps the engine in step with them. */
import { batch, computed, effect, untracked } from "@preact/signals";
import type { Engine } from "../engine/engine";
import { isModelVersion } from "../protocol/models";
import type { ParamKey } from "../protocol/params.gen";
import type { Scope } from "../protocol/scope";
import type { ParamValues, Song, VersionId } from "../protocol/types";
import { Analyses } from "./analysis";
import { Exports } from "./exports";
import { KeptWork } from "./kept_work";
import { UNMATCHED, matchGains } from "./match";
import { Mix } from "./mix";
import { ModelVersions } from "./model_versions";
import { Notices } from "./notices";
import { Player } from "./player";
import { Profiles } from "./profiles";
import { Rig } from "./rig";
import type { SongMix } from "./song_mix";
import { Songs } from "./songs";

export class Studio {
  readonly notices = new Notices();
  readonly songs: Songs;
  readonly mix: Mix;
  readonly player: Player;
  readonly exports: Exports;
  readonly profiles: Profiles;
  readonly analyses: Analyses;
  readonly models: ModelVersions;
  readonly kept: KeptWork;
  readonly rig: Rig;
  private sent: Partial<ParamValues> = {};

  constructor(readonly engine: Engine) {
    this.songs = new Songs(engine, this.notices, (song, firstOfDrop) => this.added(song, firstOfDrop));
    this.rig = new Rig(engine.rig ?? null, this.notices, {
      valuesChanged: (values, label) => this.follow(values, label),
      versionChanged: (version) => (this.player.version.value = version === "original" ? version : this.player.processed.peek()),
      sourceChanged: (source) => {
        this.player.setAside();
        if (source === "file" && this.player.ready.peek()) this.mix.ensurePlanned();
      },
      addFiles: (files) => this.songs.add(files),
    });
    this.player = new Player(engine, this.songs.current, this.rig.isLive, this.notices);
    this.analyses = new Analyses(engine, this.songs.current, this.notices);
    this.models = new ModelVersions(engine, this.analyses, this.notices);
    this.mix = new Mix(engine, this.songs.current, this.rig.isLive, this.player.processed, this.models, this.notices);
    this.exports = new Exports(engine, this.mix, this.notices);
    this.profiles = new Profiles(this.notices);
    this.kept = new KeptWork(engine, this.songs, this.mix, this.player, this.profiles, this.notices, (song) => this.select(song));
    effect(() => {
      const mix = this.mix.current.value;
      const lufs = mix?.report.value?.integratedLufs ?? null;
      if (mix !== null && lufs !== null) this.lastLufs.set(mix, lufs);
    });
    // The first choice of a version has it made.
    effect(() => {
      const chosen = this.player.processed.value;
      if (this.player.ready.value && chosen !== "musical") untracked(() => this.mix.ensurePlanned());
    });
    // Early, so that choosing a model's version is answered at once.
    effect(() => {
      const song = this.songs.current.value;
      if (song !== null) untracked(() => void this.models.warmUp(song));
    });
    effect(() => {
      const values = this.mix.values.value;
      if (this.player.ready.value || this.rig.isLive.value) this.sendValues(values);
    });
    effect(() => this.restartMeters());
    effect(() => {
      const { originalGainDb, processedGainDb } = this.gains.value;
      engine.setMonitor(this.player.version.value, originalGainDb, processedGainDb);
    });
  }

  readonly gains = computed(() => {
    const mix = this.mix.current.value;
    if (mix === null || !this.player.matchLoudness.value) return UNMATCHED;
    return matchGains(mix.song.report.integratedLufs, mix.report.value?.integratedLufs ?? this.lastLufs.get(mix) ?? null);
  });
  /** While an edit is being measured, matching holds the gain it had: a jump to 0 dB would be heard. */
  private readonly lastLufs = new WeakMap<SongMix, number>();

  /** Whether a version can be heard: it is made, or can be. */
  offers(version: VersionId): boolean {
    if (!isModelVersion(version)) return true;
    const song = this.songs.current.value;
    const made = song !== null && this.mix.of(song, version)?.document.value.decision != null;
    return made || this.models.unavailable(version) === null;
  }

  /** What a person drops or picks: profiles by their name's end, everything else is taken for audio. */
  async addFiles(files: Iterable<File>): Promise<void> {
    const all = [...files];
    const isProfile = (file: File): boolean => /\.json$/i.test(file.name);
    const songs = all.filter((file) => !isProfile(file));
    await Promise.all([...all.filter(isProfile).map((file) => this.profiles.add(file)), songs.length > 0 ? this.songs.add(songs) : undefined]);
  }

  /** What is being heard, for pictures. */
  get scope(): Scope {
    return this.engine.scope;
  }

  /** Brings back what an earlier page left. Once, at the start. */
  restore(): Promise<void> {
    void this.models.look();
    const restored = this.kept.restore();
    this.songs.waitFor(restored);
    return restored;
  }

  /** Leaving now would lose something: work under way, or songs that this browser cannot keep. */
  get leavingLoses(): boolean {
    return this.songs.imports.peek().length > 0 || this.exports.job.view.peek() !== null || this.kept.isBehind;
  }

  /** Settles when the song is loaded. */
  async select(song: Song): Promise<void> {
    if (this.songs.currentId.peek() === song.id && this.player.loaded.peek() === song) return;
    batch(() => {
      this.songs.currentId.value = song.id;
      this.player.playing.value = false;
    });
    await this.player.load(song, () => {
      this.sent = {};
      this.sendValues(this.mix.values.peek());
      const { originalGainDb, processedGainDb } = this.gains.peek();
      this.engine.setMonitor(this.player.version.peek(), originalGainDb, processedGainDb);
    });
    this.mix.ensurePlanned();
  }

  /** A person wants to work on this song. */
  async pick(song: Song): Promise<void> {
    await this.rig.chooseSource("file");
    if (!this.rig.isLive.peek()) await this.select(song);
  }

  async remove(song: Song): Promise<void> {
    const wasCurrent = this.songs.currentId.peek() === song.id;
    if (wasCurrent) await this.player.stop();
    this.mix.abandon(song.id);
    this.analyses.remove(song.id);
    await this.songs.remove(song);
    if (this.songs.list.peek().some((other) => other.id === song.id)) return;
    if (wasCurrent) {
      const next = this.songs.list.peek()[0];
      this.songs.currentId.value = null;
      this.player.loaded.value = null;
      if (next !== undefined) void this.select(next);
    }
    this.mix.remove(song.id);
  }

  private added(song: Song, firstOfDrop: boolean): void {
    this.mix.add(song);
    if (this.songs.currentId.peek() === null || (firstOfDrop && !this.player.playing.peek())) void this.select(song);
  }

  /** Figures of one version say nothing about another: what is heard anew is measured anew. */
  private restartMeters(): void {
    void this.player.version.value;
    void this.mix.document.value?.decision;
    this.engine.resetMeters();
  }

  /** The engine runs with these already: sending them back would make two pages echo each other. */
  private follow(values: Partial<Record<ParamKey, number>>, label: string): void {
    if (this.mix.current.peek() === null) return;
    this.sent = { ...this.sent, ...values };
    this.mix.follow(label, values);
  }

  private sendValues(values: ParamValues): void {
    const changed: Partial<Record<ParamKey, number>> = {};
    for (const [key, value] of Object.entries(values) as [ParamKey, number][]) if (this.sent[key] !== value) changed[key] = value;
    this.sent = values;
    if (Object.keys(changed).length > 0) this.engine.setParams(changed);
  }
}
