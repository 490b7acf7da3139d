// A control value that follows its target through equal one-poles (two give a C1-smooth step response, three a C2-smooth one), then lands on it
// exactly. Not for audio. Landing exactly keeps unity gain bit-exact.
#pragma once

#include "base/math.h"

namespace ag06::dsp {

template <int kPoles>
class PoleSmoother {
 public:
  // Each pole's time constant is a quarter of settle_ms: with two the step is within 0.1 % of its height after about 2.3 * settle_ms, with three 2.8.
  void prepare(double sample_rate_hz, double settle_ms) noexcept {
    const double tau_frames = settle_ms * 0.001 * sample_rate_hz * 0.25;
    coefficient_ = tau_frames > 0.0 ? 1.0 - exp_exact(-1.0 / tau_frames) : 1.0;
  }
  void set_target(double target) noexcept { target_ = target; }
  void snap() noexcept {
    for (double& pole : poles_) pole = target_;
  }
  [[nodiscard]] bool settled() const noexcept {
    for (const double pole : poles_)
      if (pole != target_) return false;
    return true;
  }
  [[nodiscard]] double value() const noexcept { return poles_[kPoles - 1]; }
  [[nodiscard]] double target() const noexcept { return target_; }

  double next() noexcept {
    if (settled()) return value();
    double follows = target_;
    // 1e-7 of the value's own scale is below one float ulp of any gain.
    const double tolerance = 1e-7 * (target_ < 0.0 ? 1.0 - target_ : 1.0 + target_);
    bool there = true;
    for (double& pole : poles_) {
      pole += coefficient_ * (follows - pole);
      follows = pole;
      there = there && target_ - pole < tolerance && pole - target_ < tolerance;
    }
    if (there) snap();
    return value();
  }

 private:
  double coefficient_ = 1.0;
  double target_ = 0.0;
  double poles_[kPoles]{};
};

using SmoothedValue = PoleSmoother<2>;

}  // namespace ag06::dsp
