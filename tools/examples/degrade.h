// Undoes what the corrective chain would do: from finished music to what those settings would finish. Every stage is undone by the product's own unit.
// Not real time, and not exact: the residual is told, and what did not converge is no example.
#pragma once

#include "assist/model_settings.h"
#include "sound.h"

namespace ag06::examples {

inline constexpr double kFinishedLufs = -14.0;     // what finished music is brought to first: the studio's own target
inline constexpr double kNominalLufs = -18.0;      // of what leaves the compressor, so that its threshold means the same for every song
inline constexpr double kLeadIn_s = 1.5;           // runs before the excerpt, so that echoes are under way when it starts

// The corrective chain over the whole sound, from silence.
[[nodiscard]] Sound correct(const Sound& degraded, const assist::ModelSettings& settings);

struct Degraded {
  Sound sound;
  assist::ModelSettings settings;  // with the output level filled in
  double error_db = 0.0;           // what correct() misses of the finished sound after the lead-in: the compressor's residual, the one stage that is not undone exactly
};

// finished: brought to kFinishedLufs in place. settings: the output level is ignored and measured. Throws std::runtime_error when the finished excerpt is silent or too quiet to be music.
[[nodiscard]] Degraded degrade(Sound& finished, assist::ModelSettings settings, int lead_frames);

}  // namespace ag06::examples
