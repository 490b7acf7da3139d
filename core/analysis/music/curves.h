// Straight curves from a measurement to 0..1, and weighted means that leave out what is unknown. Not for anything but the musical features.
#pragma once

#include "base/math.h"

namespace ag06::analysis {

// 0 at zero_at, 1 at one_at, straight between, clamped beyond; zero_at may be the larger one. NaN stays NaN.
[[nodiscard]] inline double ramp_01(double x, double zero_at, double one_at) noexcept {
  if (!is_finite(x)) return x;
  return clamp_to((x - zero_at) / (one_at - zero_at), 0.0, 1.0);
}
// Straight in the logarithm of a frequency, rate or time; x <= 0 reads as the end nearer to 0.
[[nodiscard]] inline double log_ramp_01(double x, double zero_at, double one_at) noexcept {
  if (!is_finite(x)) return x;
  const double low = zero_at < one_at ? zero_at : one_at;
  return ramp_01(log2_exact(x > low ? x : low), log2_exact(zero_at), log2_exact(one_at));
}

class Blend {
 public:
  // value_01 is left out when it is NaN.
  Blend& add(double weight, double value_01) noexcept {
    all_ += weight;
    if (!is_finite(value_01)) return *this;
    known_ += weight;
    sum_ += weight * value_01;
    return *this;
  }
  // NaN when less than half of the weight is known.
  [[nodiscard]] double mean() const noexcept { return known_ >= 0.5 * all_ && known_ > 0.0 ? sum_ / known_ : __builtin_nan(""); }

 private:
  double all_ = 0.0, known_ = 0.0, sum_ = 0.0;
};

}  // namespace ag06::analysis
