#include "dsp/dither/noise_shape.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::dsp {
namespace {

constexpr double kShapedFromHz = 40000.0;
constexpr double kPredictedFromHz = 64000.0;
constexpr NoiseShape kLipshitz{2.033, -2.165, 1.959, -1.590, 0.6149};
constexpr int kSpectrumPoints = 512;
// What counts as inaudible, below the best-heard frequency: limits how much noise is moved out of the audible band, and so its total.
constexpr double kInaudibleDb = -40.0;

[[nodiscard]] double threshold_in_quiet_db(double freq_hz) noexcept {
  const double f = std::max(freq_hz, 20.0) / 1000.0;
  return 3.64 * pow_exact(f, -0.8) - 6.5 * exp_exact(-0.6 * (f - 3.3) * (f - 3.3)) + 0.001 * f * f * f * f;
}

// Solves sum over j of correlation[|i - j|] * taps[j] = correlation[i + 1]: positive definite, so elimination needs no pivots. Durbin's shorter
// recursion reads its arrays backwards, which clang 14 for WebAssembly (Emscripten 3.1.6, -O2) turns into other results.
[[nodiscard]] NoiseShape predictor_of(const std::array<double, kNoiseShapeTaps + 1>& correlation) noexcept {
  constexpr int kTaps = kNoiseShapeTaps;
  double rows[kTaps][kTaps + 1];
  for (int i = 0; i < kTaps; ++i) {
    for (int j = 0; j < kTaps; ++j) rows[i][j] = correlation[static_cast<std::size_t>(i < j ? j - i : i - j)];
    rows[i][kTaps] = correlation[static_cast<std::size_t>(i + 1)];
  }
  for (int pivot = 0; pivot < kTaps; ++pivot)
    for (int i = 0; i < kTaps; ++i) {
      if (i == pivot) continue;
      const double share = rows[i][pivot] / rows[pivot][pivot];
      for (int j = pivot; j <= kTaps; ++j) rows[i][j] -= share * rows[pivot][j];
    }
  NoiseShape taps{};
  for (int i = 0; i < kTaps; ++i) taps[static_cast<std::size_t>(i)] = rows[i][kTaps] / rows[i][i];
  return taps;
}

}  // namespace

NoiseShape noise_shape_for(double sample_rate_hz) noexcept {
  if (sample_rate_hz < kShapedFromHz) return {};
  if (sample_rate_hz < kPredictedFromHz) return kLipshitz;
  std::array<double, kNoiseShapeTaps + 1> correlation{};
  for (int i = 0; i < kSpectrumPoints; ++i) {
    const double turn = (i + 0.5) / (2.0 * kSpectrumPoints);
    const double weighting_db = std::max(kInaudibleDb, -threshold_in_quiet_db(turn * sample_rate_hz));
    const double power = exp2_exact(2.0 * weighting_db / kDbPerLog2);
    for (int k = 0; k <= kNoiseShapeTaps; ++k) correlation[static_cast<std::size_t>(k)] += power * cos_exact(2.0 * kPi * turn * k);
  }
  return predictor_of(correlation);
}

}  // namespace ag06::dsp
