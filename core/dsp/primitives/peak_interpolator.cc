#include "dsp/primitives/peak_interpolator.h"

#include <algorithm>
#include <cmath>

namespace ag06::dsp {
namespace {
constexpr double kHalfLengthMs = 0.75;
constexpr int kShortestHalf = 6;
constexpr int kLongestHalf = 24;
constexpr double kKaiserBeta = 5.0;
// Points per sample, so that about 400000 points per second are judged at any rate.
[[nodiscard]] int points_for(double sample_rate_hz) noexcept { return sample_rate_hz < 64000.0 ? 8 : (sample_rate_hz < 128000.0 ? 4 : 2); }

// Modified Bessel function of the first kind, order zero (Abramowitz & Stegun 9.6.12), for 0 <= x <= 10.
[[nodiscard]] double bessel_i0(double x) noexcept {
  double term = 1.0;
  double sum = 1.0;
  for (int k = 1; k < 40; ++k) {
    term *= (0.5 * x / k) * (0.5 * x / k);
    sum += term;
  }
  return sum;
}

[[nodiscard]] double windowed_sinc(double distance, double half_length) noexcept {
  if (distance == 0.0) return 1.0;
  const double u = distance / half_length;
  if (u <= -1.0 || u >= 1.0) return 0.0;
  return sin_exact(kPi * distance) / (kPi * distance) * bessel_i0(kKaiserBeta * std::sqrt(1.0 - u * u)) / bessel_i0(kKaiserBeta);
}
}  // namespace

void PeakInterpolator::prepare(double sample_rate_hz) {
  half_taps_ = std::clamp(static_cast<int>(kHalfLengthMs * 0.001 * sample_rate_hz), kShortestHalf, kLongestHalf);
  taps_ = 2 * half_taps_;
  const int points = points_for(sample_rate_hz);
  vectors_ = points == 8 ? 2 : 1;
  const int stride = 4 * vectors_;
  kernel_.assign(static_cast<std::size_t>(taps_ * stride), 0.0f);
  history_.assign(static_cast<std::size_t>(2 * taps_), 0.0f);
  gain_bound_ = 1.0f;
  for (int p = 0; p < points; ++p) {
    const double position = half_taps_ - 1 + static_cast<double>(p) / points;
    double sum = 0.0;
    for (int tap = 0; tap < taps_; ++tap) sum += windowed_sinc(position - tap, half_taps_);
    double magnitude = 0.0;
    for (int tap = 0; tap < taps_; ++tap) {
      // Point 0 is the sample itself, exactly.
      const double weight = p == 0 ? (tap == half_taps_ - 1 ? 1.0 : 0.0) : windowed_sinc(position - tap, half_taps_) / sum;
      kernel_[static_cast<std::size_t>(tap * stride + p)] = static_cast<float>(weight);
      magnitude += weight < 0.0 ? -weight : weight;
    }
    // A ten-thousandth above covers the rounding of taps and sums.
    gain_bound_ = std::max(gain_bound_, static_cast<float>(magnitude * 1.0001));
  }
  reset();
}

void PeakInterpolator::reset() noexcept {
  std::fill(history_.begin(), history_.end(), 0.0f);
  at_ = 0;
  loud_left_ = 0;
  last_interest_lin_ = 0.0f;
}

float PeakInterpolator::interpolated_peak(const float* window) const noexcept {
  const float* kernel = kernel_.data();
  f32x4 sums[4] = {};  // even and odd taps apart: shorter chains of additions
  if (vectors_ == 2) {
    for (int tap = 0; tap < taps_; tap += 2, kernel += 16) {
      const f32x4 even = splat4(window[tap]);
      const f32x4 odd = splat4(window[tap + 1]);
      sums[0] += even * load4(kernel);
      sums[1] += even * load4(kernel + 4);
      sums[2] += odd * load4(kernel + 8);
      sums[3] += odd * load4(kernel + 12);
    }
    sums[0] += sums[2];
    sums[1] += sums[3];
  } else {
    for (int tap = 0; tap < taps_; tap += 2, kernel += 8) {
      sums[0] += splat4(window[tap]) * load4(kernel);
      sums[2] += splat4(window[tap + 1]) * load4(kernel + 4);
    }
    sums[0] += sums[2];
  }
  float peak = 0.0f;
  for (int v = 0; v < vectors_; ++v)
    for (int k = 0; k < 4; ++k) {
      const float point = sums[v][k];
      peak = std::max(peak, point < 0.0f ? -point : point);
    }
  return peak;
}

}  // namespace ag06::dsp
