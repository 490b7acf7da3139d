#include "analysis/defects/cutoff_watch.h"

#include <algorithm>

#include "analysis/level/sample_sums.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kGroupHz = 86.0;
constexpr float kFloorPower = 1e-15f;  // -150 dB: below what 24 bits leave
constexpr double kLowestWallHz = 11300.0;
constexpr double kHighestWallHz = 20600.0;
constexpr double kTopRatio = 0.47;     // of the rate: above, converters and resamplers fall off
constexpr double kTrebleFromHz = 6000.0, kTrebleToHz = 10000.0;
constexpr double kTrebleSoundsPower = 1e-10;  // mean of a bin; -100 dB
constexpr double kLeastFrames = 20.0;         // some 2 s
constexpr double kWallDb = 12.0;
constexpr double kGentleRatio = 0.5;
constexpr double kFloorRiseDb = 4.0;
}  // namespace

void CutoffWatch::prepare(const StftGrid& grid) noexcept {
  bins_per_group_ = std::max(1, static_cast<int>(kGroupHz / grid.bin_hz() + 0.5));
  group_hz_ = bins_per_group_ * grid.bin_hz();
  groups_ = std::min(kGroups, static_cast<int>(kTopRatio * grid.sample_rate_hz / group_hz_));
  reset();
}

void CutoffWatch::reset() noexcept {
  frames_ = 0.0;
  level_sum_db_.fill(0.0);
}

void CutoffWatch::process(const SpectrumFrame& frame) noexcept {
  if (group_at(kLowestWallHz) >= groups_) return;
  std::array<float, kGroups> power{};
  for (int g = 0; g < groups_; ++g) {
    const float* bins = frame.power + g * bins_per_group_;
    f32x4 sum{};
    int k = 0;
    for (; k + 4 <= bins_per_group_; k += 4) sum += load4(bins + k);
    float total = sum4(sum);
    for (; k < bins_per_group_; ++k) total += bins[k];
    power[static_cast<std::size_t>(g)] = total / static_cast<float>(bins_per_group_);
  }
  double treble = 0.0;
  const int from = group_at(kTrebleFromHz), to = group_at(kTrebleToHz);
  for (int g = from; g < to; ++g) treble += static_cast<double>(power[static_cast<std::size_t>(g)]);
  if (treble < kTrebleSoundsPower * (to - from)) return;
  frames_ += 1.0;
  for (int g = 0; g < groups_; ++g)
    level_sum_db_[static_cast<std::size_t>(g)] += 0.5 * static_cast<double>(lin_to_db_fast(std::max(kFloorPower, power[static_cast<std::size_t>(g)])));
}

double CutoffWatch::mean_db(double from_hz, double to_hz) const noexcept {
  const int from = std::max(0, group_at(from_hz)), to = std::min(groups_, std::max(from + 1, group_at(to_hz)));
  double sum_db = 0.0;
  for (int g = from; g < to; ++g) sum_db += level_sum_db_[static_cast<std::size_t>(g)];
  return sum_db / (frames_ * (to - from));
}

void CutoffWatch::find(std::vector<Defect>& found) const {
  if (frames_ < kLeastFrames) return;
  const double top_hz = groups_ * group_hz_;
  double wall_hz = 0.0, wall_db = 0.0;
  for (int g = group_at(kLowestWallHz); g < groups_; ++g) {
    const double freq_hz = (g + 0.5) * group_hz_;
    if (freq_hz > kHighestWallHz || freq_hz + 500.0 > top_hz) break;
    const double drop_db = mean_db(freq_hz - 450.0, freq_hz - 150.0) - mean_db(freq_hz + 150.0, freq_hz + 450.0);
    if (drop_db <= wall_db) continue;
    wall_db = drop_db;
    wall_hz = freq_hz;
  }
  if (wall_db < kWallDb) return;
  const double below_db = mean_db(wall_hz - 450.0, wall_hz - 150.0), above_db = mean_db(wall_hz + 150.0, wall_hz + 450.0);
  const double slope_db = mean_db(wall_hz - 1650.0, wall_hz - 1350.0) - below_db;
  if (slope_db > kGentleRatio * wall_db) return;
  for (double freq_hz = wall_hz + 450.0; freq_hz + 300.0 <= top_hz; freq_hz += 300.0)
    if (mean_db(freq_hz, freq_hz + 300.0) > above_db + kFloorRiseDb) return;
  const double severity = clamp_to(0.1 + 0.7 * (20500.0 - wall_hz) / 9000.0, 0.1, 1.0);
  found.push_back({DefectKind::lossy_source, severity, wall_hz, 0.0, {}});
}

}  // namespace ag06::analysis
