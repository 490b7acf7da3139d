/** The versions of a song that can be heard, in the order they are offered. */
import type { VersionId } from "../protocol/types";

export interface Version {
  readonly id: VersionId;
  readonly label: string;
  readonly hint: string;
}

export const VERSIONS: readonly Version[] = [
  { id: "original", label: "Original", hint: "The song as it came ( A )" },
  { id: "musical", label: "Musical", hint: "Through the chain, set from what was measured ( B )" },
];

export function versionLabel(id: VersionId): string {
  return VERSIONS.find((version) => version.id === id)?.label ?? id;
}
