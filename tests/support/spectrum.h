// Amplitude spectrum with a window whose side lobes lie below -200 dB: shows spurs beside a full-scale tone. Not for code under test.
// Source: J. F. Kaiser, 1974 (window); J. W. Cooley, J. W. Tukey, 1965 (FFT).
#pragma once

#include <cmath>
#include <complex>
#include <vector>

#include "base/math.h"
#include "support/measure.h"

namespace ag06::test {

inline void fft_in_place(std::vector<std::complex<double>>& x) {
  const std::size_t n = x.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t length = 2; length <= n; length <<= 1) {
    std::vector<std::complex<double>> turn(length / 2);
    for (std::size_t k = 0; k < turn.size(); ++k) turn[k] = std::polar(1.0, -2.0 * kPi * static_cast<double>(k) / static_cast<double>(length));
    for (std::size_t i = 0; i < n; i += length) {
      for (std::size_t k = 0; k < length / 2; ++k) {
        const std::complex<double> a = x[i + k], b = x[i + k + length / 2] * turn[k];
        x[i + k] = a + b;
        x[i + k + length / 2] = a - b;
      }
    }
  }
}

inline constexpr double kSpectrumBeta = 24.0;
// Bins on each side of a tone that its main lobe fills.
inline constexpr int kSpectrumLobeBins = 9;

// Amplitude of a sine per bin, for x[from, from + 2^log2_frames); bin b is b / 2^log2_frames of the sample rate.
template <class Samples>
[[nodiscard]] std::vector<double> amplitude_spectrum(const Samples& x, int from, int log2_frames) {
  const auto n = std::size_t{1} << log2_frames;
  std::vector<std::complex<double>> work(n);
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double u = 2.0 * (static_cast<double>(i) + 0.5) / static_cast<double>(n) - 1.0;
    const double window = std::cyl_bessel_i(0.0, kSpectrumBeta * std::sqrt(1.0 - u * u));
    sum += window;
    work[i] = window * static_cast<double>(x[static_cast<std::size_t>(from) + i]);
  }
  fft_in_place(work);
  std::vector<double> amplitude(n / 2);
  for (std::size_t b = 0; b < n / 2; ++b) amplitude[b] = 2.0 * std::abs(work[b]) / sum;
  return amplitude;
}

// The largest line outside the tone's main lobe, in dB re full scale; freq_ratio is the tone's frequency over the sample rate, or < 0 for none.
template <class Samples>
[[nodiscard]] double worst_spur_dbfs(const Samples& x, int from, int log2_frames, double freq_ratio) {
  const std::vector<double> amplitude = amplitude_spectrum(x, from, log2_frames);
  const double tone_bin = freq_ratio * 2.0 * static_cast<double>(amplitude.size());
  double worst = 0.0;
  for (std::size_t b = 0; b < amplitude.size(); ++b)
    if (freq_ratio < 0.0 || std::fabs(static_cast<double>(b) - tone_bin) > kSpectrumLobeBins) worst = std::max(worst, amplitude[b]);
  return to_db(worst);
}

}  // namespace ag06::test
