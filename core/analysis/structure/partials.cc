#include "analysis/structure/partials.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::analysis {
namespace {
constexpr double kFromHz = 60.0;
constexpr double kToHz = 4000.0;
constexpr double kPeakOverSurroundings = 10.0;
constexpr float kWeakestPeak = 1e-4f;
constexpr double kSurroundingsHz = 40.0;  // to either side
constexpr float kSilence = 1e-16f;
constexpr float kParabolaGain = 1.42f;
constexpr float kFarHz = 1e6f;
constexpr float kLog2OfE = 1.44269504f;
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
  double window = 0.0;  // of the bins within reach of k that there are
  for (int j = std::max(0, first - reach); j < std::min(grid.bins(), first + reach); ++j) window += static_cast<double>(power[j]);
  for (int k = first; k <= last; ++k) {
    if (k + reach < grid.bins()) window += static_cast<double>(power[k + reach]);
    if (k - reach > 0) window -= static_cast<double>(power[k - reach - 1]);
    const float here = power[k];
    if (here < kWeakestPeak * top || here <= power[k - 1] || here < power[k + 1] || here <= power[k - 2] || here < power[k + 2]) continue;
    const int counted = std::min(grid.bins() - 1, k + reach) - std::max(0, k - reach) + 1 - 5;
    const double around = window - static_cast<double>(here + power[k - 1] + power[k + 1] + power[k - 2] + power[k + 2]);
    const bool clear = static_cast<double>(here) * counted >= kPeakOverSurroundings * around;
    // What neither is clear nor among the strongest needs no place of its own; a parabola raises a crest by 1.5 dB at most.
    if (!clear && heard.count == kMaxPartials && here * kParabolaGain < heard.partials[kMaxPartials - 1].power) continue;
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
  // Lanes beyond count hold a partial far above all others, which beats with none.
  alignas(16) std::array<float, kMaxPartials> hz{}, amplitude{}, amplitude_log2{};
  hz.fill(kFarHz);
  amplitude.fill(1.0f);
  for (std::size_t i = 0; i < static_cast<std::size_t>(heard.count); ++i) {
    hz[i] = heard.partials[i].frequency_hz;
    amplitude[i] = std::sqrt(heard.partials[i].power / heard.partials[0].power);
    amplitude_log2[i] = log2_fast(amplitude[i]);
  }
  double sum = 0.0;
  for (std::size_t i = 1; i < static_cast<std::size_t>(heard.count); ++i) {
    // The weaker one of a pair is i: j runs over the stronger ones, four at a time, and what runs past i is pushed away as well.
    const f32x4 here_hz = splat4(hz[i]), here = splat4(amplitude[i]), here_log2 = splat4(amplitude_log2[i]);
    f32x4 sums = splat4(0.0f);
    for (std::size_t j = 0; j < i; j += 4) {
      const auto at = static_cast<float>(j);
      const i32x4 stronger = f32x4{at, at + 1.0f, at + 2.0f, at + 3.0f} < splat4(static_cast<float>(i));
      const f32x4 other_hz = select4(stronger, load4(hz.data() + j), splat4(kFarHz));
      const f32x4 low_hz = min4(here_hz, other_hz), apart_hz = max4(here_hz, other_hz) - low_hz;
      const f32x4 x = splat4(0.24f * kLog2OfE) * apart_hz / (splat4(0.0207f) * low_hz + splat4(18.96f));
      // X^0.1 Y^3.11 / 2 with X = A1 A2, Y = 2 A1 / (A1 + A2), A1 the weaker one.
      const f32x4 weight_log2 = splat4(0.1f) * (here_log2 + load4(amplitude_log2.data() + j)) +
                                splat4(3.11f) * (splat4(1.0f) + here_log2 - log2_fast4(here + load4(amplitude.data() + j))) - splat4(1.0f);
      sums += exp2_fast4(weight_log2 - splat4(3.5f) * x) - exp2_fast4(weight_log2 - splat4(5.75f) * x);
    }
    sum += static_cast<double>(sum4(sums));
  }
  return sum;
}

}  // namespace ag06::analysis
