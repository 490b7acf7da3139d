// A second-order Butterworth high-pass or low-pass of two channels at once, for detectors and side branches. Not a steep filter, nor for one that is
// swept while heard: a new cutoff holds at once.
// Source: V. Zavalishin, "The Art of VA Filter Design", rev. 2.1.0, 2018, section 4.1 (topology-preserving state-variable filter), its two
// integrators written out as one matrix: the recursion is then three operations long.
#pragma once

#include <algorithm>

#include "base/math.h"
#include "base/simd.h"

namespace ag06::dsp {

// Limit what goes in: the states remember any level for as long as the filter rings.
class ButterworthPair {
 public:
  // The cutoff is held below this share of the sample rate.
  static constexpr double kHighestCutoffRatio = 0.45;

  void reset() noexcept { low_ = band_ = f64x2{}; }
  // cutoff_hz > 0; the states stay.
  void set_cutoff(double cutoff_hz, double sample_rate_hz) noexcept {
    const double g = tan_exact(kPi * std::min(cutoff_hz, kHighestCutoffRatio * sample_rate_hz) / sample_rate_hz);
    norm_ = 1.0 / (1.0 + g * (g + kDamping));
    band_to_high_ = -(g + kDamping) * norm_;
    in_to_band_ = 2.0 * g * norm_;
    low_to_band_ = -in_to_band_;
    band_to_band_ = 1.0 + 2.0 * g * band_to_high_;
    in_to_low_ = g * in_to_band_;
    low_to_low_ = 1.0 - in_to_low_;
    band_to_low_ = g * (1.0 + band_to_band_);
  }
  [[nodiscard]] f64x2 high_pass(f64x2 x) noexcept {
    const f64x2 high = splat2(norm_) * (x - low_) + splat2(band_to_high_) * band_;
    advance(x);
    return high;
  }
  // The low output lies midway between the integrator's states before and after (trapezoidal rule).
  [[nodiscard]] f64x2 low_pass(f64x2 x) noexcept {
    const f64x2 before = low_;
    advance(x);
    return splat2(0.5) * (before + low_);
  }

 private:
  static constexpr double kDamping = 1.41421356237309504880;
  // Far below hearing and far above the smallest normal double: added to the recursion, it keeps the states from ever becoming denormal.
  static constexpr double kNeverDenormal = 1e-30;

  void advance(f64x2 x) noexcept {
    const f64x2 next_band = splat2(band_to_band_) * band_ + (splat2(low_to_band_) * low_ + (splat2(in_to_band_) * x + splat2(kNeverDenormal)));
    low_ = splat2(low_to_low_) * low_ + (splat2(band_to_low_) * band_ + (splat2(in_to_low_) * x + splat2(kNeverDenormal)));
    band_ = next_band;
  }

  double low_to_low_ = 1.0, band_to_low_ = 0.0, in_to_low_ = 0.0;
  double low_to_band_ = 0.0, band_to_band_ = 1.0, in_to_band_ = 0.0;
  double band_to_high_ = 0.0, norm_ = 1.0;
  f64x2 low_{}, band_{};
};

}  // namespace ag06::dsp
