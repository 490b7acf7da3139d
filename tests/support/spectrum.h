// Spectra of a whole number of periods, or through a window whose side lobes lie below -200 dB,
// which shows spurs beside a full-scale tone. Not for code under test.
// Source: J. F. Kaiser, 1974 (window).
#pragma once

#include <cmath>
#include <complex>
#include <vector>

#include "support/fft.h"
#include "support/measure.h"

namespace ag06::test {

// Amplitude of the sine in each bin, 0 (DC) to Nyquist, of x[from, from + size), size a power of two.
template <class Samples>
[[nodiscard]] std::vector<double> amplitudes(const Samples& x, std::size_t from, std::size_t size) {
  std::vector<Complex> bins(size);
  for (std::size_t i = 0; i < size; ++i) bins[i] = static_cast<double>(x[from + i]);
  fft(bins);
  std::vector<double> all(size / 2 + 1);
  for (std::size_t k = 0; k < all.size(); ++k)
    all[k] = std::abs(bins[k]) / static_cast<double>(size) * (k == 0 || k == size / 2 ? 1.0 : 2.0);
  return all;
}

// Frequency of the odd bin nearest to freq_hz: such a tone fills the transform with whole periods and its aliases fall between its harmonics.
[[nodiscard]] inline int odd_bin(double freq_hz, double sample_rate_hz, int size) {
  return 2 * static_cast<int>(std::floor(freq_hz / sample_rate_hz * size / 2.0)) + 1;
}

inline constexpr double kSpectrumBeta = 24.0;
// Bins on each side of a tone that its main lobe fills.
inline constexpr int kSpectrumLobeBins = 9;

// Amplitude of a sine per bin, for x[from, from + 2^log2_frames); bin b is b / 2^log2_frames of the sample rate.
template <class Samples>
[[nodiscard]] std::vector<double> amplitude_spectrum(const Samples& x, int from, int log2_frames) {
  const auto n = std::size_t{1} << log2_frames;
  std::vector<Complex> work(n);
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double u = 2.0 * (static_cast<double>(i) + 0.5) / static_cast<double>(n) - 1.0;
    const double window = std::cyl_bessel_i(0.0, kSpectrumBeta * std::sqrt(1.0 - u * u));
    sum += window;
    work[i] = window * static_cast<double>(x[static_cast<std::size_t>(from) + i]);
  }
  fft(work);
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
