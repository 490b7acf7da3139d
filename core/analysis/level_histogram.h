// Counts of levels in half-decibel bins, for percentiles over streams of any length in fixed memory. Not for loudness gating.
#pragma once

#include <array>
#include <cstdint>

#include "base/math.h"

namespace ag06::analysis {

class LevelHistogram {
 public:
  static constexpr double kLowestDb = -120.0;
  static constexpr double kBinDb = 0.5;
  static constexpr int kBins = 300;  // up to +30 dB

  void clear() noexcept { *this = {}; }
  // Levels below the lowest bin, digital silence among them, are left out.
  void add(double level_db) noexcept {
    if (!(level_db >= kLowestDb)) return;
    const double bin = (level_db - kLowestDb) / kBinDb;
    ++counts_[bin < kBins ? static_cast<std::size_t>(bin) : kBins - 1];
    ++total_;
  }
  [[nodiscard]] std::uint32_t total() const noexcept { return total_; }
  // Level below which the share lies, counting only levels from floor_db up; NaN when there are none.
  [[nodiscard]] double percentile_db(double share_ratio, double floor_db = kLowestDb) const noexcept {
    const int first = floor_db > kLowestDb ? static_cast<int>(clamp_to((floor_db - kLowestDb) / kBinDb, 0.0, kBins - 1.0)) : 0;
    std::uint32_t counted = 0;
    for (int b = first; b < kBins; ++b) counted += counts_[static_cast<std::size_t>(b)];
    if (counted == 0) return __builtin_nan("");
    const double wanted = share_ratio * counted;
    double seen = 0.0;
    for (int b = first; b < kBins; ++b) {
      seen += counts_[static_cast<std::size_t>(b)];
      if (seen >= wanted && counts_[static_cast<std::size_t>(b)] > 0) return kLowestDb + (b + 0.5) * kBinDb;
    }
    return kLowestDb + kBins * kBinDb;
  }

 private:
  std::array<std::uint32_t, kBins> counts_{};
  std::uint32_t total_ = 0;
};

}  // namespace ag06::analysis
