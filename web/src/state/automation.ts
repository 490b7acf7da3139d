/** window.ag06: what tests and the curious may read: whether the studio is ready, which engine runs, the meters, and what a listener hears. Read-only. */
import type { Telemetry, VersionId } from "../protocol/types";
import type { Studio } from "./studio";
import { VERSIONS } from "./versions";

export interface Ag06Window {
  readonly ready: boolean;
  readonly engine: string;
  readonly versions: readonly VersionId[];
  telemetry(): Telemetry;
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
    listenOffline: async (version: VersionId) => {
      const mix = studio.mix.current.peek();
      if (mix === null) return null;
      const values = version === "original" ? mix.values.peek() : (studio.mix.of(mix.song, version)?.values.peek() ?? mix.values.peek());
      return (await studio.engine.listenOffline?.(mix.song, values, version)) ?? null;
    },
  });
  Object.defineProperty(window, "ag06", { value: surface, writable: false, configurable: false });
}
