/** How a part of a song is called. */
import type { Section } from "../../protocol/analysis";

/** What only sounds alike without a telling place is a part. */
export function sectionLabel({ kind }: Section): string {
  return kind === "section" ? "Part" : kind.charAt(0).toUpperCase() + kind.slice(1);
}
