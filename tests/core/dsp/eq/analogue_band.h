// The analogue bands that the equaliser imitates, straight from their transfer functions. Not shared with core/, so that the tests have a truth of their own.
// Source: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients", the H(s) of each type.
#pragma once

#include <cmath>
#include <complex>

#include "dsp/eq/band_design.h"

namespace ag06::test {

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
    case EqType::high_pass: return db(s2 / (s2 + s / q + 1.0));
    case EqType::low_pass: return db(1.0 / (s2 + s / q + 1.0));
    case EqType::notch: return db((s2 + 1.0) / (s2 + s / q + 1.0));
  }
  return std::nan("");
}

}  // namespace ag06::test
