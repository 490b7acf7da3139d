// Faults to put into clean recordings, each of a known size. Not for anything but tests.
#pragma once

#include <algorithm>
#include <cmath>

#include "support/measure.h"
#include "support/music.h"

namespace ag06::test {

inline void scale(Planes& planes, double gain) {
  for (auto& plane : planes.samples)
    for (float& x : plane) x = static_cast<float>(gain * static_cast<double>(x));
}

[[nodiscard]] inline double peak_of_all(const Planes& planes) {
  double peak = 0.0;
  for (const auto& plane : planes.samples) peak = std::max(peak, peak_of(plane));
  return peak;
}

// Overdriven by drive_db beyond full scale, cut off there, then turned down.
inline void clip(Planes& planes, double drive_db, double after_db) {
  scale(planes, from_db(drive_db) / peak_of_all(planes));
  for (auto& plane : planes.samples)
    for (float& x : plane) x = std::clamp(x, -1.0f, 1.0f);
  scale(planes, from_db(after_db));
}

inline void quantise(Planes& planes, int bits) {
  const double steps = std::ldexp(1.0, bits - 1);
  for (auto& plane : planes.samples)
    for (float& x : plane) x = static_cast<float>(std::clamp(std::round(static_cast<double>(x) * steps), -steps, steps - 1.0) / steps);
}

// A fundamental with falling harmonics of fixed phases; level_dbfs is the rms of all of them. odd: 1st, 3rd, 5th only.
inline void add_hum(Planes& planes, double sample_rate_hz, double mains_hz, double level_dbfs, bool odd = false) {
  const double weights[] = {1.0, odd ? 0.0 : 0.6, 0.5, odd ? 0.0 : 0.3, 0.3, odd ? 0.0 : 0.2};
  double power = 0.0;
  for (const double w : weights) power += 0.5 * w * w;
  const double gain = from_db(level_dbfs) / std::sqrt(power);
  for (std::size_t i = 0; i < planes.samples[0].size(); ++i) {
    double hum = 0.0;
    for (int h = 0; h < 6; ++h) hum += weights[h] * std::sin(2.0 * kPi * mains_hz * (h + 1) * static_cast<double>(i) / sample_rate_hz + 0.7 * h * h);
    for (auto& plane : planes.samples) plane[i] += static_cast<float>(gain * hum);
  }
}

// One impulse about every spacing_s: a spike of a few samples and alternating decay, 0.1 to 0.4 ms. Returns how many.
inline int add_clicks(Planes& planes, double sample_rate_hz, double spacing_s, double peak_lin, std::uint32_t seed) {
  Random random(seed);
  int clicks = 0;
  const auto frames = static_cast<double>(planes.samples[0].size());
  for (double at = 0.3 * sample_rate_hz; at < frames - 0.1 * sample_rate_hz; at += spacing_s * sample_rate_hz * (0.5 + random.unit())) {
    const double length = sample_rate_hz * (0.0001 + 0.0003 * random.unit()), sign = random.below(2) == 0 ? 1.0 : -1.0,
                 height = peak_lin * (0.7 + 0.6 * random.unit());
    for (std::size_t c = 0; c < planes.samples.size(); ++c)
      for (int k = 0; k < static_cast<int>(length); ++k)
        planes.samples[c][static_cast<std::size_t>(at) + static_cast<std::size_t>(k)] +=
            static_cast<float>(sign * height * std::exp(-4.0 * k / length) * std::cos(2.2 * k));
    ++clicks;
  }
  return clicks;
}

}  // namespace ag06::test
