// A complex radix-2 transform in double precision for tests and meters. Not for the audio path, nor for lengths that are no power of two.
// Source: J. W. Cooley, J. W. Tukey, "An Algorithm for the Machine Calculation of Complex Fourier Series", Math. Comp. 19, 1965.
#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/math.h"

namespace ag06::test {

using Complex = std::complex<double>;

namespace detail {
// std::complex's own product also repairs infinities, at several times the cost.
[[nodiscard]] inline Complex times(Complex a, Complex b) { return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()}; }

// exp(-2 pi i k / length) for k < length / 2, each from libm: recurrences would cost digits that the spur meters need.
[[nodiscard]] inline const std::vector<Complex>& twiddles(std::size_t length) {
  static std::vector<Complex> table;
  if (table.size() != length / 2) {
    table.resize(length / 2);
    for (std::size_t k = 0; k < table.size(); ++k) table[k] = std::polar(1.0, -2.0 * kPi * static_cast<double>(k) / static_cast<double>(length));
  }
  return table;
}
}  // namespace detail

// Smallest power of two >= length, at least 2.
[[nodiscard]] inline std::size_t power_of_two_from(std::size_t length) {
  std::size_t size = 2;
  while (size < length) size *= 2;
  return size;
}

// In place; x.size() is a power of two. X[k] = sum x[n] exp(-2 pi i k n / N). One thread at a time: the last length's factors are kept.
inline void fft(std::vector<Complex>& x) {
  const std::size_t length = x.size();
  for (std::size_t i = 1, j = 0; i < length; ++i) {
    std::size_t bit = length >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  const std::vector<Complex>& table = detail::twiddles(length);
  for (std::size_t half = 1; half < length; half *= 2) {
    const std::size_t stride = length / (2 * half);
    for (std::size_t start = 0; start < length; start += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const Complex odd = detail::times(x[start + k + half], table[k * stride]);
        x[start + k + half] = x[start + k] - odd;
        x[start + k] += odd;
      }
    }
  }
}

// Divides by N.
inline void inverse_fft(std::vector<Complex>& x) {
  for (Complex& v : x) v = std::conj(v);
  fft(x);
  const double scale = 1.0 / static_cast<double>(x.size());
  for (Complex& v : x) v = std::conj(v) * scale;
}

// Complex spectrum of real samples [from, from + frames), zero-padded to the next power of two.
template <class Samples>
[[nodiscard]] std::vector<Complex> spectrum_of(const Samples& x, std::size_t from, std::size_t frames) {
  std::vector<Complex> spectrum(power_of_two_from(frames));
  for (std::size_t i = 0; i < frames; ++i) spectrum[i] = static_cast<double>(x[from + i]);
  fft(spectrum);
  return spectrum;
}

}  // namespace ag06::test
