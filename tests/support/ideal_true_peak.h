// The true peak by definition: the whole signal's spectrum, padded to 16 times the rate. Not for long signals, nor for code under test.
// Unlike a windowed sinc (oversample.h) it loses nothing up to the Nyquist frequency itself.
// Source: C. E. Shannon, "Communication in the presence of noise", Proc. IRE 37(1), 1949 (the band-limited signal between samples is unique).
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "base/math.h"

namespace ag06::test {

// Radix-2, in place, size a power of two; sign -1 forward, +1 backward without the 1/N.
inline void fft(std::vector<std::complex<double>>& x, double sign) {
  const std::size_t n = x.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t length = 2; length <= n; length <<= 1) {
    std::vector<std::complex<double>> twiddle(length / 2);
    for (std::size_t k = 0; k < length / 2; ++k) {
      const double angle = sign * 2.0 * kPi * static_cast<double>(k) / static_cast<double>(length);
      twiddle[k] = {std::cos(angle), std::sin(angle)};
    }
    for (std::size_t i = 0; i < n; i += length)
      for (std::size_t k = 0; k < length / 2; ++k) {
        // Written out: std::complex multiplication checks for NaN at every step.
        const std::complex<double> a = x[i + k], b = x[i + k + length / 2], w = twiddle[k];
        const std::complex<double> product{b.real() * w.real() - b.imag() * w.imag(), b.real() * w.imag() + b.imag() * w.real()};
        x[i + k] = a + product;
        x[i + k + length / 2] = a - product;
      }
  }
}

// Largest magnitude of the band-limited signal on a grid of 16 points per sample; silence before and after.
// Two real phases share one complex transform.
template <class Samples>
[[nodiscard]] double ideal_true_peak(const Samples& samples, double* at_frame = nullptr) {
  constexpr int kFactor = 16;
  constexpr std::size_t kSilence = 2048;
  std::size_t n = 1;
  while (n < samples.size() + kSilence) n <<= 1;
  std::vector<std::complex<double>> spectrum(n);
  for (std::size_t i = 0; i < samples.size(); ++i) spectrum[i] = static_cast<double>(samples[i]);
  fft(spectrum, -1.0);
  double peak = 0.0;
  std::vector<std::complex<double>> shifted(n);
  for (int pair = 0; pair < kFactor / 2; ++pair) {
    for (std::size_t k = 0; k < n; ++k) {
      const double signed_k = k <= n / 2 ? static_cast<double>(k) : static_cast<double>(k) - static_cast<double>(n);
      const double turn = 2.0 * kPi * signed_k / static_cast<double>(n);
      const double a = turn * (2 * pair) / kFactor, b = turn * (2 * pair + 1) / kFactor;
      std::complex<double> first{std::cos(a), std::sin(a)}, second{std::cos(b), std::sin(b)};
      if (k == n / 2) first = std::cos(a), second = std::cos(b);
      shifted[k] = spectrum[k] * (first + std::complex<double>(0.0, 1.0) * second);
    }
    fft(shifted, 1.0);
    for (std::size_t i = 0; i < n; ++i) {
      const double found = std::max(std::fabs(shifted[i].real()), std::fabs(shifted[i].imag())) / static_cast<double>(n);
      if (found > peak) {
        peak = found;
        if (at_frame != nullptr) *at_frame = static_cast<double>(i) + (2.0 * pair) / kFactor;
      }
    }
  }
  return peak;
}

}  // namespace ag06::test
