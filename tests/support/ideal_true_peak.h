// The true peak by definition: the whole signal's spectrum, padded to 16 times the rate. Not for long signals, nor for code under test.
// Unlike a windowed sinc (oversample.h) it loses nothing up to the Nyquist frequency itself.
// Source: C. E. Shannon, "Communication in the presence of noise", Proc. IRE 37(1), 1949 (the band-limited signal between samples is unique).
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "support/fft.h"

namespace ag06::test {

// Largest magnitude of the band-limited signal on a grid of 16 points per sample; silence before and after.
// Two real phases share one complex transform.
template <class Samples>
[[nodiscard]] double ideal_true_peak(const Samples& samples, double* at_frame = nullptr) {
  constexpr int kFactor = 16;
  constexpr std::size_t kSilence = 2048;
  const std::size_t n = power_of_two_from(samples.size() + kSilence);
  std::vector<Complex> spectrum(n);
  for (std::size_t i = 0; i < samples.size(); ++i) spectrum[i] = static_cast<double>(samples[i]);
  fft(spectrum);
  double peak = 0.0;
  std::vector<Complex> shifted(n);
  for (int pair = 0; pair < kFactor / 2; ++pair) {
    for (std::size_t k = 0; k < n; ++k) {
      const double signed_k = k <= n / 2 ? static_cast<double>(k) : static_cast<double>(k) - static_cast<double>(n);
      const double turn = 2.0 * kPi * signed_k / static_cast<double>(n);
      const double a = turn * (2 * pair) / kFactor, b = turn * (2 * pair + 1) / kFactor;
      Complex first{std::cos(a), std::sin(a)}, second{std::cos(b), std::sin(b)};
      if (k == n / 2) first = std::cos(a), second = std::cos(b);
      shifted[k] = spectrum[k] * (first + Complex(0.0, 1.0) * second);
    }
    inverse_fft(shifted);
    for (std::size_t i = 0; i < n; ++i) {
      const double found = std::max(std::fabs(shifted[i].real()), std::fabs(shifted[i].imag()));
      if (found > peak) {
        peak = found;
        if (at_frame != nullptr) *at_frame = static_cast<double>(i) + (2.0 * pair) / kFactor;
      }
    }
  }
  return peak;
}

}  // namespace ag06::test
