// A control value that follows its target through two equal one-poles (a C1-smooth step response), then lands on it exactly.
// Not for audio. Landing exactly keeps unity gain bit-exact.
#pragma once

#include "base/math.h"

namespace ag06::dsp {

class SmoothedValue {
 public:
  // Each pole's time constant is a quarter of settle_ms: the step is within 0.1 % of its height after about 2.3 * settle_ms.
  void prepare(double sample_rate_hz, double settle_ms) noexcept {
    const double tau_frames = settle_ms * 0.001 * sample_rate_hz * 0.25;
    coefficient_ = tau_frames > 0.0 ? 1.0 - exp_exact(-1.0 / tau_frames) : 1.0;
  }
  void set_target(double target) noexcept { target_ = target; }
  void snap() noexcept { first_ = second_ = target_; }
  [[nodiscard]] bool settled() const noexcept { return second_ == target_ && first_ == target_; }
  [[nodiscard]] double value() const noexcept { return second_; }
  [[nodiscard]] double target() const noexcept { return target_; }

  double next() noexcept {
    if (settled()) return second_;
    first_ += coefficient_ * (target_ - first_);
    second_ += coefficient_ * (first_ - second_);
    // 1e-7 of the value's own scale is below one float ulp of any gain.
    const double distance = target_ - second_;
    const double tolerance = 1e-7 * (target_ < 0.0 ? 1.0 - target_ : 1.0 + target_);
    if (distance < tolerance && distance > -tolerance && target_ - first_ < tolerance && first_ - target_ < tolerance) snap();
    return second_;
  }

 private:
  double coefficient_ = 1.0;
  double target_ = 0.0;
  double first_ = 0.0;
  double second_ = 0.0;
};

}  // namespace ag06::dsp
