#include "analysis/gating_histogram.h"

#include <algorithm>

#include "analysis/loudness_scale.h"

namespace ag06::analysis {
namespace {
constexpr int kTopBin = GatingHistogram::kRows * GatingHistogram::kBinsPerLu - 1;

[[nodiscard]] int bin_of(double loudness_lufs) noexcept {
  return static_cast<int>(clamp_to((loudness_lufs - GatingHistogram::kLowestLufs) * GatingHistogram::kBinsPerLu, 0.0, static_cast<double>(kTopBin)));
}
}  // namespace

void GatingHistogram::prepare() {
  energies_.assign(kTopBin + 1, 0.0);
  counts_.assign(kTopBin + 1, 0);
  kept_energies_.assign(kBlocksKept, 0.0);
  kept_bins_.assign(kBlocksKept, 0);
  clear();
}

void GatingHistogram::clear() noexcept {
  for (int r = 0; r < kRows; ++r) {
    if (rows_[static_cast<std::size_t>(r)].count == 0) continue;
    std::fill_n(energies_.begin() + r * kBinsPerLu, kBinsPerLu, 0.0);
    std::fill_n(counts_.begin() + r * kBinsPerLu, kBinsPerLu, 0u);
  }
  rows_ = {};
  gated_ = {};
  blocks_ = 0;
}

void GatingHistogram::add(double energy) noexcept {
  const double loudness_lufs = lufs_of(energy);
  if (!(loudness_lufs >= kLowestLufs)) return;
  const auto to = static_cast<std::size_t>(bin_of(loudness_lufs));
  Tally& row = rows_[to / kBinsPerLu];
  energies_[to] += energy;
  ++counts_[to];
  row.energy += energy;
  ++row.count;
  if (blocks_ < kBlocksKept) {
    kept_energies_[static_cast<std::size_t>(blocks_)] = energy;
    kept_bins_[static_cast<std::size_t>(blocks_)] = static_cast<std::uint16_t>(to);
  }
  if (blocks_ <= kBlocksKept) ++blocks_;
  if (loudness_lufs > kAbsoluteGateLufs) {
    gated_.energy += energy;
    ++gated_.count;
  }
}

double GatingHistogram::gate_lufs(double gate_lu) const noexcept {
  if (gated_.count == 0) return __builtin_nan("");
  return std::max(lufs_of(gated_.energy / gated_.count) + gate_lu, kAbsoluteGateLufs);
}

GatingHistogram::Tally GatingHistogram::edge(int index, double floor_lufs) const noexcept {
  const Tally whole = bin(index);
  const double floor_energy = energy_of(floor_lufs);
  if (blocks_ > kBlocksKept) return whole.energy >= floor_energy * whole.count ? whole : Tally{};
  Tally part;
  for (int i = 0; i < blocks_; ++i) {
    if (kept_bins_[static_cast<std::size_t>(i)] != index || kept_energies_[static_cast<std::size_t>(i)] < floor_energy) continue;
    part.energy += kept_energies_[static_cast<std::size_t>(i)];
    ++part.count;
  }
  return part;
}

double GatingHistogram::mean_energy_above(double floor_lufs) const noexcept {
  int b = bin_of(floor_lufs);
  Tally sum = edge(b, floor_lufs);
  const auto take = [&sum](const Tally& more) {
    sum.energy += more.energy;
    sum.count += more.count;
  };
  while (++b % kBinsPerLu != 0) take(bin(b));
  for (int r = b / kBinsPerLu; r < kRows; ++r) take(rows_[static_cast<std::size_t>(r)]);
  return sum.count == 0 ? 0.0 : sum.energy / sum.count;
}

double GatingHistogram::percentile_lufs(double share_ratio, double floor_lufs) const noexcept {
  const int first = bin_of(floor_lufs);
  const Tally lowest = edge(first, floor_lufs);
  const int first_row = first / kBinsPerLu + 1;
  std::uint32_t count = lowest.count;
  for (int b = first + 1; b < first_row * kBinsPerLu; ++b) count += bin(b).count;
  for (int r = first_row; r < kRows; ++r) count += rows_[static_cast<std::size_t>(r)].count;
  if (count == 0) return __builtin_nan("");
  // 1-based rank round((n - 1) p + 1), Tech 3342 section 3.
  const auto rank = static_cast<std::uint32_t>((count - 1) * share_ratio + 1.5);
  std::uint32_t seen = lowest.count;
  Tally found = lowest;
  for (int b = first + 1; seen < rank && b <= kTopBin;) {
    const Tally& row = rows_[static_cast<std::size_t>(b / kBinsPerLu)];
    if (b % kBinsPerLu == 0 && seen + row.count < rank) {
      seen += row.count;
      b += kBinsPerLu;
    } else {
      found = bin(b++);
      seen += found.count;
    }
  }
  return lufs_of(found.energy / found.count);
}

}  // namespace ag06::analysis
