// The spectrum of a whole number of periods, by a radix-2 FFT in double precision with libm. Not for code under test.
// Source: J. W. Cooley, J. W. Tukey, Math. Comp. 19, 1965.
#pragma once

#include <cmath>
#include <complex>
#include <utility>
#include <vector>

#include "base/math.h"

namespace ag06::test {

inline void fft(std::vector<std::complex<double>>& x) {
  const std::size_t size = x.size();  // a power of two
  for (std::size_t i = 1, j = 0; i < size; ++i) {
    std::size_t bit = size >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t length = 2; length <= size; length *= 2)
    for (std::size_t k = 0; k < length / 2; ++k) {
      const std::complex<double> twiddle = std::polar(1.0, -2.0 * kPi * static_cast<double>(k) / static_cast<double>(length));
      for (std::size_t at = k; at < size; at += length) {
        const std::complex<double> even = x[at], odd = twiddle * x[at + length / 2];
        x[at] = even + odd;
        x[at + length / 2] = even - odd;
      }
    }
}

// Amplitude of the sine in each bin, 0 (DC) to Nyquist, of x[from, from + size), size a power of two.
template <class Samples>
[[nodiscard]] std::vector<double> amplitudes(const Samples& x, std::size_t from, std::size_t size) {
  std::vector<std::complex<double>> bins(size);
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

}  // namespace ag06::test
