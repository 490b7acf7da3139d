/** What a person looked at and how they listened, as it is kept. */
import { Damaged, asFields, flag, nullable, openDocument, text, whole } from "../protocol/checked";
import type { VersionId } from "../protocol/types";
import type { LoopRange } from "./player";
import { VERSIONS } from "./versions";

const FORMAT = "ag06-session";
const VERSION = 1;

export interface SavedSession {
  readonly songId: string;
  readonly heard: VersionId;
  readonly matchLoudness: boolean;
  readonly loopOn: boolean;
  readonly loopRange: LoopRange | null;
}

export function sessionText(session: SavedSession): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, ...session });
}

export function readSession(json: string): SavedSession {
  const from = openDocument(json, FORMAT, VERSION);
  const heard = VERSIONS.find((version) => version.id === text(from, "heard"))?.id;
  if (heard === undefined) throw new Damaged("it listens to a version that does not exist");
  return { songId: text(from, "songId"), heard, matchLoudness: flag(from, "matchLoudness"), loopOn: flag(from, "loopOn"), loopRange: nullable(from, "loopRange", asRange) };
}

function asRange(value: unknown, what: string): LoopRange {
  const from = asFields(value, what);
  return { startFrame: whole(from, "startFrame"), endFrame: whole(from, "endFrame") };
}
