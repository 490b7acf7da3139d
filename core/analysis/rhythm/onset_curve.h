// What an OnsetHistory remembers, made comparable over a whole song: trends removed, loud and quiet passages evened. Not for absolute strengths.
#pragma once

#include <array>
#include <vector>

#include "analysis/rhythm/onset_history.h"

namespace ag06::analysis {

struct OnsetCurve {
  double rate_hz = 100.0;
  double delay_s = 0.0;                      // of its peaks after the attacks
  std::vector<float> range[kOnsetRanges];    // >= 0, local root mean square about 1 where there is music
  std::vector<float> all;                    // their mean, weighed or not
  std::vector<float> raw;                    // sum of the strengths as remembered

  // Mean of the ranges by shares that need not sum to 1; all zero: alike.
  [[nodiscard]] std::vector<float> mean_of_ranges(const std::array<float, kOnsetRanges>& shares) const;
  [[nodiscard]] int frames() const noexcept { return static_cast<int>(all.size()); }
};

// Allocates; linear in the length. Not for the audio thread.
[[nodiscard]] OnsetCurve onset_curve(const OnsetHistory& heard);

// Value between frames by linear interpolation; 0 outside.
[[nodiscard]] float at(const std::vector<float>& curve, double frame) noexcept;
// Greatest value within +-reach frames; 0 outside.
[[nodiscard]] float peak_near(const std::vector<float>& curve, double frame, int reach) noexcept;

}  // namespace ag06::analysis
