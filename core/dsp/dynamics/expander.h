// The parts of a downward expander: a level held over a window, the static curve, and the follower that moves along it. Not when to open.
// Source: U. Zoelzer (ed.), "DAFX: Digital Audio Effects", 2nd ed., 2011, section 4.2.2 (expander curve); the window and the follower are ours.
#pragma once

#include <algorithm>

#include "base/math.h"

namespace ag06::dsp {

// The largest of the latest values: over at least the window asked for and at most an eighth of it, and 8 frames, more.
class PeakWindow {
 public:
  // Forgets all values. Frames >= 1.
  void restart(int frames) noexcept {
    *this = {};
    bucket_frames_ = (frames + kBuckets - 1) / kBuckets;
  }
  float next(float x) noexcept {
    current_ = std::max(current_, x);
    const float largest = std::max(largest_full_, current_);
    if (++filled_frames_ == bucket_frames_) close_bucket();
    return largest;
  }

 private:
  static constexpr int kBuckets = 8;

  void close_bucket() noexcept {
    full_[at_] = current_;
    at_ = (at_ + 1) % kBuckets;
    largest_full_ = *std::max_element(full_, full_ + kBuckets);
    current_ = 0.0f;
    filled_frames_ = 0;
  }

  float full_[kBuckets] = {};
  float current_ = 0.0f, largest_full_ = 0.0f;
  int at_ = 0;
  int filled_frames_ = 0;
  int bucket_frames_ = 1;
};

// How far a level below the threshold is turned down: by (ratio - 1) dB per dB, no further than the range. All 0 or positive.
[[nodiscard]] inline double expander_reduction_db(double level_dbfs, double threshold_dbfs, double ratio, double range_db) noexcept {
  return std::min(range_db, (ratio - 1.0) * std::max(0.0, threshold_dbfs - level_dbfs));
}

// Two equal one-poles, whose speed depends on the direction of travel: a step is C1-smooth and 63 % of it takes the time stated. Lands exactly.
class TwoWayFollower {
 public:
  // The share of the way that one pole goes in a frame so that both go 63 % in the given time: (1 + u) exp(-u) = 1/e at u = 2.14619.
  [[nodiscard]] static double coefficient(double frames) noexcept { return 1.0 - exp_exact(-2.14619322 / std::max(frames, 1e-3)); }

  void snap(double value) noexcept { first_ = second_ = value; }
  [[nodiscard]] double value() const noexcept { return second_; }
  [[nodiscard]] bool rests_at(double value) const noexcept { return first_ == value && second_ == value; }
  double next(double target, double rising, double falling) noexcept {
    first_ += (target > first_ ? rising : falling) * (target - first_);
    second_ += (first_ > second_ ? rising : falling) * (first_ - second_);
    const double first_left = target - first_, second_left = target - second_;
    if (first_left < kLanding && first_left > -kLanding && second_left < kLanding && second_left > -kLanding) snap(target);
    return second_;
  }

 private:
  static constexpr double kLanding = 1e-6;  // dB

  double first_ = 0.0, second_ = 0.0;
};

}  // namespace ag06::dsp
