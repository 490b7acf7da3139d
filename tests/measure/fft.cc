#include "measure/fft.h"

#include <cmath>
#include <utility>

#include "base/math.h"

namespace ag06::measure {
namespace {

// std::complex's own product also repairs infinities, at several times the cost.
[[nodiscard]] Complex times(Complex a, Complex b) { return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()}; }

// exp(-2 pi i k / length) for k < length / 2, each from libm: recurrences would cost digits that the spur meters need.
[[nodiscard]] const std::vector<Complex>& twiddles(std::size_t length) {
  static std::vector<Complex> table;
  if (table.size() != length / 2) {
    table.resize(length / 2);
    for (std::size_t k = 0; k < table.size(); ++k) table[k] = std::polar(1.0, -2.0 * kPi * static_cast<double>(k) / static_cast<double>(length));
  }
  return table;
}

}  // namespace

std::size_t power_of_two_from(std::size_t length) {
  std::size_t size = 2;
  while (size < length) size *= 2;
  return size;
}

void fft(std::vector<Complex>& x) {
  const std::size_t length = x.size();
  for (std::size_t i = 1, j = 0; i < length; ++i) {
    std::size_t bit = length >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  const std::vector<Complex>& table = twiddles(length);
  for (std::size_t half = 1; half < length; half *= 2) {
    const std::size_t stride = length / (2 * half);
    for (std::size_t start = 0; start < length; start += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const Complex odd = times(x[start + k + half], table[k * stride]);
        x[start + k + half] = x[start + k] - odd;
        x[start + k] += odd;
      }
    }
  }
}

void inverse_fft(std::vector<Complex>& x) {
  for (Complex& v : x) v = std::conj(v);
  fft(x);
  const double scale = 1.0 / static_cast<double>(x.size());
  for (Complex& v : x) v = std::conj(v) * scale;
}

}  // namespace ag06::measure
