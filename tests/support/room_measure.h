// Room-acoustic measurements on impulse responses. Not for steady signals.
// Source: J. S. Abel, P. Huang, "A simple, robust measure of reverberation echo density", AES 121st Convention, 2006 (echo density);
// M. R. Schroeder, "New method of measuring reverberation time", JASA 37, 1965 (backward integration).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "support/measure.h"

namespace ag06::test {

using Response = std::vector<double>;

// First sample above -60 dB of the peak.
[[nodiscard]] inline std::size_t arrival_of(const Response& h) {
  const double threshold = 1e-3 * peak_of(h);
  for (std::size_t i = 0; i < h.size(); ++i)
    if (std::fabs(h[i]) > threshold) return i;
  return h.size();
}

// Share of samples outside one standard deviation in a 20 ms Hann window centred at `centre`, over that of Gaussian noise.
[[nodiscard]] inline double echo_density(const Response& h, std::size_t centre, double sample_rate_hz) {
  const auto half = static_cast<std::ptrdiff_t>(0.010 * sample_rate_hz);
  double weights = 0.0, energy = 0.0, outside = 0.0;
  const auto each = [&](auto&& use) {
    for (std::ptrdiff_t k = -half; k <= half; ++k) {
      const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(centre) + k;
      if (i < 0 || i >= static_cast<std::ptrdiff_t>(h.size())) continue;
      use(0.5 + 0.5 * std::cos(kPi * static_cast<double>(k) / static_cast<double>(half)), h[static_cast<std::size_t>(i)]);
    }
  };
  each([&](double w, double x) {
    weights += w;
    energy += w * x * x;
  });
  const double sigma = std::sqrt(energy / weights);
  each([&](double w, double x) { outside += std::fabs(x) > sigma ? w : 0.0; });
  return outside / weights / std::erfc(1.0 / std::sqrt(2.0));
}

// Time after the arrival from which the echo density has reached 0.9, in steps of 1 ms.
[[nodiscard]] inline double diffuse_after_ms(const Response& h, double sample_rate_hz) {
  const std::size_t arrival = arrival_of(h);
  for (int ms = 0; ms < 1000; ++ms)
    if (echo_density(h, arrival + static_cast<std::size_t>(ms * 0.001 * sample_rate_hz), sample_rate_hz) > 0.9) return ms;
  return 1000.0;
}

[[nodiscard]] inline double mean_echo_density(const Response& h, double from_ms, double to_ms, double sample_rate_hz) {
  const std::size_t arrival = arrival_of(h);
  double sum = 0.0;
  int count = 0;
  for (double ms = from_ms; ms <= to_ms; ms += 1.0, ++count)
    sum += echo_density(h, arrival + static_cast<std::size_t>(ms * 0.001 * sample_rate_hz), sample_rate_hz);
  return sum / count;
}

struct DecayFit {
  double t60_s = 0.0;
  double rms_db = 0.0;  // of the curve's distance from the line
};

// The line through a decay curve (power per frame) from -from_db to -to_db of its start.
[[nodiscard]] inline DecayFit fit_decay(const std::vector<double>& curve, double sample_rate_hz, double from_db, double to_db) {
  double n = 0.0, st = 0.0, sl = 0.0, stt = 0.0, stl = 0.0, sll = 0.0;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const double level_db = 10.0 * std::log10(std::max(curve[i] / curve[0], 1e-30)), t = static_cast<double>(i) / sample_rate_hz;
    if (level_db > -from_db) continue;
    if (level_db < -to_db) break;
    n += 1.0;
    st += t;
    sl += level_db;
    stt += t * t;
    stl += t * level_db;
    sll += level_db * level_db;
  }
  const double slope = (n * stl - st * sl) / (n * stt - st * st), at_zero = (sl - slope * st) / n;
  const double residue = sll - 2.0 * (slope * stl + at_zero * sl) + slope * slope * stt + 2.0 * slope * at_zero * st + n * at_zero * at_zero;
  return {-60.0 / slope, std::sqrt(std::max(0.0, residue / n))};
}

// Energy still to come, from each frame on, of all responses together: sources and receivers are averaged as in ISO 3382-1:2009.
[[nodiscard]] inline std::vector<double> schroeder_curve(const std::vector<Response>& responses) {
  std::vector<double> curve(responses[0].size());
  for (const Response& h : responses) {
    double sum = 0.0;
    for (std::size_t i = h.size(); i-- > 0;) curve[i] += sum += h[i] * h[i];
  }
  return curve;
}

[[nodiscard]] inline DecayFit decay_of(const std::vector<Response>& responses, double sample_rate_hz, double from_db = 5.0, double to_db = 35.0) {
  return fit_decay(schroeder_curve(responses), sample_rate_hz, from_db, to_db);
}

