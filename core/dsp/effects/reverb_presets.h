// Starting points for the reverb, as loud as each other. Not the mixer's scenes.
#pragma once

#include "dsp/effects/reverb_params.h"

namespace ag06::dsp {

struct ReverbPreset {
  const char* name;
  ReverbParams params;
};

inline constexpr ReverbPreset kReverbPresets[] = {
    {"intimate",
     {.type = ReverbType::room, .level_lin = 0.16f, .predelay_ms = 4.0f, .decay_s = 0.45f, .low_decay_ratio = 0.9f, .high_decay_ratio = 0.6f,
      .size_ratio = 0.3f, .low_cut_hz = 150.0f, .high_cut_hz = 8000.0f, .modulation_ratio = 0.15f}},
    {"room",
     {.type = ReverbType::room, .level_lin = 0.2f, .predelay_ms = 8.0f, .decay_s = 0.8f, .low_decay_ratio = 1.0f, .high_decay_ratio = 0.55f,
      .size_ratio = 0.6f, .low_cut_hz = 120.0f, .high_cut_hz = 9000.0f, .modulation_ratio = 0.2f}},
    {"plate",
     {.type = ReverbType::plate, .level_lin = 0.22f, .predelay_ms = 12.0f, .decay_s = 1.6f, .low_decay_ratio = 0.8f, .high_decay_ratio = 0.7f,
      .size_ratio = 0.5f, .low_cut_hz = 180.0f, .high_cut_hz = 12000.0f, .modulation_ratio = 0.4f}},
    {"hall",
     {.type = ReverbType::hall, .level_lin = 0.25f, .predelay_ms = 22.0f, .decay_s = 2.1f, .low_decay_ratio = 1.15f, .high_decay_ratio = 0.45f,
      .size_ratio = 0.7f, .low_cut_hz = 100.0f, .high_cut_hz = 8500.0f, .modulation_ratio = 0.3f}},
    {"spacious",
     {.type = ReverbType::hall, .level_lin = 0.3f, .predelay_ms = 35.0f, .decay_s = 4.2f, .low_decay_ratio = 1.2f, .high_decay_ratio = 0.4f,
      .size_ratio = 1.0f, .low_cut_hz = 140.0f, .high_cut_hz = 7500.0f, .modulation_ratio = 0.5f}},
};

}  // namespace ag06::dsp
