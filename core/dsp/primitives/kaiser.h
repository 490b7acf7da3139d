// The Kaiser window, for filter design in prepare(). Not for the audio thread.
// Source: J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", Proc. IEEE ISCAS, 1974.
#pragma once

#include <algorithm>
#include <cmath>

namespace ag06::dsp {

// Modified Bessel function of order 0 by its power series, for 0 <= x <= 20.
[[nodiscard]] inline double bessel_i0(double x) noexcept {
  double sum = 1.0, term = 1.0;
  for (int k = 1; k <= 40; ++k) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

// 1 at u = 0, 1 / bessel_i0(beta) at and beyond |u| = 1.
[[nodiscard]] inline double kaiser_window(double u, double beta) noexcept {
  return bessel_i0(beta * std::sqrt(std::max(0.0, 1.0 - u * u))) / bessel_i0(beta);
}

}  // namespace ag06::dsp
