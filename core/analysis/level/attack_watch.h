// Watches a level that is handed over every millisecond for sudden rises, and keeps how steep they were. Not an onset detector for beats (rhythm/):
// soft entries of a melody escape it.
// Onset: the highest level within 30 ms before and 50 ms after, at least 6 dB over the lowest of the 150 ms before, yet after the previous onset.
// Its slope is that of the rise in dB between a tenth and nine tenths of the way up. Chosen by us: drums strike within 2 ms, bowed notes rise over
// 30 to 100 ms. Guarantee: an attack that is a straight line in dB, 0.2 to 15 dB/ms, reads within 10 %.
#pragma once

#include <array>
#include <cstdint>

#include "analysis/level_histogram.h"

namespace ag06::analysis {

class AttackWatch {
 public:
  void reset() noexcept;
  // Highest sample magnitude of the next millisecond.
  void add(float peak_lin) noexcept;
  // NaN when none was heard.
  [[nodiscard]] double median_slope_db_per_ms() const noexcept;
  [[nodiscard]] std::uint32_t onsets() const noexcept { return slopes_.total(); }
  // Onsets at least as steep as kTransientDbPerMs.
  [[nodiscard]] std::uint32_t transients() const noexcept { return transients_; }

  static constexpr double kTransientDbPerMs = 1.0;

 private:
  static constexpr int kRing = 256;  // over 200 ms
  static constexpr int kAfter = 50;
  static constexpr int kBefore = 30;
  static constexpr int kTroughReach = 150;

  [[nodiscard]] float level_db(std::int64_t at) const noexcept { return ring_[static_cast<std::size_t>(at & (kRing - 1))]; }
  void judge(std::int64_t at) noexcept;

  std::array<float, kRing> ring_{};
  std::int64_t count_ = 0;
  std::int64_t latest_ = -1;  // onset's highest moment
  float envelope_lin_ = 0.0f;
  LevelHistogram slopes_;  // 20 log10 of dB per ms
  std::uint32_t transients_ = 0;
};

}  // namespace ag06::analysis
