#include "analysis/structure/texture_summary.h"

#include <algorithm>
#include <vector>

#include "analysis/gating_histogram.h"
#include "analysis/loudness_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kSoundingRangeLin = 1e-3;
constexpr double kFewestSeconds = 2.0;
constexpr double kLoudestShare = 0.95;
constexpr double kLowRiseShare = 0.75;

template <class T>
T percentile(std::vector<T>& values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}
}  // namespace

TextureSummary summarise(const TextureHistory& heard) {
  TextureSummary summary;
  if (heard.steps().empty()) return summary;
  std::vector<float> powers;
  for (const TextureStep& step : heard.steps()) powers.push_back(step.weighted_power);
  const double floor = std::max(kSoundingRangeLin * percentile(powers, kLoudestShare), energy_of(kAbsoluteGateLufs));
  std::array<double, kTraits> sums{};
  std::vector<double> low_rises_db;
  for (const TextureStep& step : heard.steps()) {
    if (step.weighted_power < floor) continue;
    for (int t = 0; t < kTraits; ++t) sums[static_cast<std::size_t>(t)] += step.trait(static_cast<Trait>(t));
    low_rises_db.push_back(step.trait(Trait::low_rise_db));
  }
  const auto count = static_cast<double>(low_rises_db.size());
  summary.sounding_s = count * heard.step_s();
  if (summary.sounding_s < kFewestSeconds) return summary;
  for (std::size_t t = 0; t < kTraits; ++t) summary.traits[t] = sums[t] / count;
  summary.traits[static_cast<std::size_t>(Trait::low_rise_db)] = percentile(low_rises_db, kLowRiseShare);
  return summary;
}

}  // namespace ag06::analysis
