/** What trained models said of songs, kept beside them as `<id>.models.json`: a model of another file answers anew. */
import { asFields, asNumber, asText, list, openDocument, text, whole } from "../../protocol/checked";
import type { ModelOutputs, ModelRegistry } from "../../protocol/models";
import { openFile, replaceFile } from "./folder";

const FORMAT = "ag06-model-answers";
const VERSION = 1;

interface Answer extends ModelOutputs {
  /** Of the model's file. */
  readonly sha256: string;
  readonly features: string;
}

const fileName = (songId: string): string => `${songId}.models.json`;

export class KeptAnswers {
  private readonly songs = new Map<string, readonly Answer[]>();

  /** Only those that the registry's models would give again. What cannot be read is asked for again. */
  async of(folder: FileSystemDirectoryHandle | null, songId: string, registry: ModelRegistry): Promise<readonly ModelOutputs[]> {
    let known = this.songs.get(songId);
    if (known === undefined) {
      const file = folder === null ? null : await openFile(folder, fileName(songId));
      known = file === null ? [] : readAnswers(await file.text());
      this.songs.set(songId, known);
    }
    return known.filter((answer) => answer.features === registry.features.id && registry.models.some(({ id, sha256 }) => id === answer.model && sha256 === answer.sha256));
  }

  async keep(folder: FileSystemDirectoryHandle | null, songId: string, registry: ModelRegistry, outputs: readonly ModelOutputs[]): Promise<void> {
    const fresh = outputs.map((output): Answer => ({ ...output, features: registry.features.id, sha256: registry.models.find(({ id }) => id === output.model)?.sha256 ?? "" }));
    const answers = [...(this.songs.get(songId) ?? []).filter(({ model }) => !outputs.some((output) => output.model === model)), ...fresh];
    this.songs.set(songId, answers);
    // They can be asked for again: that they cannot be kept is no failure.
    if (folder !== null) await replaceFile(folder, fileName(songId), JSON.stringify({ format: FORMAT, version: VERSION, answers })).catch(() => undefined);
  }

  forget(songId: string): void {
    this.songs.delete(songId);
  }
}

export function readAnswers(json: string): readonly Answer[] {
  try {
    return list(openDocument(json, FORMAT, VERSION), "answers", (value, what) => {
      const from = asFields(value, what);
      const numbers = (key: string): readonly number[] => list(from, key, (found, name) => asNumber(found, name));
      return { model: asText(from["model"], what) as Answer["model"], features: text(from, "features"), sha256: text(from, "sha256"), excerpts: whole(from, "excerpts", 1), settings: numbers("settings"), spreads: numbers("spreads") };
    });
  } catch {
    return [];
  }
}
