/** What an engine can ask trained models. */
import type { ModelId, ModelOutputs, ModelRegistry } from "../protocol/models";
import type { Song } from "../protocol/types";
import type { JobOptions } from "./engine";

export interface Models {
  /** What is offered here. Rejects with a StudioError that names file and reason. */
  registry(): Promise<ModelRegistry>;
  /** Fetches, checks and starts a model, and readies the ear for songs like this one, so that it answers at once later. Rejects with a StudioError that names file and reason. */
  prepare(model: ModelId, song: Song): Promise<void>;
  /** Lets models hear the song; answers that are known already are not asked for again. */
  consult(song: Song, models: readonly ModelId[], options: JobOptions): Promise<readonly ModelOutputs[]>;
}
