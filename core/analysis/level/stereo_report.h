// Where a stereo song lies. NaN stands for "cannot be told": mono files have a width of 0, silence has none.
#pragma once

#include <array>
#include <limits>

#include "analysis/spectral/spectrum_report.h"

namespace ag06::analysis {

struct StereoReport {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  double width = kUnknown;         // side rms / (mid rms + side rms), 0 mono .. 0.5 unrelated .. 1 inverted
  double correlation = kUnknown;   // -1..1 over the whole song
  double correlation_min = kUnknown;  // lowest over any 400 ms that sounds
  double balance_db = kUnknown;    // right rms over left
  double mono_loss_db = kUnknown;  // loudness lost when summed to mono beyond what unrelated channels lose; >= 0 trouble
  std::array<double, kBands> band_width{};        // as width, NaN where a band is silent
  std::array<double, kBands> band_correlation{};
};

}  // namespace ag06::analysis
