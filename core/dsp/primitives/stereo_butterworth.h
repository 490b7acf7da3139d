// A second-order Butterworth filter of two channels: low, band and high at once, and the corner may move every frame. Not for other Qs.
// Source: V. Zavalishin, "The Art of VA Filter Design", rev. 2.1.0, 2018, section 4.1 (topology-preserving state-variable filter).
#pragma once

#include <initializer_list>

#include "base/math.h"
#include "base/simd.h"

namespace ag06::dsp {

class StereoButterworth {
 public:
  // Twice the damping ratio: high + kDamping * band + low is the input.
  static constexpr double kDamping = 1.41421356237309504880;

  struct Outputs {
    f64x2 high, band, low;
  };

  // g = tan(pi * corner_hz / sample_rate_hz)
  void set_g(double g) noexcept {
    g_ = splat2(g);
    feedback_ = splat2(g + kDamping);
    norm_ = splat2(1.0 / (1.0 + g * (g + kDamping)));
  }
  void reset() noexcept { first_ = second_ = f64x2{}; }
  // On a fixed grid of at most a few hundred frames: the states then never become denormal.
  void flush_tiny_state() noexcept {
    for (f64x2* state : {&first_, &second_}) *state = f64x2{flush_tiny((*state)[0]), flush_tiny((*state)[1])};
  }
  Outputs next(f64x2 x) noexcept {
    const f64x2 high = ((x - second_) - feedback_ * first_) * norm_;
    const f64x2 band_step = g_ * high;
    const f64x2 band = band_step + first_;
    first_ = band + band_step;
    const f64x2 low_step = g_ * band;
    const f64x2 low = low_step + second_;
    second_ = low + low_step;
    return {high, band, low};
  }

 private:
  f64x2 g_{}, feedback_{}, norm_{};
  f64x2 first_{}, second_{};
};

}  // namespace ag06::dsp
