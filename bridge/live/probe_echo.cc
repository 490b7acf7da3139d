#include "live/probe_echo.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/math.h"
#include "live/correlation.h"

namespace ag06::bridge {
namespace {
constexpr double kLeastAboveNoise_db = 18.0;
// Converters' filters spread a sample over a few neighbours.
constexpr int kPeakFrames = 8;

[[nodiscard]] std::vector<float> channel_of(std::span<const float> interleaved, int channel, std::size_t frames) {
  std::vector<float> samples(frames, 0.0f);
  for (std::size_t i = 0; i < std::min(frames, interleaved.size() / 2); ++i) {
    const float sample = interleaved[2 * i + static_cast<std::size_t>(channel)];
    samples[i] = is_finite(sample) ? sample : 0.0f;
  }
  return samples;
}
}  // namespace

std::optional<ProbeEcho> find_probe_echo(std::span<const float> burst, double level_dbfs, std::span<const float> heard, int max_lag_frames) {
  std::optional<ProbeEcho> best;
  for (int channel = 0; channel < 2; ++channel) {
    const std::vector<float> samples = channel_of(heard, channel, burst.size() + static_cast<std::size_t>(max_lag_frames));
    const std::vector<double> both = cross_correlation(burst, samples, max_lag_frames, Weighting::direct);
    const std::span<const double> later(both.begin() + max_lag_frames, both.end());
    const auto peak = std::max_element(later.begin(), later.end(), [](double a, double b) { return std::fabs(a) < std::fabs(b); });
    const auto lag = static_cast<int>(peak - later.begin());
    double noise = 0.0;
    double energy = 0.0;
    int counted = 0;
    for (int k = 0; k <= max_lag_frames; ++k) {
      const double squared = later[static_cast<std::size_t>(k)] * later[static_cast<std::size_t>(k)];
      if (std::abs(k - lag) <= kPeakFrames) energy += squared;
      else noise += squared, ++counted;
    }
    if (*peak == 0.0) continue;
    // A perfect echo leaves almost nothing beside its peak: what single precision leaves is the floor.
    const double noise_power = std::max(noise / std::max(counted, 1), 1e-12 * *peak * *peak);
    ProbeEcho echo;
    echo.lag_frames = lag;
    echo.above_noise_db = 10.0 * std::log10(*peak * *peak / noise_power);
    echo.gain_db = 10.0 * std::log10(energy) - 20.0 * std::log10(static_cast<double>(burst.size())) - level_dbfs;
    if (echo.above_noise_db >= kLeastAboveNoise_db && (!best || echo.gain_db > best->gain_db)) best = echo;
  }
  return best;
}

}  // namespace ag06::bridge