namespace detail {
// Second-order RBJ Butterworth sections; order 4 on each side of the octave.
inline void butterworth(Response& x, double sample_rate_hz, double cutoff_hz, bool high_pass) {
  for (const double q : {0.541196100146197, 1.306562964876377}) {
    const double w = 2.0 * kPi * cutoff_hz / sample_rate_hz, alpha = std::sin(w) / (2.0 * q), a0 = 1.0 + alpha, c = std::cos(w);
    const double b0 = (high_pass ? 0.5 * (1.0 + c) : 0.5 * (1.0 - c)) / a0, b1 = high_pass ? -2.0 * b0 : 2.0 * b0;
    const double a1 = -2.0 * c / a0, a2 = (1.0 - alpha) / a0;
    double x1 = 0.0, x2 = 0.0, y1 = 0.0, y2 = 0.0;
    for (double& v : x) {
      const double out = b0 * (v + x2) + b1 * x1 - a1 * y1 - a2 * y2;
      x2 = x1;
      x1 = v;
      y2 = y1;
      y1 = out;
      v = out;
    }
  }
}
[[nodiscard]] inline double octave_power(double freq_hz, double centre_hz) {
  const double low = std::pow(centre_hz / std::sqrt(2.0) / freq_hz, 8.0), high = std::pow(freq_hz / (centre_hz * std::sqrt(2.0)), 8.0);
  return 1.0 / ((1.0 + low) * (1.0 + high));
}
}  // namespace detail

[[nodiscard]] inline Response octave_of(const Response& h, double sample_rate_hz, double centre_hz) {
  Response band = h;
  detail::butterworth(band, sample_rate_hz, centre_hz / std::sqrt(2.0), true);
  if (centre_hz * std::sqrt(2.0) < 0.49 * sample_rate_hz) detail::butterworth(band, sample_rate_hz, centre_hz * std::sqrt(2.0), false);
  return band;
}

[[nodiscard]] inline std::vector<Response> octave_of(const std::vector<Response>& responses, double sample_rate_hz, double centre_hz) {
  std::vector<Response> bands;
  for (const Response& h : responses) bands.push_back(octave_of(h, sample_rate_hz, centre_hz));
  return bands;
}

// T60 that decay_of(octave_of()) reads when every frequency decays with t60_s(f), all equally loud at first.
template <class T60>
[[nodiscard]] double octave_t60_s(T60 t60_s, double centre_hz, double from_db = 5.0, double to_db = 35.0) {
  constexpr double kCurveRateHz = 1000.0;
  std::vector<double> curve;
  for (int i = 0; i == 0 || curve.back() > 1e-5 * curve.front(); ++i) {
    double energy = 0.0;
    for (double f = centre_hz / 4.0; f < 4.0 * centre_hz; f *= 1.01)
      energy += f * t60_s(f) * detail::octave_power(f, centre_hz) * std::exp(-6.0 * std::log(10.0) * i / kCurveRateHz / t60_s(f));
    curve.push_back(energy);
  }
  return fit_decay(curve, kCurveRateHz, from_db, to_db).t60_s;
}

[[nodiscard]] inline double correlation_of(const Response& a, const Response& b, std::size_t from, std::size_t to) {
  double aa = 0.0, bb = 0.0, ab = 0.0;
  for (std::size_t i = from; i < std::min(to, a.size()); ++i) {
    aa += a[i] * a[i];
    bb += b[i] * b[i];
    ab += a[i] * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

namespace detail {
inline void transform(std::vector<std::complex<double>>& x) {
  const std::size_t size = x.size();
  for (std::size_t i = 1, j = 0; i < size; ++i) {
    std::size_t bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t length = 2; length <= size; length *= 2) {
    std::vector<std::complex<double>> turns(length / 2);
    for (std::size_t k = 0; k < length / 2; ++k) turns[k] = std::polar(1.0, -2.0 * kPi * static_cast<double>(k) / static_cast<double>(length));
    for (std::size_t at = 0; at < size; at += length)
      for (std::size_t k = 0; k < length / 2; ++k) {
        const auto odd = x[at + k + length / 2] * turns[k];
        x[at + k + length / 2] = x[at + k] - odd;
        x[at + k] += odd;
      }
  }
}
}  // namespace detail

// Most that a band of 1/12 octave (20 Hz at least) between 100 Hz and 8 kHz stands above the median of the eight around it, in the energy of the
// responses from the frame `from` on: a mode that rings on in the tail.
[[nodiscard]] inline double loudest_mode_db(const std::vector<Response>& responses, std::size_t from, double sample_rate_hz) {
  std::size_t size = 1;
  while (size < responses[0].size() - from) size *= 2;
  std::vector<double> power(size / 2);
  for (const Response& h : responses) {
    std::vector<std::complex<double>> x(size);
    for (std::size_t i = from; i < h.size(); ++i) x[i - from] = h[i];
    detail::transform(x);
    for (std::size_t bin = 0; bin < power.size(); ++bin) power[bin] += std::norm(x[bin]);
  }
  const double bins_per_hz = static_cast<double>(size) / sample_rate_hz;
  std::vector<double> bands_db;
  for (double f = 100.0; f < 8000.0;) {
    const double to_hz = f + std::max(20.0, f * (std::exp2(1.0 / 12.0) - 1.0));
    double energy = 0.0, count = 0.0;
    for (auto bin = static_cast<std::size_t>(f * bins_per_hz); static_cast<double>(bin) < to_hz * bins_per_hz; ++bin, count += 1.0)
      energy += power[bin];
    bands_db.push_back(10.0 * std::log10(energy / count));
    f = to_hz;
  }
  double loudest_db = -300.0;
  for (std::size_t b = 0; b < bands_db.size(); ++b) {
    std::vector<double> around;
    const std::size_t first = b < 4 ? 0 : std::min(b - 4, bands_db.size() - 9);
    for (std::size_t k = first; k < first + 9; ++k)
      if (k != b) around.push_back(bands_db[k]);
    std::sort(around.begin(), around.end());
    loudest_db = std::max(loudest_db, bands_db[b] - 0.5 * (around[3] + around[4]));
  }
  return loudest_db;
}

}  // namespace ag06::test
