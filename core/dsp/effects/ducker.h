// Turns an effect down while the dry signal is loud, by a level that follows the louder channel. Not a compressor: it has no threshold to set.
// Source: none published; a peak follower in decibels, a smoothstep from quiet to loud, and two equal one-poles with attack and release.
#pragma once

#include <cmath>

#include "base/math.h"
#include "dsp/primitives/smoothed_value.h"

namespace ag06::dsp {

class Ducker {
 public:
  // The control rate: decisions fall on multiples of it, counted since reset; a gain is heard this many frames late at most.
  static constexpr int kStepFrames = 16;
  // Echoes are fully up while the dry peaks lie below the first, fully ducked from the second on.
  static constexpr float kQuietDbfs = -45.0f;
  static constexpr float kLoudDbfs = -21.0f;

  void prepare(double sample_rate_hz) noexcept {
    const double step_ms = kStepFrames * 1000.0 / sample_rate_hz;
    const auto coefficient = [&](double tau_ms) { return static_cast<float>(1.0 - exp_exact(-step_ms / tau_ms)); };
    // Two equal poles reach 63 % after 2.15 of their time constants.
    attack_ = coefficient(10.0 / 2.15);
    release_ = coefficient(250.0 / 2.15);
    // Half-waves down to 50 Hz are bridged.
    fall_ = 1.0f - coefficient(30.0);
    depth_db_.prepare(sample_rate_hz / kStepFrames, 60.0);
    reset();
  }
  void reset() noexcept {
    depth_db_.snap();
    peak_lin_ = level_lin_ = first_ = second_ = 0.0f;
    gain_lin_ = next_gain_lin_ = 1.0f;
    frame_ = 0;
  }
  void set_depth_db(float depth_db) noexcept { depth_db_.set_target(depth_db); }
  void snap_depth() noexcept { depth_db_.snap(); }

  // Multiplies gains[i] by the gain for each frame; peaks_lin[i] >= 0 is the dry signal's magnitude.
  void process(const float* peaks_lin, float* gains, int frames) noexcept {
    constexpr float kPerStep = 1.0f / kStepFrames;
    for (int i = 0; i < frames; ++i) {
      peak_lin_ = peak_lin_ < peaks_lin[i] ? peaks_lin[i] : peak_lin_;
      gains[i] *= gain_lin_ + (next_gain_lin_ - gain_lin_) * (kPerStep * static_cast<float>(frame_));
      if (++frame_ == kStepFrames) step();
    }
  }

 private:
  void step() noexcept {
    frame_ = 0;
    gain_lin_ = next_gain_lin_;
    level_lin_ = flush_tiny(level_lin_ * fall_);
    if (peak_lin_ > level_lin_) level_lin_ = peak_lin_;
    peak_lin_ = 0.0f;
    const float above = clamp_to((lin_to_db_fast(level_lin_) - kQuietDbfs) * (1.0f / (kLoudDbfs - kQuietDbfs)), 0.0f, 1.0f);
    const float loud = above * above * (3.0f - 2.0f * above);
    first_ = flush_tiny(first_ + (loud > first_ ? attack_ : release_) * (loud - first_));
    second_ = flush_tiny(second_ + (first_ > second_ ? attack_ : release_) * (first_ - second_));
    const auto depth_db = static_cast<float>(depth_db_.next());
    next_gain_lin_ = depth_db == 0.0f ? 1.0f : db_to_lin_fast(-depth_db * second_);
  }

  SmoothedValue depth_db_;
  float attack_ = 1.0f, release_ = 1.0f, fall_ = 0.0f;
  float peak_lin_ = 0.0f, level_lin_ = 0.0f;
  float first_ = 0.0f, second_ = 0.0f;  // 0 quiet, 1 loud
  float gain_lin_ = 1.0f, next_gain_lin_ = 1.0f;
  int frame_ = 0;
};

}  // namespace ag06::dsp
