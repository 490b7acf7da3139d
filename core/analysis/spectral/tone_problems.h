// Whether a song's tone departs from a suited curve in a way that has a name. Not for narrow lines: see line_problems.h.
// Thresholds were chosen by us: finished songs held against their own octave levels stay below them, the degradations that the tests name do not.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "analysis/spectral/long_term_spectrum.h"
#include "analysis/spectral/spectral_shape.h"
#include "analysis/spectral/spectrum_report.h"

namespace ag06::analysis {

inline constexpr int kTargetOctaves = 11;

// A target curve moved to the level of a song.
struct AlignedTarget {
  std::span<const double> octave_db;
  double offset_db = 0.0;
  // Power per sixth octave around any frequency, dB re full-scale sine. Straight lines in log frequency, the outermost drawn on.
  [[nodiscard]] double at_db(double frequency_hz) const noexcept;
};

// By the mean of the differences between 100 Hz and 5 kHz without their lowest tenth and highest three tenths, so that a hump moves it little; then
// again with the humps taken back that were found. False, and the target as it was, if there is nothing to align.
[[nodiscard]] bool align(AlignedTarget& target, const std::array<double, kCurvePoints>& curve_db);

// Rumble, mud, boxiness, harshness, sibilance, in this order.
[[nodiscard]] std::vector<SpectrumProblem> find_tone_problems(const LongTermSpectrum& heard, const SpectralShape& shape, const AlignedTarget& target);

}  // namespace ag06::analysis
