// The named loudness targets of core/assist/targets.h; tests/core/assist/targets_test.cc compares the two.
import type { LoudnessTarget } from "./types";

export const TARGET_CEILING_DBTP = -1;

export const TARGETS: readonly LoudnessTarget[] = [
  { id: "spotify", label: "Spotify (-14 LUFS)", lufs: -14 },
  { id: "apple-music", label: "Apple Music (-16 LUFS)", lufs: -16 },
  { id: "youtube", label: "YouTube (-14 LUFS)", lufs: -14 },
  { id: "ebu-r128", label: "EBU R128 broadcast (-23 LUFS)", lufs: -23 },
  { id: "podcast", label: "Podcast (-16 LUFS)", lufs: -16 },
  { id: "none", label: "None (keep the loudness)", lufs: null },
];
