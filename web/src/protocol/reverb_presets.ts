/** Starting points for the reverb. core/dsp/effects/reverb_presets.h holds the same table; tests/core/engine/reverb_presets_test.cc compares the two. */
import type { ParamKey } from "./params.gen";

export interface ReverbPreset {
  readonly label: string;
  readonly values: Partial<Readonly<Record<ParamKey, number>>>;
}

