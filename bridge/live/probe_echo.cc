#include "live/probe_echo.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/math.h"
#include "live/correlation.h"

namespace ag06::bridge {
namespace {
constexpr double kLeastAboveNoise_db = 18.0;
// Below, a converter's cross-talk and a loud tone's skirts begin.
constexpr double kLeastGain_db = -60.0;
// Where a tone is cut off hard it has every frequency, and would look like a part of the burst.
constexpr std::size_t kTaperFrames = 256;
// Converters' filters spread a sample over a few neighbours.
constexpr int kPeakFrames = 8;

[[nodiscard]] std::vector<float> channel_of(std::span<const float> interleaved, int channel, std::size_t frames) {
  std::vector<float> samples(frames, 0.0f);
  for (std::size_t i = 0; i < std::min(frames, interleaved.size() / 2); ++i) {
    const float sample = interleaved[2 * i + static_cast<std::size_t>(channel)];
    samples[i] = is_finite(sample) ? sample : 0.0f;
  }
  for (std::size_t i = 0; i < std::min(kTaperFrames, frames / 2); ++i) {
    const auto share = static_cast<float>(0.5 - 0.5 * cos_exact(kPi * static_cast<double>(i) / static_cast<double>(kTaperFrames)));
    samples[i] *= share;
    samples[frames - 1 - i] *= share;
  }
  return samples;
}
}  // namespace

std::optional<ProbeEcho> find_probe_echo(std::span<const float> burst, double level_dbfs, std::span<const float> heard, int max_lag_frames) {
  std::optional<ProbeEcho> best;
  for (int channel = 0; channel < 2; ++channel) {
    const std::vector<float> samples = channel_of(heard, channel, burst.size() + static_cast<std::size_t>(max_lag_frames));
    const std::vector<double> gains = echo_gains(burst, samples, max_lag_frames);
    const auto peak = std::max_element(gains.begin(), gains.end(), [](double a, double b) { return std::fabs(a) < std::fabs(b); });
    if (*peak == 0.0) continue;
    const auto lag = static_cast<int>(peak - gains.begin());
    double noise = 0.0;
    double energy = 0.0;
    int counted = 0;
    for (int k = 0; k <= max_lag_frames; ++k) {
      const double squared = gains[static_cast<std::size_t>(k)] * gains[static_cast<std::size_t>(k)];
      if (std::abs(k - lag) <= kPeakFrames) energy += squared;
      else noise += squared, ++counted;
    }
    // A perfect echo leaves almost nothing beside its peak: what single precision leaves is the floor.
    const double noise_power = std::max(noise / std::max(counted, 1), 1e-12 * *peak * *peak);
    ProbeEcho echo;
    echo.lag_frames = lag;
    echo.above_noise_db = 10.0 * std::log10(*peak * *peak / noise_power);
    echo.gain_db = 10.0 * std::log10(energy) - level_dbfs;
    if (echo.above_noise_db >= kLeastAboveNoise_db && echo.gain_db >= kLeastGain_db && (!best || echo.gain_db > best->gain_db)) best = echo;
  }
  return best;
}

}  // namespace ag06::bridge
