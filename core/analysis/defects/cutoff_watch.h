// Finds the wall that lossy encoders put at the top of the spectrum. Not for encodings whose low-pass lies at the band's end, and not for telling
// codecs apart.
// Measured on the mean level in dB over the frames whose treble sounds, in groups of some 86 Hz: the wall is where the level falls by kWallDb within
// 300 Hz to a floor that stays flat up to the band's end, while the slope before it is gentle. Walls from 11.3 to 20.6 kHz count: lower ones are telephone
// or half-rate recordings, higher ones converters.
#pragma once

#include <array>
#include <vector>

#include "analysis/defects/defect_report.h"
#include "analysis/spectral/stft.h"

namespace ag06::analysis {

class CutoffWatch {
 public:
  // The grid is the long one.
  void prepare(const StftGrid& grid) noexcept;
  void reset() noexcept;
  void process(const SpectrumFrame& frame) noexcept;
  void find(std::vector<Defect>& found) const;

  static constexpr int kGroups = 280;  // up to 24 kHz

 private:
  [[nodiscard]] int group_at(double freq_hz) const noexcept { return static_cast<int>(freq_hz / group_hz_); }
  [[nodiscard]] double mean_db(double from_hz, double to_hz) const noexcept;

  int bins_per_group_ = 32;
  int groups_ = 0;
  double group_hz_ = 86.0;
  double frames_ = 0.0;
  std::array<double, kGroups> level_sum_db_{};
};

}  // namespace ag06::analysis
