/** The versions that trained models decide: whether they can be had here, and what the models advise for a song. */
import { computed, signal } from "@preact/signals";
import { StudioError, type Engine, type JobOptions } from "../engine/engine";
import { adviceFor, membersOf, type ModelAdvice, type ModelId, type ModelRegistry, type MusicalContext } from "../protocol/models";
import type { Analysis } from "../protocol/analysis";
import type { ModelVersionId, Song } from "../protocol/types";
import type { Analyses } from "./analysis";
import { sideBySide } from "./job";
import type { Notices } from "./notices";
import { versionLabel } from "./versions";

export class ModelVersions {
  /** null while it is looked for. */
  readonly registry = signal<ModelRegistry | null>(null);
  /** Why there are no models at all. */
  readonly refusal = signal<string | null>(null);
  /** Models that are offered but cannot be had. */
  readonly problems = signal<ReadonlyMap<ModelId, string>>(new Map());
  private warming: Promise<void> | null = null;

  constructor(private readonly engine: Engine, private readonly analyses: Analyses, private readonly notices: Notices) {}

  /** A sentence why a version cannot be made; null when it can, as far as is known. */
  unavailable(version: ModelVersionId): string | null {
    if (this.refusal.value !== null) return this.refusal.value;
    const registry = this.registry.value;
    if (registry === null) return null;
    const members = membersOf(registry, version);
    if (members.length === 0) return `models/registry.json has no ${versionLabel(version)}`;
    for (const { id } of members) {
      const problem = this.problems.value.get(id);
      if (problem !== undefined) return problem;
    }
    return null;
  }

  /** Every reason once, for people. */
  readonly reasons = computed<readonly string[]>(() => (this.refusal.value === null ? [...new Set(this.problems.value.values())] : [this.refusal.value]));

  async look(): Promise<void> {
    try {
      this.registry.value = await this.engine.models.registry();
      this.refusal.value = null;
    } catch (reason) {
      this.refusal.value = reason instanceof Error ? reason.message : String(reason);
    }
  }

  /** Fetches, checks and starts the models before they are asked about a song; those that could not be had are tried again. */
  warmUp(song: Song): Promise<void> {
    this.warming ??= this.prepareAll(song).finally(() => (this.warming = null));
    return this.warming;
  }

  /** The song's analysis and the models hear it side by side. */
  async advise(song: Song, version: ModelVersionId, { signal, onProgress }: JobOptions): Promise<ModelAdvice> {
    const registry = this.registry.peek() ?? (await this.engine.models.registry());
    const members = membersOf(registry, version);
    if (members.length === 0) throw new StudioError(`models/registry.json has no ${versionLabel(version)}`);
    const [analysing, consulting] = sideBySide(onProgress, 0.5);
    const [heard, outputs] = await Promise.all([
      this.analyses.need(song, { signal, onProgress: analysing }),
      this.engine.models.consult(song, members.map(({ id }) => id), { signal, onProgress: consulting }),
    ]);
    return adviceFor(registry, version, outputs, heard === null ? NO_CONTEXT : contextOf(heard.analysis));
  }

  private async prepareAll(song: Song): Promise<void> {
    if (this.registry.peek() === null && this.refusal.peek() === null) await this.look();
    for (const { id } of this.registry.peek()?.models ?? []) {
      const problems = new Map(this.problems.peek());
      try {
        await this.engine.models.prepare(id, song);
        problems.delete(id);
      } catch (reason) {
        problems.set(id, reason instanceof Error ? reason.message : String(reason));
      }
      this.problems.value = problems;
    }
    for (const problem of new Set(this.problems.peek().values())) this.notices.warn(problem);
  }
}

const NO_CONTEXT: MusicalContext = { tempoBpm: null, tempoConfidence: 0, energy: null, genre: null };

function contextOf({ rhythm, music, genre }: Analysis): MusicalContext {
  // Rounding may have stepped over the ends a little.
  const share = (value: number): number => Math.min(1, Math.max(0, value));
  return { tempoBpm: rhythm.tempoBpm, tempoConfidence: share(rhythm.tempoConfidence ?? 0), energy: music.energy === null ? null : share(music.energy), genre: genre.label };
}
