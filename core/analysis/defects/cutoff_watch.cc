#include "analysis/defects/cutoff_watch.h"

#include <algorithm>
#include <cmath>

#include "analysis/level/sample_sums.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kGroupHz = 86.0;
constexpr float kFloorPower = 1e-15f;  // -150 dB: below what 24 bits leave
constexpr double kLowestWallHz = 11300.0;   // lower ones are telephones and half-rate recordings
constexpr double kHighestWallHz = 20600.0;  // higher ones are converters
constexpr double kTopRatio = 0.47;          // of the rate: above, converters and resamplers fall off
constexpr double kTrebleFromHz = 6000.0, kTrebleToHz = 10000.0;
constexpr double kTrebleSoundsPower = 1e-10;  // mean of a bin; -100 dB
constexpr double kLeastFrames = 20.0;         // some 2 s
constexpr int kReach = 5;                     // groups from the wall's middle to the ends of what is compared
constexpr double kLeastDropDb = 18.0;
constexpr double kStillFallsDb = 2.0;         // per two groups
constexpr double kFloorRiseDb = 6.0;
constexpr int kBeside = 12;                   // groups, 1 kHz
constexpr double kMovesDb = 2.5, kMovesSurelyDb = 3.5;
constexpr double kHighWallDb = 30.0;
constexpr double kMusicMovesDb = 3.0;         // steady noise says nothing about movement
constexpr double kConverterHz = 19900.0;

// Resamplers end between 0.88 of half the lower rate and that half, careless ones, which leave images, up to 1.18 of it.
[[nodiscard]] bool may_be_resampler(double freq_hz) noexcept { return freq_hz < 13000.0 || (freq_hz > 14000.0 && freq_hz < 16050.0); }
}  // namespace

void CutoffWatch::prepare(const StftGrid& grid) noexcept {
  bins_per_group_ = std::max(1, static_cast<int>(kGroupHz / grid.bin_hz() + 0.5));
  group_hz_ = bins_per_group_ * grid.bin_hz();
  groups_ = std::min(kGroups, static_cast<int>(kTopRatio * grid.sample_rate_hz / group_hz_));
  reset();
}

void CutoffWatch::reset() noexcept {
  frames_ = 0.0;
  treble_ = {};
  levels_.fill({});
}

void CutoffWatch::process(const SpectrumFrame& frame) noexcept {
  if (group_at(kLowestWallHz) >= groups_) return;
  std::array<float, kGroups> level_db{};
  const int from = group_at(kTrebleFromHz), to = group_at(kTrebleToHz);
  double treble = 0.0, treble_db = 0.0;
  for (int g = 0; g < groups_; ++g) {
    const float* bins = frame.power + g * bins_per_group_;
    f32x4 sum{};
    int k = 0;
    for (; k + 4 <= bins_per_group_; k += 4) sum += load4(bins + k);
    float total = sum4(sum);
    for (; k < bins_per_group_; ++k) total += bins[k];
    const float power = total / static_cast<float>(bins_per_group_);
    const float group_db = level_db[static_cast<std::size_t>(g)] = 0.5f * lin_to_db_fast(std::max(kFloorPower, power) * 1e5f) - 25.0f;
    if (g < from || g >= to) continue;
    treble += static_cast<double>(power);
    treble_db += static_cast<double>(group_db);
  }
  if (treble < kTrebleSoundsPower * (to - from)) return;
  frames_ += 1.0;
  treble_db /= to - from;
  treble_.sum += treble_db;
  treble_.squares += treble_db * treble_db;
  for (int g = 0; g < groups_; ++g) {
    const double relative_db = static_cast<double>(level_db[static_cast<std::size_t>(g)]) - treble_db;
    levels_[static_cast<std::size_t>(g)].sum += relative_db;
    levels_[static_cast<std::size_t>(g)].squares += relative_db * relative_db;
  }
}

double CutoffWatch::drop_db(int group) const noexcept {
  double below_db = 0.0, above_db = 0.0;
  for (int k = 2; k < kReach; ++k) {
    below_db += level_db(group - k - 1);
    above_db += level_db(group + k);
  }
  return (below_db - above_db) / (kReach - 2);
}

double CutoffWatch::deviation_db(const Moments& moments) const noexcept {
  const double mean = moments.sum / frames_;
  return std::sqrt(std::max(0.0, moments.squares / frames_ - mean * mean));
}

double CutoffWatch::largest_deviation_db(int from, int to) const noexcept {
  double largest_db = 0.0;
  for (int g = std::max(0, from); g < std::min(groups_, to); ++g)
    largest_db = std::max(largest_db, deviation_db(levels_[static_cast<std::size_t>(g)]));
  return largest_db;
}

void CutoffWatch::find(std::vector<Defect>& found) const {
  if (frames_ < kLeastFrames) return;
  const int last = std::min(groups_ - kReach - 1, group_at(kHighestWallHz));
  int wall = 0;
  double wall_db = 0.0;
  for (int g = group_at(kLowestWallHz); g <= last; ++g) {
    const double fall_db = drop_db(g);
    if (fall_db <= wall_db) continue;
    wall_db = fall_db;
    wall = g;
  }
  if (wall_db < kLeastDropDb) return;
  int top = wall, foot = wall;
  while (level_db(top - 2) - level_db(top) > kStillFallsDb) --top;
  while (foot + 3 < groups_ && level_db(foot) - level_db(foot + 2) > kStillFallsDb) ++foot;
  for (int g = foot; g < groups_; ++g)
    if (level_db(g) > level_db(foot) + kFloorRiseDb) return;
  int middle = top;
  while (middle < foot && level_db(middle) > 0.5 * (level_db(top) + level_db(foot))) ++middle;
  const double wall_hz = (middle + 0.5) * group_hz_;

  const double music_db = std::max(deviation_db(treble_), largest_deviation_db(top - 3 * kBeside - 4, top - kBeside - 8));
  const double movement_db = largest_deviation_db(top - kBeside, foot + kBeside) - music_db;
  const bool lossy = may_be_resampler(wall_hz)
                         ? movement_db >= kMovesSurelyDb
                         : movement_db >= kMovesDb || (wall_db >= kHighWallDb && wall_hz < kConverterHz && deviation_db(treble_) >= kMusicMovesDb);
  if (!lossy) return;
  const double severity = clamp_to(0.1 + 0.7 * (20500.0 - wall_hz) / 9000.0, 0.1, 1.0);
  found.push_back({DefectKind::lossy_source, severity, wall_hz, 0.0, {}});
}

}  // namespace ag06::analysis
