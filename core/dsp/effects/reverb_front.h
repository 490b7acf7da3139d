// What a reverb's input passes before the tank: low and high cut, predelay and the first reflections, one set per lane. No reverberation of its own.
// Source: A. Simper, "Linear trapezoidal integrated state variable filter", Cytomic, 2013 (cuts).
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/effects/reverb_setting.h"

namespace ag06::dsp {

class ReverbFront {
 public:
  void prepare(double sample_rate_hz);
  void clear_part(int part, int parts) noexcept;
  void start(ReverbType type) noexcept;  // the memory must be silent
  void copy_reading(int from, int to) noexcept { readings_[to] = readings_[from]; }
  void flush() noexcept;  // on the grid
  // in: [frames][2]; lanes: [frames][kReverbLanes]. fade: weight of the incoming setting per frame; null without one.
  void process(const float* in, const ReverbSetting& now, int index, const ReverbSetting& incoming, const float* fade, int frames,
               float* lanes) noexcept;

 private:
  struct Reading {
    f64x2 low_1 = {0.0, 0.0}, low_2 = {0.0, 0.0}, high_1 = {0.0, 0.0}, high_2 = {0.0, 0.0};
    AbsorbentState losses;
  };
  void cut(const float* in, const ReverbSetting& setting, int index, int frames, float* out) noexcept;
  void reflect(const ReverbSetting& setting, int index, int frames, float* lanes) noexcept;

  std::vector<float> memory_;  // [channel][ring frame]
  std::uint32_t ring_frames_ = 1;
  std::uint32_t at_ = 0;
  int taps_ = kReverbLaneTaps;  // in use
  Reading readings_[2];
};

}  // namespace ag06::dsp
