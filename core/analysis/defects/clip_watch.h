// Finds flat tops: runs of equal samples cut off from steep waves at a level that recurs. Not for clipping that was filtered, resampled or
// lossily coded afterwards, which leaves no flat tops.
// A flat top: at least three samples that differ by less than 1.5 steps of 16 bits, higher than all else of its sign within the second, between
// flanks that still rise and fall two samples away and by more than rounding explains (the peak of a smooth wave is a parabola, whose flanks begin
// as flat as it ends). Three at one level make clipping. Square waves stay unnamed, since their flanks are no waves; limiters, since their
// gain moves within a peak; recordings of few bits, since their steps set what counts as steep.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/defects/defect_report.h"
#include "base/stream_spec.h"

namespace ag06::analysis {

class ClipWatch {
 public:
  void prepare(int channels) noexcept;
  void reset() noexcept;
  // The next slot of level/slot_cutter.h, which begins at time_s.
  void take_slot(const float* const* planes, int frames, double time_s) noexcept;
  // Adds what was found.
  void find(double sample_rate_hz, double duration_s, std::vector<Defect>& found) const;

 private:
  static constexpr int kLevels = 16;

  // Flat tops of one level, found so far.
  struct Level {
    float level_lin = 0.0f;
    int tops = 0;
    double samples = 0.0;
    int places = 0;
    std::array<float, kMaxDefectPlaces> place_s{};
  };
  // Of one sign within the current second.
  struct Side {
    float ceiling_lin = 0.0f;
    int tops = 0;
    double samples = 0.0;
    float first_s = 0.0f;
    std::array<Level, kLevels> levels{};
  };
  struct Channel {
    float last[3]{};  // newest first
    float step_lin = 1.0f;  // smallest difference of neighbours so far
    int run = 0;
    float level_lin = 0.0f;
    float before[2]{};
    int closing = 0;  // length of the run that waits for its second sample after
    float closing_level_lin = 0.0f;
    float closing_before[2]{};
    float after = 0.0f;
    Side sides[2]{};
  };

  void scan(Channel& channel, const float* x, int frames, float time_s) noexcept;
  static void step(Channel& channel, float x, float time_s) noexcept;
  static void judge(Channel& channel, float second_after, float time_s) noexcept;
  static void raise(Side& side, float peak_lin) noexcept;
  static void end_second(Side& side) noexcept;
  static void add(Side& side, std::array<Level, kLevels>& levels) noexcept;

  int channels_ = 1;
  int slots_ = 0;
  Channel states_[kMaxStripChannels];
};

}  // namespace ag06::analysis
