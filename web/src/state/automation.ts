/** window.ag06: what tests and the curious may read: whether the studio is ready, which engine runs, the meters, what was decided, and what a listener hears. Read-only. */
import type { ProcessedId, Telemetry, VersionId } from "../protocol/types";
import type { Decision } from "./document";
import type { Studio } from "./studio";
import { VERSIONS } from "./versions";

export interface Ag06Window {
  readonly ready: boolean;
  readonly engine: string;
  readonly versions: readonly VersionId[];
  telemetry(): Telemetry;
  /** The settings that were decided for a version of the current song, and what the models said of it; null before. */
  decided(version: ProcessedId): Pick<Decision, "params" | "opinion"> | null;
  /** Every sample a listener of the current song hears, without match gains; null without a song or where the engine cannot tell. Holds the song in memory. */
  listenOffline(version: VersionId): Promise<Float32Array[] | null>;
}

export function exposeForTests(studio: Studio): void {
  const surface: Ag06Window = Object.freeze({
    ready: true,
    get engine() {
      return studio.engine.kind;
    },
    versions: Object.freeze(VERSIONS.map((version) => version.id)),
    telemetry: () => ({ ...studio.player.telemetry() }),
    decided: (version: ProcessedId) => {
      const mix = studio.mix.current.peek();
      const decision = mix === null ? null : (studio.mix.of(mix.song, version)?.document.peek().decision ?? null);
      return decision === null ? null : { params: { ...decision.params }, opinion: decision.opinion };
    },
    listenOffline: async (version: VersionId) => {
      const mix = studio.mix.current.peek();
      if (mix === null) return null;
      const values = version === "original" ? mix.values.peek() : (studio.mix.of(mix.song, version)?.values.peek() ?? mix.values.peek());
      return (await studio.engine.listenOffline?.(mix.song, values, version)) ?? null;
    },
  });
  Object.defineProperty(window, "ag06", { value: surface, writable: false, configurable: false });
}
