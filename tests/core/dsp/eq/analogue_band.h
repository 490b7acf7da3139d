// The analogue bands that the equaliser imitates, straight from their transfer functions. Not shared with core/, so that the tests have a truth of their own.
// Source: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients", the H(s) of each type;
// L. D. Paarmann, "Design and Analysis of Analog Filters", 2001, chapter 3 (the left-half-plane poles of a Butterworth filter).
#pragma once

#include <cmath>
#include <complex>

#include "dsp/eq/band_design.h"

namespace ag06::test {

// 1 / product of (s - p_k) over Butterworth's poles p_k = exp(j pi (2 k + n - 1) / (2 n)), the pair nearest to the imaginary axis with its real part
// divided by q / sqrt(1/2) (and the pair put back on the unit circle): that pair as s^2 + s / Q + 1.
[[nodiscard]] inline std::complex<double> butterworth_low_pass(std::complex<double> s, int order, double q) {
  constexpr double kHalfTurn = 3.14159265358979323846;
  std::complex<double> h = 1.0;
  for (int k = 1; k <= order / 2; ++k) {
    const std::complex<double> pole = std::polar(1.0, kHalfTurn * (2.0 * k + order - 1.0) / (2.0 * order));
    double damping = -2.0 * pole.real();
    if (k == 1) damping *= std::sqrt(0.5) / q;
    h /= s * s + damping * s + 1.0;
  }
  return order % 2 ? h / (s + 1.0) : h;
}

[[nodiscard]] inline int order_of(dsp::EqSlope slope) {
  constexpr int kOrders[] = {1, 2, 3, 4, 6, 8};
  return kOrders[static_cast<int>(slope)];
}

[[nodiscard]] inline double analogue_db(const dsp::EqBand& band, double freq_hz) {
  using dsp::EqType;
  const std::complex<double> s(0.0, freq_hz / static_cast<double>(band.freq_hz));
  const double a = std::pow(10.0, static_cast<double>(band.gain_db) / 40.0);
  const double q = static_cast<double>(band.q);
  const double root = std::sqrt(a) / q;
  const std::complex<double> s2 = s * s;
  const auto db = [](std::complex<double> h) { return 20.0 * std::log10(std::abs(h)); };
  switch (band.type) {
    case EqType::bell: return db((s2 + s * (a / q) + 1.0) / (s2 + s / (a * q) + 1.0));
    case EqType::low_shelf: return db(a * (s2 + root * s + a) / (a * s2 + root * s + 1.0));
    case EqType::high_shelf: return db(a * (a * s2 + root * s + 1.0) / (s2 + root * s + a));
    case EqType::high_pass: return db(butterworth_low_pass(1.0 / s, order_of(band.slope), q));
    case EqType::low_pass: return db(butterworth_low_pass(s, order_of(band.slope), q));
    case EqType::notch: return db((s2 + 1.0) / (s2 + s / q + 1.0));
    case EqType::tilt: return db((a * s + 1.0) / (s + a));
  }
  return std::nan("");
}

}  // namespace ag06::test
