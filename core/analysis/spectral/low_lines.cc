#include "analysis/spectral/low_lines.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "analysis/spectral/angle.h"
#include "analysis/spectral/spectral_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kHighestHz = 660.0;
constexpr double kLowestDb = -140.0;
constexpr int kSteps = 160;  // of 1 dB
// Of |X(now)| |X(before)|: below it a phase means nothing.
constexpr float kFloorProduct = 1e-20f;
}  // namespace

Status LowLines::prepare(const StftGrid& grid) {
  grid_ = grid;
  bins_ = std::min(grid.bins(), static_cast<int>(kHighestHz / grid.bin_hz()) + 1);
  const auto bins = static_cast<std::size_t>(bins_);
  for (int c = 0; c < grid.channels; ++c) previous_[c].assign(2 * bins, 0.0f);
  turns_.assign(2 * bins, 0.0);
  counts_.assign(bins * kSteps, 0u);
  reset();
  return Status::ok;
}

void LowLines::reset() noexcept {
  for (auto& previous : previous_) std::fill(previous.begin(), previous.end(), 0.0f);
  std::fill(turns_.begin(), turns_.end(), 0.0);
  std::fill(counts_.begin(), counts_.end(), 0u);
  frames_ = 0;
  last_index_ = -2;
}

void LowLines::process(const SpectrumFrame& frame) noexcept {
  for (int bin = 0; bin < bins_; ++bin) {
    const float level_db = power_to_db_fast(frame.power[bin]);
    const int step = static_cast<int>(clamp_to(level_db - static_cast<float>(kLowestDb), 0.0f, static_cast<float>(kSteps) - 0.5f));
    ++counts_[static_cast<std::size_t>(bin) * kSteps + static_cast<std::size_t>(step)];
  }
  const bool adjoins = frame.index == last_index_ + 1;
  last_index_ = frame.index;
  for (int c = 0; c < grid_.channels; ++c) {
    const float* now = c == 0 ? frame.left : frame.right;
    float* before = previous_[c].data();
    for (int bin = 0; adjoins && bin < bins_; ++bin) {
      const float re = now[2 * bin] * before[2 * bin] + now[2 * bin + 1] * before[2 * bin + 1];
      const float im = now[2 * bin + 1] * before[2 * bin] - now[2 * bin] * before[2 * bin + 1];
      const float length = std::sqrt(re * re + im * im);
      if (!(length > kFloorProduct)) continue;
      turns_[static_cast<std::size_t>(2 * bin)] += static_cast<double>(re / length);
      turns_[static_cast<std::size_t>(2 * bin) + 1] += static_cast<double>(im / length);
    }
    std::memcpy(before, now, sizeof(float) * 2 * static_cast<std::size_t>(bins_));
  }
  ++frames_;
}

double LowLines::level_db(int bin, double share_ratio) const noexcept {
  const std::uint32_t* counts = counts_.data() + static_cast<std::size_t>(bin) * kSteps;
  const double wanted = share_ratio * static_cast<double>(frames_);
  double below = 0.0;
  for (int step = 0; step < kSteps; ++step) {
    if (counts[step] != 0u && below + counts[step] >= wanted) return kLowestDb + step + (wanted - below) / counts[step];
    below += counts[step];
  }
  return kLowestDb;
}

double LowLines::frequency_hz(int bin) const noexcept {
  const auto at = static_cast<std::size_t>(2 * bin);
  return frequency_from_advance_hz(grid_, bin, turns_[at], turns_[at + 1]);
}

}  // namespace ag06::analysis
