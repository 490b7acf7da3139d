// A reverb's delay lines: slowly moving reads between the frames, then each line's losses. Mixes nothing: the tank does.
// Source: T. I. Laakso, V. Valimaki, M. Karjalainen, U. K. Laine, "Splitting the unit delay", IEEE Signal Processing Magazine 13(1), 1996
// (Lagrange interpolation, here of six points: at most 0.05 dB of loss up to a sixth of the rate, and no step when the points move on). A change of
// settings is a crossfade between two readings of the same lines, both with losses, so the network stays stable.
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/effects/reverb_setting.h"
#include "dsp/primitives/smoothed_value.h"

namespace ag06::dsp {

class ReverbLines {
 public:
  // Control thread; allocates. Room for every type.
  void prepare(double sample_rate_hz);
  void clear_part(int part, int parts) noexcept;  // of the lines' memory
  [[nodiscard]] int line_count() const noexcept { return 4 * groups_; }  // in use; a row's other places are left alone
  void set_modulation(double ratio) noexcept { depth_.set_target(ratio); }
  // The memory must be silent.
  void start(ReverbType type) noexcept;
  // The other reading continues from this one's state.
  void copy_reading(int from, int to) noexcept { readings_[to] = readings_[from]; }
  // Every kReverbGridFrames frames, before read(); index: of the reading.
  void move() noexcept;
  void aim(const ReverbSetting& setting, int index) noexcept;

  // rows: [frames][kReverbLines], what leaves the lines in the next frames <= the rest of the grid step.
  void read(const ReverbSetting& setting, int index, int frames, float* rows) noexcept;
  // What enters them in these frames, as of flushed4(); then the next frames begin.
  void write(const float* rows, int frames) noexcept;
  // What entered a line frames_ago >= 1 frames before the next one.
  [[nodiscard]] float entered(int line, int frames_ago) const noexcept {
    return memory_[static_cast<std::uint32_t>(line) * ring_frames_ + ((at_ - static_cast<std::uint32_t>(frames_ago)) & (ring_frames_ - 1u))];
  }
  // The same for `frames` frames from there, into every stride-th place.
  void copy_entered(int line, int frames_ago, int frames, float* to, int stride) const noexcept;

 private:
  static constexpr int kPoints = 6;
  struct Reading {
    std::uint32_t tap_frames[kReverbLines] = {};
    f32x4 weight[kReverbGroups][kPoints] = {}, weight_step[kReverbGroups][kPoints] = {};
    f32x4 earlier[kReverbGroups][kPoints - 1] = {};  // the newest first
    AbsorbentState losses[kReverbGroups];
  };

  static void interpolate(Reading& reading, int group, int frames, float* rows) noexcept;

  double sample_rate_hz_ = 48000.0;
  std::vector<float> memory_;
  std::uint32_t sixteen_ring_frames_ = 1;  // a ring's length, a power of two, when sixteen lines share the memory
  std::uint32_t ring_frames_ = 1;
  std::uint32_t at_ = 0;
  int groups_ = kReverbGroups;
  Reading readings_[2];
  SmoothedValue depth_;
  bool moves_[kReverbGroups] = {};
  f32x4 excursion_frames_[kReverbGroups] = {};
  f32x4 sine_[kReverbGroups] = {}, cosine_[kReverbGroups] = {}, turn_sine_[kReverbGroups] = {}, turn_cosine_[kReverbGroups] = {};
  f32x4 offset_frames_[kReverbGroups] = {}, next_offset_frames_[kReverbGroups] = {};
};

}  // namespace ag06::dsp
