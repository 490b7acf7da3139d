/** Starting points for the reverb. core/dsp/effects/reverb_presets.h holds the same table; tests/core/engine/reverb_presets_test.cc compares the two. */
import type { ParamKey } from "./params.gen";

export interface ReverbPreset {
  readonly label: string;
  readonly values: Partial<Readonly<Record<ParamKey, number>>>;
}

export const REVERB_PRESETS: readonly ReverbPreset[] = [
  {
    label: "Intimate",
    values: {
      "reverb.type": 0,
      "reverb.send_ratio": 0.16,
      "reverb.predelay_ms": 4,
      "reverb.decay_s": 0.45,
      "reverb.low_decay_ratio": 0.9,
      "reverb.high_decay_ratio": 0.6,
      "reverb.size_ratio": 0.3,
      "reverb.width_ratio": 1,
      "reverb.low_cut_hz": 150,
      "reverb.high_cut_hz": 8000,
      "reverb.modulation_ratio": 0.15,
    },
  },
  {
    label: "Room",
    values: {
      "reverb.type": 0,
      "reverb.send_ratio": 0.2,
      "reverb.predelay_ms": 8,
      "reverb.decay_s": 0.8,
      "reverb.low_decay_ratio": 1,
      "reverb.high_decay_ratio": 0.55,
      "reverb.size_ratio": 0.6,
      "reverb.width_ratio": 1,
      "reverb.low_cut_hz": 120,
      "reverb.high_cut_hz": 9000,
      "reverb.modulation_ratio": 0.2,
    },
  },
  {
    label: "Plate",
    values: {
      "reverb.type": 2,
      "reverb.send_ratio": 0.22,
      "reverb.predelay_ms": 12,
      "reverb.decay_s": 1.6,
      "reverb.low_decay_ratio": 0.8,
      "reverb.high_decay_ratio": 0.7,
      "reverb.size_ratio": 0.5,
      "reverb.width_ratio": 1,
      "reverb.low_cut_hz": 180,
      "reverb.high_cut_hz": 12000,
      "reverb.modulation_ratio": 0.4,
    },
  },
  {
    label: "Hall",
    values: {
      "reverb.type": 1,
      "reverb.send_ratio": 0.25,
      "reverb.predelay_ms": 22,
      "reverb.decay_s": 2.1,
      "reverb.low_decay_ratio": 1.15,
      "reverb.high_decay_ratio": 0.45,
      "reverb.size_ratio": 0.7,
      "reverb.width_ratio": 1,
      "reverb.low_cut_hz": 100,
      "reverb.high_cut_hz": 8500,
      "reverb.modulation_ratio": 0.3,
    },
  },
  {
    label: "Spacious",
    values: {
      "reverb.type": 1,
      "reverb.send_ratio": 0.3,
      "reverb.predelay_ms": 35,
      "reverb.decay_s": 4.2,
      "reverb.low_decay_ratio": 1.2,
      "reverb.high_decay_ratio": 0.4,
      "reverb.size_ratio": 1,
      "reverb.width_ratio": 1,
      "reverb.low_cut_hz": 140,
      "reverb.high_cut_hz": 7500,
      "reverb.modulation_ratio": 0.5,
    },
  },
];
