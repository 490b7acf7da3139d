// Loudness of overlapping blocks in hundredths of a LU, for gated means and percentiles over streams of any length in fixed memory.
// Not for levels outside loudness gating (level_histogram.h).
// Source: ITU-R BS.1770-5 (2023) Annex 1, eq. 4-7; EBU Tech 3342 v4 (2023) section 3.
// Deviation: from the 8193rd block on (13 minutes of ten a second), the blocks of the one bin that a gate falls into are kept or left together,
// by their mean.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace ag06::analysis {

inline constexpr double kAbsoluteGateLufs = -70.0;  // BS.1770-5 eq. 5; Tech 3342 section 3

// Guarantee: means are of the blocks' exact energies; percentiles err by less than one bin. Memory does not grow with the stream.
class GatingHistogram {
 public:
  static constexpr double kLowestLufs = -120.0;
  static constexpr int kBinsPerLu = 100;
  static constexpr int kBlocksKept = 8192;
  static constexpr int kRows = 150;  // one LU each, up to +30 LUFS; louder blocks share the last bin

  // Control thread; allocates 260 kB.
  void prepare();
  void clear() noexcept;
  // energy: mean square, channels weighted and added. Blocks below kLowestLufs, digital silence among them, are left out.
  void add(double energy) noexcept;
  // gate_lu relative to the mean of all blocks above the absolute gate, and no lower than that gate; NaN when no block is above it.
  [[nodiscard]] double gate_lufs(double gate_lu) const noexcept;
  // Energy mean of the blocks from a level up; 0 when there are none. A microsecond or two.
  [[nodiscard]] double mean_energy_above(double floor_lufs) const noexcept;
  // Nearest rank among the blocks from a level up; NaN when there are none. share_ratio 0 to 1.
  [[nodiscard]] double percentile_lufs(double share_ratio, double floor_lufs) const noexcept;

 private:
  struct Tally {
    double energy = 0.0;
    std::uint32_t count = 0;  // enough for 13 years of ten blocks a second
  };
  [[nodiscard]] Tally bin(int index) const noexcept { return {energies_[static_cast<std::size_t>(index)], counts_[static_cast<std::size_t>(index)]}; }
  // What the bin holds from a level up.
  [[nodiscard]] Tally edge(int index, double floor_lufs) const noexcept;

  std::array<Tally, kRows> rows_{};
  Tally gated_{};  // above the absolute gate
  std::vector<double> energies_;
  std::vector<std::uint32_t> counts_;
  // The first blocks one by one, to part those that share a bin with a gate.
  std::vector<double> kept_energies_;
  std::vector<std::uint16_t> kept_bins_;
  int blocks_ = 0;  // counts on to kBlocksKept + 1: too many
};

}  // namespace ag06::analysis
