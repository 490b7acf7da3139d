#include "live/correlation.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <stdexcept>

#include "analysis/spectral/real_fft.h"

namespace ag06::bridge {
namespace {
using Spectrum = std::vector<std::complex<double>>;

[[nodiscard]] Spectrum spectrum_of(analysis::RealFft& fft, std::span<const float> samples) {
  std::fill(std::copy(samples.begin(), samples.end(), fft.input()), fft.input() + fft.size(), 0.0f);
  const float* bins = fft.forward();
  Spectrum spectrum(static_cast<std::size_t>(fft.bins()));
  for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] = {static_cast<double>(bins[2 * k]), static_cast<double>(bins[2 * k + 1])};
  return spectrum;
}

// The forward transform of the Hartley spectrum (real part minus imaginary part) is the inverse's Hartley spectrum: R. N. Bracewell, JOSA 73(12), 1983, eq. 1 and 2.
[[nodiscard]] std::vector<double> inverse(analysis::RealFft& fft, const Spectrum& spectrum) {
  const auto size = static_cast<std::size_t>(fft.size());
  for (std::size_t k = 0; k <= size / 2; ++k) {
    fft.input()[k] = static_cast<float>(spectrum[k].real() - spectrum[k].imag());
    if (k > 0 && k < size / 2) fft.input()[size - k] = static_cast<float>(spectrum[k].real() + spectrum[k].imag());
  }
  const float* bins = fft.forward();
  std::vector<double> samples(size);
  for (std::size_t n = 0; n <= size / 2; ++n) {
    const auto real = static_cast<double>(bins[2 * n]);
    const auto imaginary = static_cast<double>(bins[2 * n + 1]);
    samples[n] = (real - imaginary) / static_cast<double>(size);
    if (n > 0 && n < size / 2) samples[size - n] = (real + imaginary) / static_cast<double>(size);
  }
  return samples;
}
}  // namespace

std::vector<double> cross_correlation(std::span<const float> a, std::span<const float> b, int max_lag, Weighting weighting) {
  const std::size_t longest = a.size() + b.size() + static_cast<std::size_t>(max_lag);
  analysis::RealFft fft;
  if (fft.prepare(static_cast<int>(std::bit_ceil(std::max<std::size_t>(longest, analysis::RealFft::kMinSize)))) != Status::ok)
    throw std::length_error("the signals are too long to be correlated");
  const Spectrum of_a = spectrum_of(fft, a);
  Spectrum product = spectrum_of(fft, b);
  for (std::size_t k = 0; k < product.size(); ++k) product[k] *= std::conj(of_a[k]);
  if (weighting == Weighting::whitened) {
    double strongest = 0.0;
    for (const std::complex<double>& bin : product) strongest = std::max(strongest, std::abs(bin));
    for (std::complex<double>& bin : product) bin = std::abs(bin) > 1e-12 * strongest ? bin / std::abs(bin) : std::complex<double>(0.0);
  }
  const std::vector<double> circular = inverse(fft, product);
  std::vector<double> lags(2 * static_cast<std::size_t>(max_lag) + 1);
  for (int lag = -max_lag; lag <= max_lag; ++lag)
    lags[static_cast<std::size_t>(lag + max_lag)] = circular[lag >= 0 ? static_cast<std::size_t>(lag) : circular.size() - static_cast<std::size_t>(-lag)];
  return lags;
}

}  // namespace ag06::bridge
