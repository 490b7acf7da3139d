#include <algorithm>

#include "analysis/loudness.h"
#include "analysis/loudness_scale.h"

namespace ag06::analysis {
namespace {
constexpr double kAbsoluteGateLufs = -70.0;
constexpr int kTopBin = GatingHistogram::kBins - 1;

[[nodiscard]] int bin_of(double loudness_lufs) noexcept {
  const double bin = (loudness_lufs - kAbsoluteGateLufs) / GatingHistogram::kBinLu;
  return bin <= 0.0 ? 0 : (bin >= kTopBin ? kTopBin : static_cast<int>(bin));
}
}  // namespace

void GatingHistogram::clear() noexcept {
  if (highest_ >= 0) std::fill(bins_.begin(), bins_.begin() + highest_ + 1, Bin{});
  energy_ = 0.0;
  count_ = 0;
  highest_ = -1;
}

void GatingHistogram::add(double energy) noexcept {
  const double loudness_lufs = lufs_of(energy);
  if (!(loudness_lufs > kAbsoluteGateLufs)) return;
  const int bin = bin_of(loudness_lufs);
  bins_[static_cast<std::size_t>(bin)].energy += energy;
  ++bins_[static_cast<std::size_t>(bin)].count;
  energy_ += energy;
  ++count_;
  highest_ = std::max(highest_, bin);
}

int GatingHistogram::first_bin_above(double gate_lu) const noexcept {
  return bin_of(lufs_of(energy_ / static_cast<double>(count_)) + gate_lu);
}

double GatingHistogram::gated_energy(double gate_lu) const noexcept {
  if (count_ == 0) return 0.0;
  double energy = 0.0;
  std::uint64_t count = 0;
  for (int b = first_bin_above(gate_lu); b <= highest_; ++b) {
    energy += bins_[static_cast<std::size_t>(b)].energy;
    count += bins_[static_cast<std::size_t>(b)].count;
  }
  return count == 0 ? 0.0 : energy / static_cast<double>(count);
}

double GatingHistogram::range_lu(double gate_lu) const noexcept {
  if (count_ == 0) return __builtin_nan("");
  const int first = first_bin_above(gate_lu);
  std::uint64_t count = 0;
  for (int b = first; b <= highest_; ++b) count += bins_[static_cast<std::size_t>(b)].count;
  if (count == 0) return __builtin_nan("");
  // 1-based rank round((n - 1) p / 100 + 1), Tech 3342 section 3.
  const auto level_at = [&](double percent) {
    const auto rank = static_cast<std::uint64_t>(static_cast<double>(count - 1) * percent / 100.0 + 1.5);
    std::uint64_t seen = 0;
    for (int b = first; b <= highest_; ++b) {
      const Bin& bin = bins_[static_cast<std::size_t>(b)];
      seen += bin.count;
      if (seen >= rank) return lufs_of(bin.energy / static_cast<double>(bin.count));
    }
    return kAbsoluteGateLufs;
  };
  return level_at(95.0) - level_at(10.0);
}

}  // namespace ag06::analysis
