// Measurements on sample vectors, in double precision with libm. Not for code under test.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "base/math.h"

namespace ag06::test {

[[nodiscard]] inline double to_db(double lin) { return 20.0 * std::log10(std::max(lin, 1e-300)); }
[[nodiscard]] inline double from_db(double level_db) { return std::pow(10.0, level_db / 20.0); }

template <class Samples>
[[nodiscard]] double peak_of(const Samples& x, std::size_t from = 0, std::size_t to = static_cast<std::size_t>(-1)) {
  double peak = 0.0;
  for (std::size_t i = from; i < std::min(to, x.size()); ++i) peak = std::max(peak, std::fabs(static_cast<double>(x[i])));
  return peak;
}

template <class Samples>
[[nodiscard]] double rms_of(const Samples& x, std::size_t from = 0, std::size_t to = static_cast<std::size_t>(-1)) {
  double sum = 0.0;
  to = std::min(to, x.size());
  for (std::size_t i = from; i < to; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return std::sqrt(sum / static_cast<double>(to - from));
}

// Amplitude and phase of the sine A sin(2 pi f n / fs + phase) that fits x[from, from + frames) best in the least-squares sense, n counted from 0.
template <class Samples>
[[nodiscard]] std::complex<double> tone_of(const Samples& x, int from, int frames, double sample_rate_hz, double freq_hz) {
  double ss = 0.0, sc = 0.0, cc = 0.0, xs = 0.0, xc = 0.0;
  for (int i = from; i < from + frames; ++i) {
    const double angle = 2.0 * kPi * freq_hz * i / sample_rate_hz;
    const double s = std::sin(angle), c = std::cos(angle), v = static_cast<double>(x[static_cast<std::size_t>(i)]);
    ss += s * s;
    sc += s * c;
    cc += c * c;
    xs += v * s;
    xc += v * c;
  }
  const double determinant = ss * cc - sc * sc;
  return {(xs * cc - xc * sc) / determinant, (xc * ss - xs * sc) / determinant};
}

template <class Samples>
[[nodiscard]] double tone_db(const Samples& x, int from, int frames, double sample_rate_hz, double freq_hz) {
  return to_db(std::abs(tone_of(x, from, frames, sample_rate_hz, freq_hz)));
}

// All harmonics below Nyquist over the fundamental; frames should be whole periods.
template <class Samples>
[[nodiscard]] double thd_db(const Samples& x, int from, int frames, double sample_rate_hz, double freq_hz) {
  double power = 0.0;
  for (int h = 2; h * freq_hz < 0.5 * sample_rate_hz; ++h) power += std::norm(tone_of(x, from, frames, sample_rate_hz, h * freq_hz));
  return 10.0 * std::log10(std::max(power, 1e-300) / std::norm(tone_of(x, from, frames, sample_rate_hz, freq_hz)));
}

// Eighth-order Butterworth high-pass: four RBJ high-pass sections with the Q of each pole pair.
template <class Samples>
[[nodiscard]] std::vector<double> high_passed(const Samples& x, double sample_rate_hz, double cutoff_hz) {
  std::vector<double> y(x.begin(), x.end());
  for (int section = 0; section < 4; ++section) {
    const double q = 1.0 / (2.0 * std::cos(kPi * (2.0 * section + 1.0) / 16.0));
    const double w = 2.0 * kPi * cutoff_hz / sample_rate_hz, alpha = std::sin(w) / (2.0 * q), a0 = 1.0 + alpha;
    const double b0 = 0.5 * (1.0 + std::cos(w)) / a0, a1 = -2.0 * std::cos(w) / a0, a2 = (1.0 - alpha) / a0;
    double x1 = 0.0, x2 = 0.0, y1 = 0.0, y2 = 0.0;
    for (double& v : y) {
      const double out = b0 * (v - 2.0 * x1 + x2) - a1 * y1 - a2 * y2;
      x2 = x1;
      x1 = v;
      y2 = y1;
      y1 = out;
      v = out;
    }
  }
  return y;
}

// Peak of what lies above 2 kHz of a low tone that is being processed, over the tone's own peak: what a listener hears as clicks.
template <class Samples>
[[nodiscard]] double click_db(const Samples& x, double sample_rate_hz, double carrier_peak_lin, int skip_frames) {
  return to_db(peak_of(high_passed(x, sample_rate_hz, 2000.0), static_cast<std::size_t>(skip_frames)) / carrier_peak_lin);
}

}  // namespace ag06::test
