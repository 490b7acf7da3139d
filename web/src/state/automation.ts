/** window.ag06: what tests and the curious may read; the surface CONTRACTS.md names. Read-only. */
import type { Telemetry, VersionId } from "../protocol/types";
import type { Studio } from "./studio";
import { VERSIONS } from "./versions";

export interface Ag06Window {
  readonly ready: boolean;
  readonly engine: string;
  readonly versions: readonly VersionId[];
  telemetry(): Telemetry;
}

export function exposeForTests(studio: Studio): void {
  const surface: Ag06Window = Object.freeze({
    ready: true,
    engine: studio.engine.kind,
    versions: Object.freeze(VERSIONS.map((version) => version.id)),
    telemetry: () => ({ ...studio.player.telemetry() }),
  });
  Object.defineProperty(window, "ag06", { value: surface, writable: false, configurable: false });
}
