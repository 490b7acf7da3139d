/** Keeps the trained models and lets them hear songs. Made once per page; requests are served one after the other, a cancelled one ends at its next excerpt. */
import { StudioError } from "../engine/engine";
import type { ModelReply, ModelRequest, ModelWorkerStart } from "../engine/models/messages";
import { ModelSession, startRuntime } from "../engine/models/session";
import { fetchWeights } from "../engine/models/weights";
import { PageReader, type SongAudio } from "../engine/store/pages";
import { CoreEar, type ExcerptFeatures } from "../engine/wasm/ear";
import type { ModelId, ModelOutputs } from "../protocol/models";

type Consult = Extract<ModelRequest, { kind: "consult" }>;
type Progress = (ratio: number, what: string) => void;

/** What hearing takes of the bar; the models share the rest. */
const HEARING_SHARE = 0.2;

class Host {
  private readonly ear: CoreEar;
  private readonly sessions = new Map<ModelId, Promise<ModelSession>>();
  private readonly cancelled = new Set<number>();
  /** Of the last song: another model hears it without reading it again. */
  private heard: { readonly songId: string; readonly features: readonly ExcerptFeatures[] } | null = null;
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly start: ModelWorkerStart) {
    this.ear = new CoreEar(start.module);
    startRuntime(start);
  }

  take(request: ModelRequest): void {
    if (request.kind === "cancel") this.cancelled.add(request.id);
    else this.turn = this.turn.then(() => this.serve(request));
  }

  private async serve(request: Exclude<ModelRequest, { kind: "cancel" }>): Promise<void> {
    const { id } = request;
    try {
      this.ear.check(this.start.registry.features);
      if (request.kind === "prepare") {
        await this.session(request.model);
        this.ear.prepare(request.stream);
      }
      reply({ kind: "done", id, outputs: request.kind === "consult" ? await this.consult(request) : [] });
    } catch (error) {
      reply({ kind: "failed", id, message: error instanceof Error ? error.message : String(error), forPeople: error instanceof StudioError });
    }
    this.cancelled.delete(id);
  }

  private async consult({ id, songId, song, models }: Consult): Promise<readonly ModelOutputs[]> {
    const progress: Progress = (ratio, what) => reply({ kind: "progress", id, ratio, what });
    const features = this.heard?.songId === songId ? this.heard.features : await this.hear(id, song, (ratio) => progress(HEARING_SHARE * ratio, "Hearing excerpts"));
    this.heard = { songId, features };
    const outputs: ModelOutputs[] = [];
    for (const [m, model] of models.entries()) {
      const label = this.start.registry.models.find((entry) => entry.id === model)?.label ?? model;
      const at = (ratio: number): number => HEARING_SHARE + ((1 - HEARING_SHARE) * (m + ratio)) / models.length;
      progress(at(0), label);
      const session = await this.session(model);
      const settings: number[] = [];
      const spreads: number[] = [];
      for (const [i, excerpt] of features.entries()) {
        await this.rest(id);
        const answer = await session.run(excerpt);
        settings.push(...answer.settings);
        spreads.push(...answer.spreads);
        progress(at((i + 1) / features.length), label);
      }
      outputs.push({ model, excerpts: features.length, settings, spreads });
    }
    return outputs;
  }

  /** Reads only the excerpts. */
  private async hear(id: number, song: SongAudio, progress: (ratio: number) => void): Promise<readonly ExcerptFeatures[]> {
    const { starts, frames } = this.ear.excerpts(song);
    if (starts.length === 0) throw new StudioError("it is too short for the models to hear");
    const reader = new PageReader(song);
    const features: ExcerptFeatures[] = [];
    for (const start of starts) {
      await this.rest(id);
      features.push(await this.ear.hear(song, frames, (at, planes, count) => reader.read(start + at, planes, count)));
      progress(features.length / starts.length);
    }
    return features;
  }

  /** A model that failed to start is tried anew when it is next asked for. */
  private session(model: ModelId): Promise<ModelSession> {
    let session = this.sessions.get(model);
    if (session === undefined) {
      session = this.open(model);
      this.sessions.set(model, session);
      session.catch(() => this.sessions.delete(model));
    }
    return session;
  }

  private async open(model: ModelId): Promise<ModelSession> {
    const { registry, base } = this.start;
    const entry = registry.models.find(({ id }) => id === model);
    if (entry === undefined) throw new StudioError(`models/registry.json has no ${model}`);
    return ModelSession.open(await fetchWeights(base, entry), entry, registry);
  }

  /** Lets a cancel through. */
  private async rest(id: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    if (this.cancelled.has(id)) throw new DOMException("The work was cancelled", "AbortError");
  }
}

function reply(message: ModelReply): void {
  self.postMessage(message);
}

let host: Host | null = null;
self.onmessage = ({ data }: MessageEvent<ModelWorkerStart | ModelRequest>): void => {
  if (host === null) host = new Host(data as ModelWorkerStart);
  else host.take(data as ModelRequest);
};
