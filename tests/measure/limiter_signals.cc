#include "measure/limiter_signals.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "support/fft.h"

namespace ag06::measure {
namespace {
using test::Complex;
using test::fft;
using test::inverse_fft;
using test::power_of_two_from;
using test::Planes;
using test::Random;

// The second channel: the first 0.6 times, three frames later.
[[nodiscard]] Planes planes_of(int frames, int tail_frames, const std::function<double(int)>& f) {
  Planes planes(2, frames + tail_frames);
  for (int n = 0; n < frames; ++n) planes.samples[0][static_cast<std::size_t>(n)] = static_cast<float>(f(n));
  for (int n = 3; n < frames + tail_frames; ++n)
    planes.samples[1][static_cast<std::size_t>(n)] = 0.6f * planes.samples[0][static_cast<std::size_t>(n - 3)];
  return planes;
}

// EBU Tech 3341 v4, case 22: at four times the rate a sine of fs/6 with one period of fs/4 at twice the level, in phase, low-passed, then every
// fourth sample from the third on.
[[nodiscard]] std::vector<double> ebu_case_22(int frames) {
  std::vector<Complex> x(power_of_two_from(static_cast<std::size_t>(4 * frames)));
  double phase = 0.0;
  int doubled_left = 0;
  const auto active = static_cast<std::size_t>(4 * frames);
  for (std::size_t n = 0; n < active; ++n) {
    // Twice a second; a new period begins where the phase has come round.
    if (n % 24000 == 12000) doubled_left = -1;
    if (doubled_left == -1 && phase < 2.0 * kPi / 24.0 - 1e-9) doubled_left = 16;
    x[n] = (doubled_left > 0 ? 1.0 : 0.5) * std::sin(phase);
    phase += 2.0 * kPi / (doubled_left > 0 ? 16.0 : 24.0);
    if (doubled_left > 0) --doubled_left;
    if (phase >= 2.0 * kPi - 1e-9) phase = std::max(0.0, phase - 2.0 * kPi);
  }
  fft(x);
  const std::size_t length = x.size(), cutoff = length / 8;  // a quarter of the spectrum stays
  for (std::size_t k = 0; k < length; ++k) {
    const std::size_t bin = std::min(k, length - k);
    // Raised-cosine edge over the last tenth, so that the low-pass rings briefly.
    const double edge = (static_cast<double>(cutoff) - static_cast<double>(bin)) / (0.1 * static_cast<double>(cutoff));
    x[k] *= edge >= 1.0 ? 1.0 : edge <= 0.0 ? 0.0 : 0.5 - 0.5 * std::cos(kPi * edge);
  }
  inverse_fft(x);
  std::vector<double> y;
  for (int n = 0; n < frames; ++n) y.push_back(x[static_cast<std::size_t>(4 * n + 2)].real());
  return y;
}

// Signs that all add up half a sample after frame 0, so many on either side: the worst that full scale can do between samples.
[[nodiscard]] double sinc_signs(int at, int on_a_side) {
  const int away = at <= 0 ? -at : at - 1;
  return away >= on_a_side ? 0.0 : away % 2 == 0 ? 2.0 : -2.0;
}

}  // namespace

LimiterSignal long_sinc_sign(double sample_rate_hz, double seconds) {
  const int frames = static_cast<int>(seconds * sample_rate_hz), tail = static_cast<int>(0.1 * sample_rate_hz);
  return {"sinc-sign, 800", planes_of(frames, tail, [](int n) { return sinc_signs(n % 4800 - 2400, 400); })};
}

std::vector<LimiterSignal> limiter_signals(double sample_rate_hz, double seconds) {
  const int frames = static_cast<int>(seconds * sample_rate_hz), tail = static_cast<int>(0.1 * sample_rate_hz);
  const auto made = [&](const std::function<double(int)>& f) { return planes_of(frames, tail, f); };
  std::vector<LimiterSignal> all;
  all.push_back({"fs/4, 45 deg", made([](int n) { return 2.0 * std::sin(kPi / 2.0 * n + kPi / 4.0); })});
  Random white(5);
  all.push_back({"white +12", made([&](int) { return 4.0 * (2.0 * white.unit() - 1.0); })});
  Random signs(6);
  all.push_back({"random +-1 x2", made([&](int) { return signs.below(2) == 0 ? -2.0 : 2.0; })});
  all.push_back({"sinc-sign", made([](int n) { return sinc_signs(n % 4800 - 2400, 16); })});
  all.push_back({"50 Hz + clicks", made([=](int n) { return std::sin(2.0 * kPi * 50.0 * n / sample_rate_hz) + (n % 1111 == 0 ? 2.0 : 0.0); })});
  const std::vector<double> ebu = ebu_case_22(frames);
  all.push_back({"EBU 22 +6", made([&](int n) { return 2.0 * ebu[static_cast<std::size_t>(n)]; })});
  all.push_back({"5k bursts", made([=](int n) { return (n / 480) % 4 == 0 ? 3.162 * std::sin(2.0 * kPi * 5000.0 * n / sample_rate_hz) : 0.0; })});
  Random drums(7);
  all.push_back({"drums", made([&](int n) {
                   const int beat = n % static_cast<int>(0.25 * sample_rate_hz);
                   const double t = beat / sample_rate_hz;
                   return 3.0 * (std::exp(-30.0 * t) * (2.0 * drums.unit() - 1.0) + std::exp(-9.0 * t) * std::sin(2.0 * kPi * 55.0 * t));
                 })});
  return all;
}

}  // namespace ag06::measure
