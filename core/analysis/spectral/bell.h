// The response of a parametric bell and the Q that its width stands for. Not a filter: see dsp/eq.
// Source: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients", 1998 (analogue prototype; bandwidth between half-gain
// points).
#pragma once

#include "base/math.h"

namespace ag06::analysis {

// |H|^2, some octaves beside the centre.
[[nodiscard]] inline double bell_power(double gain_db, double q, double octaves) noexcept {
  const double ratio = exp2_exact(octaves), x = q * (ratio - 1.0 / ratio), square = x * x, a = db_to_lin(0.5 * gain_db);
  return (square + a * a) / (square + 1.0 / (a * a));
}

// width_octaves > 0: between the points where the gain in dB is halved.
[[nodiscard]] inline double q_of_width(double width_octaves) noexcept {
  const double x = 0.5 * kLn2 * width_octaves;
  return 1.0 / (exp_exact(x) - exp_exact(-x));
}

}  // namespace ag06::analysis
