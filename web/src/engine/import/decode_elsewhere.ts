/** Decoding by the page's own thread, for browsers whose workers have no decoder. */
import { StudioError } from "../engine";
import type { Gap } from "./gapless_mp3";
import type { DecodeReply } from "./messages";
import { restoreIntegers } from "./restore_integers";
import { Trim, type Take } from "./trim";

export interface ElsewhereFacts {
  readonly fileName: string;
  readonly codecName: string;
  readonly gap: Gap;
  readonly expectedFrames: number | null;
  readonly bitDepth: number | null;
  readonly warnings: string[];
}

export async function decodeElsewhere(facts: ElsewhereFacts, ask: () => Promise<DecodeReply>, take: Take): Promise<void> {
  const reply = await ask();
  if ("failure" in reply) throw new StudioError(`${facts.fileName}: ${facts.codecName}: ${reply.failure}`);
  if (facts.bitDepth !== null && !restoreIntegers(reply.planes, facts.bitDepth))
    facts.warnings.push("This browser decodes the file with small rounding errors; WAV is read exactly.");
  const frames = reply.planes[0]?.length ?? 0;
  // Fewer frames than the container holds: this decoder has taken the encoder's gaps off itself.
  const trimmed = facts.expectedFrames !== null && frames <= facts.expectedFrames - facts.gap.startFrames;
  new Trim(trimmed ? { startFrames: 0, endFrames: 0 } : facts.gap, facts.expectedFrames).pass(reply.planes, frames, take);
}
