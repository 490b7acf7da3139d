#include "analysis/spectral/narrow_bands.h"

#include <algorithm>
#include <cmath>

#include "analysis/spectral/spectral_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kBandsPerOctave = 48.0;
// Below the third bin a Hann window still sees a constant offset.
constexpr int kFirstBin = 3;
constexpr double kHighestHz = 20000.0;
constexpr int kNearestNeighbour = 6, kFarthestNeighbour = 24;
constexpr double kLowestExcessDb = -24.0;
constexpr float kMostSlopeDb = 3.0f;  // half of the most that the two sides differ in music
constexpr int kSteps = 80;  // of 1 dB
}  // namespace

Status NarrowBands::prepare(const StftGrid& grid) {
  first_bins_.assign(1, kFirstBin);
  centres_hz_.clear();
  const double step_ratio = exp2_exact(1.0 / kBandsPerOctave);
  const double highest_bin = std::min(kHighestHz / grid.bin_hz(), static_cast<double>(grid.bins() - 1));
  for (int bin = kFirstBin;;) {
    const int next = std::max(bin + 1, static_cast<int>(bin * step_ratio + 0.5));
    if (next > highest_bin) break;
    centres_hz_.push_back(0.5 * (bin + next - 1) * grid.bin_hz());
    first_bins_.push_back(next);
    bin = next;
  }
  level_db_.assign(centres_hz_.size(), 0.0f);
  sums_db_.assign(centres_hz_.size() + 1, 0.0f);
  counts_.assign(centres_hz_.size() * kSteps, 0u);
  reset();
  return Status::ok;
}

void NarrowBands::reset() noexcept {
  std::fill(counts_.begin(), counts_.end(), 0u);
  frames_ = 0;
}

void NarrowBands::process(const SpectrumFrame& frame) noexcept {
  const int count = bands();
  for (int b = 0; b < count; ++b) {
    const auto at = static_cast<std::size_t>(b);
    const int from = first_bins_[at], to = first_bins_[at + 1];
    float sum = 0.0f;
    for (int bin = from; bin < to; ++bin) sum += frame.power[bin];
    level_db_[at] = power_to_db_fast(sum / static_cast<float>(to - from));
    sums_db_[at + 1] = sums_db_[at] + level_db_[at];
  }
  const auto sum_of = [this, count](int from, int to, int& bands_in) {
    from = clamp_to(from, 0, count);
    to = clamp_to(to, 0, count);
    if (to <= from) return 0.0f;
    bands_in += to - from;
    return sums_db_[static_cast<std::size_t>(to)] - sums_db_[static_cast<std::size_t>(from)];
  };
  for (int b = 0; b < count; ++b) {
    int below = 0, above = 0;
    const float below_sum = sum_of(b - kFarthestNeighbour, b - kNearestNeighbour + 1, below);
    const float above_sum = sum_of(b + kNearestNeighbour, b + kFarthestNeighbour + 1, above);
    if (below == 0 || above == 0) continue;
    const float below_db = below_sum / static_cast<float>(below), above_db = above_sum / static_cast<float>(above);
    // Beside a cliff, as a codec leaves one, the void does not count.
    const float around_db = std::max(0.5f * (below_db + above_db), std::max(below_db, above_db) - kMostSlopeDb);
    const float excess_db = level_db_[static_cast<std::size_t>(b)] - around_db;
    const int step = static_cast<int>(clamp_to(excess_db - static_cast<float>(kLowestExcessDb), 0.0f, static_cast<float>(kSteps) - 0.5f));
    ++counts_[static_cast<std::size_t>(b) * kSteps + static_cast<std::size_t>(step)];
  }
  ++frames_;
}

double NarrowBands::excess_db(int band, double share_ratio) const noexcept {
  const std::uint32_t* counts = counts_.data() + static_cast<std::size_t>(band) * kSteps;
  double total = 0.0;
  for (int step = 0; step < kSteps; ++step) total += counts[step];
  if (total == 0.0) return 0.0;
  double below = 0.0;
  for (int step = 0; step < kSteps; ++step) {
    if (counts[step] != 0u && below + counts[step] >= share_ratio * total)
      return kLowestExcessDb + step + (share_ratio * total - below) / counts[step];
    below += counts[step];
  }
  return kLowestExcessDb + kSteps;
}

}  // namespace ag06::analysis
