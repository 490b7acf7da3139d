// A first-order low-pass of two channels, whose corner may move every frame; its input less its output is the high-pass. Not for steeper slopes.
// Source: V. Zavalishin, "The Art of VA Filter Design", rev. 2.1.0, 2018, section 3.9 (trapezoidal integration), with the state's recursion written
// out, s' = (1 - 2 G) s + 2 G x, so that a frame waits for one multiplication and one addition of the last.
#pragma once

#include "base/math.h"
#include "base/simd.h"

namespace ag06::dsp {

class StereoOnePole {
 public:
  // G = g / (1 + g) of g = tan(pi * corner_hz / sample_rate_hz); stable for every sequence of gains in (0, 1).
  [[nodiscard]] static double gain_for(double g) noexcept { return g / (1.0 + g); }

  void reset() noexcept { state_ = f64x2{}; }
  // On a fixed grid of at most a few hundred frames: the state then never becomes denormal.
  void flush_tiny_state() noexcept { state_ = f64x2{flush_tiny(state_[0]), flush_tiny(state_[1])}; }
  f64x2 low(f64x2 x, double gain) noexcept {
    const f64x2 y = splat2(1.0 - gain) * state_ + splat2(gain) * x;
    state_ = splat2(1.0 - 2.0 * gain) * state_ + splat2(2.0 * gain) * x;
    return y;
  }

 private:
  f64x2 state_{};
};

}  // namespace ag06::dsp
