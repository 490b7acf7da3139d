// A complex radix-2 transform in double precision for the meters. Not for the audio path, nor for lengths that are no power of two.
// Source: J. W. Cooley, J. W. Tukey, "An Algorithm for the Machine Calculation of Complex Fourier Series", Math. Comp. 19, 1965.
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace ag06::measure {

using Complex = std::complex<double>;

// Smallest power of two >= length, at least 2.
[[nodiscard]] std::size_t power_of_two_from(std::size_t length);

// In place; x.size() is a power of two. forward: X[k] = sum x[n] exp(-2 pi i k n / N). The inverse divides by N.
void fft(std::vector<Complex>& x);
void inverse_fft(std::vector<Complex>& x);

// Complex spectrum of real samples [from, from + frames), zero-padded to the next power of two.
template <class Samples>
[[nodiscard]] std::vector<Complex> spectrum_of(const Samples& x, std::size_t from, std::size_t frames) {
  std::vector<Complex> spectrum(power_of_two_from(frames));
  for (std::size_t i = 0; i < frames; ++i) spectrum[i] = static_cast<double>(x[from + i]);
  fft(spectrum);
  return spectrum;
}

}  // namespace ag06::measure
