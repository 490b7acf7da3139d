// Finds the mains in a recording: 50 or 60 Hz with harmonics, steady in frequency and phase, also under music. Not for single tones.
// The bins around the first six harmonics are turned back at the mains' own pace and summed over 4 s: a steady line adds up, music does not. Nine paces
// within 0.2 % of the nominal one are tried, as grids and recorders wander. A harmonic is there when it stands above the strongest of twelve neighbours
// within 2.5 Hz, measured in the same way: a loop repeated without end has lines there too.
// Source: coherent averaging, e.g. R. G. Lyons, "Understanding Digital Signal Processing", 3rd ed., 2010, section 11.1.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/defects/defect_report.h"
#include "analysis/spectral/stft.h"

namespace ag06::analysis {

// 120 kB per hour. Needs 4 s of sound at least.
class HumWatch {
 public:
  // Allocates. The grid is the long one.
  void prepare(const StftGrid& grid, double max_duration_s);
  void reset() noexcept;
  void process(const SpectrumFrame& frame) noexcept;
  void find(std::vector<Defect>& found) const;

  static constexpr int kMains = 2;
  static constexpr int kHarmonics = 6;
  static constexpr int kPaces = 9;
  static constexpr int kNeighbours = 12;

 private:
  static constexpr int kLines = kMains * kHarmonics;
  static constexpr int kProbes = kPaces + kNeighbours;

  struct Probe {
    int bin = 0;
    double gain = 1.0;  // makes good what the window takes from a line between bins
    double step_re = 1.0, step_im = 0.0;
    double turn_re = 1.0, turn_im = 0.0;
    double sum[kMaxStripChannels][2]{};
  };
  // Of one line over one stretch of 4 s, in whole dB: at every pace, then the strongest neighbour.
  struct Stretch {
    std::array<std::int8_t, kPaces + 1> level_db{};
  };

  struct Match {
    int lines = 0;
    double prominence_db = 0.0;
    double power = 0.0;
  };
  [[nodiscard]] Match match(int mains, int pace) const;
  void begin_stretch() noexcept;
  void end_stretch() noexcept;

  int channels_ = 1;
  int frames_per_stretch_ = 43;
  int frames_ = 0;
  std::size_t most_stretches_ = 0;
  std::array<std::array<Probe, kProbes>, kLines> probes_{};
  std::vector<std::array<Stretch, kLines>> stretches_;
};

}  // namespace ag06::analysis
