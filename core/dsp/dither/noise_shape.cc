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

// J. Durbin, "The fitting of time-series models", Rev. Int. Stat. Inst. 28, 1960.
[[nodiscard]] NoiseShape predictor_of(const std::array<double, kNoiseShapeTaps + 1>& correlation) noexcept {
  NoiseShape taps{};
  double residue = correlation[0];
  for (std::size_t order = 0; order < kNoiseShapeTaps; ++order) {
    double reflection = correlation[order + 1];
    for (std::size_t k = 0; k < order; ++k) reflection -= taps[k] * correlation[order - k];
    reflection /= residue;
    const NoiseShape before = taps;
    taps[order] = reflection;
    for (std::size_t k = 0; k < order; ++k) taps[k] = before[k] - reflection * before[order - 1 - k];
    residue *= 1.0 - reflection * reflection;
  }
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
