// Finds clicks like those of a scratched record: impulses shorter than half a millisecond that stand alone. Not for edits that jump from one
// level to another, and not for drums, whose noise goes on after the stroke.
// Measured on the second difference of the samples: a click stands kProminence times above all else of it from 0.5 to 5 ms before and after; the
// signal has the same mean and about the same level on both sides. Clicks that follow each other within 50 ms are a wave, not damage.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/defects/defect_report.h"
#include "base/stream_spec.h"

namespace ag06::analysis {

class ClickWatch {
 public:
  void prepare(int channels) noexcept;
  void reset() noexcept;
  // The next slot of level/slot_cutter.h, which begins at time_s.
  void take_slot(const float* const* planes, int frames, double time_s) noexcept;
  void find(double duration_s, std::vector<Defect>& found) const;

 private:
  static constexpr int kPartsPerSlot = 40;  // of 0.25 ms
  static constexpr int kReach = 20;         // parts on either side
  static constexpr int kRing = 64;          // parts, over 2 kReach + 1

  struct Part {
    float sharpest_lin = 0.0f;  // largest second difference
    float peak_lin = 0.0f;
    float mean_lin = 0.0f;
  };
  struct Channel {
    float last[2]{};  // newest first
    std::array<Part, kRing> ring{};
  };

  [[nodiscard]] bool is_click(const Channel& channel, std::int64_t at) const noexcept;
  void count(double time_s) noexcept;

  int channels_ = 1;
  std::int64_t parts_ = 0;
  Channel states_[kMaxStripChannels];
  double clicks_ = 0.0;
  int in_burst_ = 0;
  double latest_s_ = -1.0;
  int places_ = 0;
  std::array<double, kMaxDefectPlaces> place_s_{};
};

}  // namespace ag06::analysis
