// Finds the mains in a recording: 50 or 60 Hz with harmonics, steady in frequency and phase, also under music. Not for single tones. Around each of
// the first six harmonics the spectrum is fitted with a line of unchanging amplitude and phase over 4 s, the frames weighted by the inverse of their
// power, so that what is steady and soft shows between what is loud and passing. Nine paces within 0.2 % of the nominal one are tried, as grids and
// recorders wander. A harmonic is there when it stands 6 dB above the strongest of its neighbours within 10 Hz, measured in the same way: a loop
// repeated without end has lines there too, and 50 and 60 Hz are multiples of many tempi. Nor is it hum when all frames alike, on the average of
// harmonics and stretches, give a longer line of the same phase than the soft ones: that is a note struck again and again.
// Source: weighted least squares for a complex exponential, S. M. Kay, "Fundamentals of Statistical Signal Processing: Estimation Theory", 1993,
// section 4.3.
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
  static constexpr int kNeighbours = 26;

 private:
  static constexpr int kLines = kMains * kHarmonics;
  static constexpr int kProbes = kPaces + kNeighbours;
  static constexpr int kMostFrames = 64;  // per stretch
  static constexpr int kMostBins = 16;    // around a line

  struct Probe {
    int bin = 0;        // from the line's first
    double gain = 1.0;  // makes good what the window takes from a line between bins
    double step_re = 1.0, step_im = 0.0;
  };
  struct Value {
    float re = 0.0f, im = 0.0f;
  };
  struct Line {
    int first_bin = 0;
    int bins = 0;
    std::array<Probe, kProbes> probes{};
    Value values[kMaxStripChannels][kMostBins][kMostFrames]{};
    float weights[kMaxStripChannels][kMostBins][kMostFrames]{};
  };
  // Of one line over one stretch of 4 s, in whole dB: at every pace, then the strongest neighbour.
  struct Stretch {
    std::array<std::int8_t, kPaces + 1> level_db{};
    std::array<std::int8_t, kPaces> swell_percent{};  // over 1, capped at 100
  };
  struct Match {
    int lines = 0;
    double prominence_db = 0.0;
    double power = 0.0;
    int swell_percent = 0;
  };

  void end_stretch() noexcept;
  void weigh(Line& line) const noexcept;
  struct Fit {
    double level_db = -127.0;
    double swell = 1.0;  // the line as all frames alike give it, along the line as the soft ones do
  };
  [[nodiscard]] Fit fit(const Line& line, const Probe& probe) const noexcept;
  [[nodiscard]] Match match(int mains, int pace) const;

  int channels_ = 1;
  int frames_per_stretch_ = 43;
  int frames_ = 0;
  std::size_t most_stretches_ = 0;
  std::vector<Line> lines_;
  std::vector<std::array<Stretch, kLines>> stretches_;
};

}  // namespace ag06::analysis
