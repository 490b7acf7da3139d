// Two small diffusers: lanes that are delayed and mixed step by step, which makes echoes dense without ringing, and a chain of stereo allpasses.
// Not reverberators: both end within tens of milliseconds.
// Source: lanes: a feed-forward form of J.-M. Jot's delay network (AES 90th Convention, 1991) with Householder mixing; allpasses: M. R. Schroeder,
// "Natural sounding artificial reverberation", JAES 10(3), 1962, in the lattice of J. Dattorro, JAES 45(9), 1997, figure 1.
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/effects/reverb_setting.h"

namespace ag06::dsp {

class LaneDiffuser {
 public:
  void prepare(double sample_rate_hz);
  void clear_part(int part, int parts) noexcept;
  void start(ReverbType type) noexcept;
  // lanes: [frames][kReverbLanes], in place. Energy is kept.
  void process(float* lanes, int frames) noexcept;

 private:
  double sample_rate_hz_ = 48000.0;
  std::uint32_t ring_frames_ = 1;
  std::uint32_t at_ = 0;
  std::vector<float> memory_;  // [step][ring frame][lane]
  std::uint32_t delay_frames_[kReverbDiffuserSteps][kReverbLanes] = {};
};

// Four allpasses after one another, two channels.
class AllpassChain {
 public:
  void prepare(double sample_rate_hz);
  void clear_part(int part, int parts) noexcept;
  void start(ReverbType type) noexcept;
  void process(float* left, float* right, int frames) noexcept;

 private:
  static constexpr int kStages = 4;
  double sample_rate_hz_ = 48000.0;
  std::uint32_t ring_frames_ = 1;
  std::uint32_t at_ = 0;
  std::vector<float> memory_;  // [channel][stage][ring frame]
  std::uint32_t delay_frames_[2][kStages] = {};
  float gain_[kStages] = {};
};

}  // namespace ag06::dsp
