// The eight signals on which true-peak limiters are compared, at any rate: hot, near the Nyquist frequency, or sudden. Not music.
// Levels are above full scale on purpose. Each fades in and ends in silence, so that a finite meter and an endless one agree on the edges.
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "support/signals.h"

namespace ag06::test {

struct PeakTorture {
  std::string name;
  Planes signal;
  bool to_20_khz;  // no content above 20 kHz (0.417 of the rate, below 48 kHz)
};

inline constexpr int kTortureTailFrames = 1024;

// White Gaussian noise of unit rms (sum of twelve uniform draws).
[[nodiscard]] inline std::vector<double> gaussian_noise(int frames, std::uint32_t seed) {
  Random random(seed);
  std::vector<double> x(static_cast<std::size_t>(frames));
  for (double& v : x) {
    for (int k = 0; k < 12; ++k) v += random.unit();
    v -= 6.0;
  }
  return x;
}

// Blackman-windowed sinc: 6 dB down at cutoff (of the rate), nothing left above cutoff + 0.01.
[[nodiscard]] inline std::vector<double> low_passed_at(const std::vector<double>& x, double cutoff, int half_taps = 320) {
  std::vector<double> taps(static_cast<std::size_t>(2 * half_taps + 1)), y(x.size());
  for (int k = -half_taps; k <= half_taps; ++k) {
    const double u = kPi * k / (half_taps + 1.0), window = 0.42 + 0.5 * std::cos(u) + 0.08 * std::cos(2.0 * u);
    taps[static_cast<std::size_t>(k + half_taps)] = window * (k == 0 ? 2.0 * cutoff : std::sin(2.0 * kPi * cutoff * k) / (kPi * k));
  }
  const int count = static_cast<int>(x.size());
  for (int n = 0; n < count; ++n) {
    double sum = 0.0;
    for (int k = std::max(-half_taps, -n); k <= std::min(half_taps, count - 1 - n); ++k)
      sum += x[static_cast<std::size_t>(n + k)] * taps[static_cast<std::size_t>(k + half_taps)];
    y[static_cast<std::size_t>(n)] = sum;
  }
  return y;
}

// Stereo: the right channel is the left one three frames later at 60 %.
[[nodiscard]] inline Planes torture_planes(int frames, const std::function<double(int)>& f) {
  Planes x(2, frames + kTortureTailFrames);
  for (int n = 0; n < frames; ++n) {
    x.samples[0][static_cast<std::size_t>(n)] = static_cast<float>(f(n));
    x.samples[1][static_cast<std::size_t>(n)] = static_cast<float>(0.6 * f(std::max(0, n - 3)));
  }
  return x;
}

// EBU Tech 3341 v4 table 1, case 22: at four times the rate a sine of a sixth of the rate at 0.5, one period of a quarter of the rate at 1.0 in it
// every 4800 frames, phase continuous; low-passed, decimated with an offset of two.
[[nodiscard]] inline std::vector<double> ebu_case_22(int frames) {
  std::vector<double> fine(static_cast<std::size_t>(4 * frames));
  double phase = 0.0;
  int in_burst = 0;
  for (int n = 0; n < 4 * frames; ++n) {
    if (in_burst == 0 && n % 19200 >= 9600 && n % 24 == 0 && n % 19200 < 9624) in_burst = 16;
    fine[static_cast<std::size_t>(n)] = (in_burst > 0 ? 1.0 : 0.5) * std::sin(phase);
    phase += 2.0 * kPi / (in_burst > 0 ? 16.0 : 24.0);
    if (in_burst > 0) --in_burst;
  }
  fine = low_passed_at(fine, 0.115, 160);
  std::vector<double> x(static_cast<std::size_t>(frames));
  for (int n = 0; n < frames; ++n) x[static_cast<std::size_t>(n)] = fine[static_cast<std::size_t>(4 * n + 2 < 4 * frames ? 4 * n + 2 : 4 * n)];
  return x;
}

[[nodiscard]] inline std::vector<double> synthetic_drums(int frames, double sample_rate_hz, std::uint32_t seed) {
  Random random(seed);
  std::vector<double> x(static_cast<std::size_t>(frames));
  for (int n = 0; n < frames; ++n) {
    const double t = n / sample_rate_hz, kick = std::fmod(t, 0.25), snare = std::fmod(t + 0.125, 0.25), hat = std::fmod(t, 0.0625);
    const double white = 2.0 * random.unit() - 1.0;
    x[static_cast<std::size_t>(n)] = 2.0 * std::exp(-12.0 * kick) * std::sin(2.0 * kPi * (50.0 * kick + 4.0 * (1.0 - std::exp(-30.0 * kick)))) +
                                     1.8 * std::exp(-25.0 * snare) * white + 1.2 * std::exp(-90.0 * hat) * (2.0 * random.unit() - 1.0);
  }
  return x;
}

[[nodiscard]] inline std::vector<PeakTorture> peak_tortures(double sample_rate_hz, int frames = 24000, std::uint32_t seed = 5) {
  const double fade = 2000.0;
  const auto faded = [=](int n) { return 0.5 - 0.5 * std::cos(kPi * std::min(1.0, std::min(n, frames - n) / fade)); };
  const auto white = gaussian_noise(frames, seed), drums = synthetic_drums(frames, sample_rate_hz, seed + 1), ebu = ebu_case_22(frames);
  Random random(seed + 2);
  std::vector<double> signs(static_cast<std::size_t>(frames));
  for (double& v : signs) v = random.below(2) == 0 ? -2.0 : 2.0;
  const auto of = [](const std::vector<double>& x, double gain) { return [&x, gain](int n) { return gain * x[static_cast<std::size_t>(n)]; }; };
  std::vector<PeakTorture> all;
  all.push_back({"fs/4, 45 degrees", torture_planes(frames, [=](int n) { return 1.41 * faded(n) * std::sin(kPi / 2.0 * n + kPi / 4.0); }), true});
  all.push_back({"white +12 dB", torture_planes(frames, of(white, 4.0)), false});
  all.push_back({"random +-1 x2", torture_planes(frames, of(signs, 1.0)), false});
  // Every 4000 frames the 32 signs that add up worst half way between two samples.
  all.push_back({"sinc-sign", torture_planes(frames, [](int n) {
                   const int k = n % 4000 - 2000;
                   return k < -16 || k >= 16 ? 0.0 : ((k < 0 ? k + 1 : k) % 2 == 0 ? 1.0 : -1.0);
                 }), false});
  all.push_back({"50 Hz + clicks", torture_planes(frames, [=](int n) {
                   return faded(n) * std::sin(2.0 * kPi * 50.0 * n / sample_rate_hz) + (n % 1111 == 1000 ? 2.0 : 0.0);
                 }), false});
  all.push_back({"EBU 22 +6 dB", torture_planes(frames, [&](int n) { return faded(n) * 2.0 * ebu[static_cast<std::size_t>(n)]; }), true});
  const double burst_hz = std::min(5000.0, 0.3 * sample_rate_hz);
  all.push_back({"5 kHz bursts", torture_planes(frames, [=](int n) {
                   const double t = std::fmod(n / sample_rate_hz, 0.04);
                   return t < 0.01 ? 3.0 * std::sin(2.0 * kPi * burst_hz * t) : 0.0;
                 }), false});
  all.push_back({"drums", torture_planes(frames, of(drums, 2.0)), false});
  return all;
}

// Noise up to 20 kHz (or 0.417 of the rate, whichever is lower), unclipped and clipped.
[[nodiscard]] inline std::vector<PeakTorture> band_limited_peak_tortures(double sample_rate_hz, int frames = 24000, std::uint32_t seed = 15) {
  const double cutoff = std::min(20000.0 / sample_rate_hz, 0.4533) - 0.01;
  const double fade = 2000.0;
  const auto faded = [=](int n) { return 0.5 - 0.5 * std::cos(kPi * std::min(1.0, std::min(n, frames - n) / fade)); };
  const auto noise = low_passed_at(gaussian_noise(frames, seed), cutoff);
  auto clipped = noise;
  for (double& v : clipped) v = 6.0 * std::max(-0.5, std::min(0.5, v));
  clipped = low_passed_at(clipped, cutoff);
  std::vector<PeakTorture> all;
  const double top = (cutoff + 0.01) * 2.0 * kPi;
  all.push_back({"20 kHz sine", torture_planes(frames, [=](int n) { return 4.0 * faded(n) * std::sin(top * n); }), true});
  all.push_back({"noise to 20 kHz", torture_planes(frames, [&](int n) { return faded(n) * 4.0 * noise[static_cast<std::size_t>(n)]; }), true});
  all.push_back({"noise to 20 kHz +40", torture_planes(frames, [&](int n) { return faded(n) * 100.0 * noise[static_cast<std::size_t>(n)]; }), true});
  all.push_back({"clipped noise to 20 kHz", torture_planes(frames, [&](int n) { return faded(n) * clipped[static_cast<std::size_t>(n)]; }), true});
  return all;
}

}  // namespace ag06::test
