/** The versions of a song that can be heard, in the order they are offered. */
import type { ProcessedId, VersionId } from "../protocol/types";

export interface Version {
  readonly id: VersionId;
  readonly label: string;
  readonly hint: string;
  /** One model by itself: offered beside the others, smaller. */
  readonly single: boolean;
}

export const VERSIONS: readonly Version[] = [
  { id: "original", label: "Original", hint: "The song as it came ( A )", single: false },
  { id: "musical", label: "Musical", hint: "Through the chain, set from what was measured ( B )", single: false },
  { id: "ensemble", label: "AI", hint: "Through the chain, set by the trained models together ( C )", single: false },
  { id: "enhanced-cnn", label: "Enhanced CNN", hint: "Set by this model alone: inverted residuals with attention to channels", single: true },
  { id: "ast", label: "AST", hint: "Set by this model alone: an audio spectrogram transformer", single: true },
  { id: "baseline-cnn", label: "Baseline CNN", hint: "Set by this model alone: a small convolutional network", single: true },
];

export const PROCESSED: readonly ProcessedId[] = VERSIONS.map(({ id }) => id).filter((id) => id !== "original");

export function versionLabel(id: VersionId): string {
  return VERSIONS.find((version) => version.id === id)?.label ?? id;
}
