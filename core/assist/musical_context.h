// What the models do not hear and a mix still goes by: how fast a song is, how energetic, and what it is called. Not the mixing profile, which says what
// its style asks for.
#pragma once

#include "base/math.h"
#include "base/status.h"

namespace ag06::assist {

struct MusicalContext {
  double tempo_bpm = __builtin_nan("");  // NaN or 0: not known
  double tempo_confidence_01 = 0.0;
  double energy_01 = __builtin_nan("");  // NaN: not known
  const char* genre = "";                // id, for people to read; "" when not known; outlives whoever plans with it
};

inline constexpr double kFastestTempoBpm = 1000.0;

// Errors: not_finite, out_of_range for a tempo outside [0, kFastestTempoBpm] or a ratio outside 0..1.
[[nodiscard]] inline Status check(const MusicalContext& context) noexcept {
  const auto unknown = [](double x) { return x != x; };
  const auto within = [](double x, double max) { return x >= 0.0 && x <= max; };
  if (!is_finite(context.tempo_confidence_01)) return Status::not_finite;
  if (!unknown(context.tempo_bpm) && !within(context.tempo_bpm, kFastestTempoBpm)) return Status::out_of_range;
  if (!unknown(context.energy_01) && !within(context.energy_01, 1.0)) return Status::out_of_range;
  return within(context.tempo_confidence_01, 1.0) ? Status::ok : Status::out_of_range;
}

}  // namespace ag06::assist
