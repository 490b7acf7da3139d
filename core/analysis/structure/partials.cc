#include "analysis/structure/partials.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kFromHz = 60.0;
constexpr double kToHz = 4000.0;
constexpr float kPeakOverSurroundings = 10.0f;
constexpr float kWeakestPeak = 1e-4f;
constexpr double kSurroundingsHz = 40.0;  // to either side
constexpr float kSilence = 1e-16f;
// 3.5 of these are 15 powers of two: what lies farther apart adds less than 3e-5.
constexpr float kFarthestBeatLog2 = 4.33f;
// A Hann peak's bins together hold 1.5 times the power of its top.
constexpr float kHannPower = 1.5f;

void keep(Partials& heard, Partial partial) noexcept {
  int at = heard.count;
  while (at > 0 && heard.partials[static_cast<std::size_t>(at - 1)].power < partial.power) --at;
  if (at >= kMaxPartials) return;
  heard.count = std::min(heard.count + 1, kMaxPartials);
  for (int i = heard.count - 1; i > at; --i) heard.partials[static_cast<std::size_t>(i)] = heard.partials[static_cast<std::size_t>(i - 1)];
  heard.partials[static_cast<std::size_t>(at)] = partial;
}
}  // namespace

Partials find_partials(const float* power, const StftGrid& grid) noexcept {
  Partials heard;
  const double bin_hz = grid.bin_hz();
  const int reach = std::max(4, static_cast<int>(kSurroundingsHz / bin_hz));
  const int first = std::max(3, static_cast<int>(kFromHz / bin_hz));
  const int last = std::min(static_cast<int>(kToHz / bin_hz), grid.bins() - 4);
  if (last - first < 2 * reach) return heard;
  float top = 0.0f;
  for (int k = first; k <= last; ++k) {
    heard.total_power += power[k];
    top = std::max(top, power[k]);
  }
  if (top < kSilence) return {};
  for (int k = first; k <= last; ++k) {
    const float here = power[k];
    if (here < kWeakestPeak * top || here <= power[k - 1] || here < power[k + 1] || here <= power[k - 2] || here < power[k + 2]) continue;
    float around = 0.0f;
    int counted = 0;
    for (int j = std::max(0, k - reach); j <= std::min(grid.bins() - 1, k + reach); ++j) {
      if (j >= k - 2 && j <= k + 2) continue;
      around += power[j];
      ++counted;
    }
    const bool clear = here * static_cast<float>(counted) >= kPeakOverSurroundings * around;
    // Parabola through the logarithms of three bins: Smith & Serra, "PARSHL", 1987.
    const float below = log2_fast(std::max(power[k - 1], kSilence * 1e-4f));
    const float middle = log2_fast(here);
    const float above = log2_fast(std::max(power[k + 1], kSilence * 1e-4f));
    const float offset = 0.5f * (below - above) / std::min(below - 2.0f * middle + above, -1e-6f);
    const double frequency_hz = (k + clamp_to(static_cast<double>(offset), -0.5, 0.5)) * bin_hz;
    const float top_power = exp2_fast(middle - 0.25f * (below - above) * offset);
    if (clear) heard.clear_power += kHannPower * top_power;
    keep(heard, {static_cast<float>(frequency_hz), top_power, clear});
  }
  heard.clear_power = std::min(heard.clear_power, heard.total_power);
  return heard;
}

double roughness_of(const Partials& heard) noexcept {
  if (heard.count < 2) return 0.0;
  constexpr float kLog2OfE = 1.44269504f;
  std::array<float, kMaxPartials> amplitude{}, amplitude_log2{};
  for (std::size_t i = 0; i < static_cast<std::size_t>(heard.count); ++i) {
    amplitude[i] = std::sqrt(heard.partials[i].power / heard.partials[0].power);
    amplitude_log2[i] = log2_fast(amplitude[i]);
  }
  double sum = 0.0;
  for (std::size_t i = 1; i < static_cast<std::size_t>(heard.count); ++i) {
    for (std::size_t j = 0; j < i; ++j) {  // the weaker one is i
      const float low_hz = std::min(heard.partials[i].frequency_hz, heard.partials[j].frequency_hz);
      const float apart_hz = std::fabs(heard.partials[i].frequency_hz - heard.partials[j].frequency_hz);
      const float x = 0.24f * apart_hz / (0.0207f * low_hz + 18.96f) * kLog2OfE;
      if (x > kFarthestBeatLog2) continue;
      // X^0.1 Y^3.11 / 2 with X = A1 A2, Y = 2 A1 / (A1 + A2), A1 the weaker one.
      const float weight_log2 = 0.1f * (amplitude_log2[i] + amplitude_log2[j]) +
                                3.11f * (1.0f + amplitude_log2[i] - log2_fast(amplitude[i] + amplitude[j])) - 1.0f;
      sum += static_cast<double>(exp2_fast(weight_log2 - 3.5f * x) - exp2_fast(weight_log2 - 5.75f * x));
    }
  }
  return sum;
}

}  // namespace ag06::analysis
