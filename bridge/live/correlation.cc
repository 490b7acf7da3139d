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

// Long enough that no lag wraps around.
void prepare(analysis::RealFft& fft, std::size_t frames) {
  if (fft.prepare(static_cast<int>(std::bit_ceil(std::max<std::size_t>(frames, analysis::RealFft::kMinSize)))) != Status::ok)
    throw std::length_error("the signals are too long to be correlated");
}

constexpr int kSmoothBins = 16;   // on either side

[[nodiscard]] std::vector<double> smoothed_power(const Spectrum& spectrum) {
  std::vector<double> sums(spectrum.size() + 1, 0.0);
  for (std::size_t k = 0; k < spectrum.size(); ++k) sums[k + 1] = sums[k] + std::norm(spectrum[k]);
  std::vector<double> power(spectrum.size());
  for (std::size_t k = 0; k < spectrum.size(); ++k) {
    const std::size_t from = k > kSmoothBins ? k - kSmoothBins : 0;
    const std::size_t to = std::min(spectrum.size(), k + kSmoothBins + 1);
    power[k] = (sums[to] - sums[from]) / static_cast<double>(to - from);
  }
  return power;
}
}  // namespace

std::vector<double> cross_correlation(std::span<const float> a, std::span<const float> b, int max_lag) {
  analysis::RealFft fft;
  prepare(fft, a.size() + b.size());
  const Spectrum of_a = spectrum_of(fft, a);
  Spectrum product = spectrum_of(fft, b);
  for (std::size_t k = 0; k < product.size(); ++k) product[k] *= std::conj(of_a[k]);
  std::vector<double> lags = inverse(fft, product);
  lags.resize(static_cast<std::size_t>(max_lag) + 1);
  return lags;
}

std::vector<double> echo_gains(std::span<const float> known, std::span<const float> heard, int max_lag) {
  analysis::RealFft fft;
  prepare(fft, known.size() + heard.size());
  const Spectrum of_known = spectrum_of(fft, known);
  Spectrum product = spectrum_of(fft, heard);
  const std::vector<double> power = smoothed_power(product);
  const double strongest = *std::max_element(power.begin(), power.end());
  if (strongest == 0.0) return std::vector<double>(static_cast<std::size_t>(max_lag) + 1, 0.0);
  double normaliser = 0.0;
  for (std::size_t k = 0; k < product.size(); ++k) {
    // A frequency where nothing is heard says as little as the floor of single precision.
    const double weight = strongest / std::max(power[k], 1e-10 * strongest);
    product[k] *= weight * std::conj(of_known[k]);
    normaliser += (k == 0 || k + 1 == product.size() ? 1.0 : 2.0) * weight * std::norm(of_known[k]);
  }
  const double scale = static_cast<double>(fft.size()) / normaliser;   // then a perfect return is one at its lag
  for (std::complex<double>& bin : product) bin *= scale;
  std::vector<double> lags = inverse(fft, product);
  lags.resize(static_cast<std::size_t>(max_lag) + 1);
  return lags;
}

}  // namespace ag06::bridge
