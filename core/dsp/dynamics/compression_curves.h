// The compressor's static curves: reduction in decibels, 0 or positive, as a function of the level. Not their smoothing in time.
// Source: D. Giannoulis, M. Massberg, J. D. Reiss, "Digital Dynamic Range Compressor Design", JAES 60(6), 2012, eq. 4 (knee); the opto curve is ours.
#pragma once

#include "base/simd_math.h"

namespace ag06::dsp {

// Quadratic over the part of the level that lies inside the knee, straight over the part above it.
struct KneeCurve {
  float bottom_db = 0.0f, knee_db = 0.0f, half_slope_per_knee = 0.0f, slope = 0.0f;

  // slope is 1 - 1/ratio.
  void set(double threshold_dbfs, double slope_now, double knee_now_db) noexcept {
    knee_db = static_cast<float>(knee_now_db);
    bottom_db = static_cast<float>(threshold_dbfs - 0.5 * knee_now_db);
    slope = static_cast<float>(slope_now);
    half_slope_per_knee = knee_db > 0.0f ? 0.5f * slope / knee_db : 0.0f;
  }
  [[nodiscard]] f32x4 reduction_db(f32x4 level_dbfs) const noexcept {
    const f32x4 none = splat4(0.0f);
    const f32x4 over_db = level_dbfs - splat4(bottom_db);
    const f32x4 in_knee_db = max4(none, min4(over_db, splat4(knee_db)));
    const f32x4 above_db = max4(none, over_db - splat4(knee_db));
    return splat4(half_slope_per_knee) * in_knee_db * in_knee_db + splat4(slope) * above_db;
  }
};

// slope o^2 / (o + K) of the level's excess o over the threshold, K = 3 dB + knee: the ratio grows from 1 at the threshold towards the one that is
// set, as the reduction of a photocell does, and never quite gets there.
struct OptoCurve {
  static constexpr float kLeastSoftnessDb = 3.0f;

  float threshold_dbfs = 0.0f, softness_db = kLeastSoftnessDb, slope = 0.0f;

  void set(double threshold_now_dbfs, double slope_now, double knee_now_db) noexcept {
    threshold_dbfs = static_cast<float>(threshold_now_dbfs);
    slope = static_cast<float>(slope_now);
    softness_db = kLeastSoftnessDb + static_cast<float>(knee_now_db);
  }
  [[nodiscard]] f32x4 reduction_db(f32x4 level_dbfs) const noexcept {
    const f32x4 over_db = over(level_dbfs);
    return splat4(slope) * over_db * over_db / (over_db + splat4(softness_db));
  }
  // d reduction / d level, in [0, slope): the ratio at this level is 1 / (1 - steepness).
  [[nodiscard]] f32x4 steepness(f32x4 level_dbfs) const noexcept {
    const f32x4 soft_share = splat4(softness_db) / (over(level_dbfs) + splat4(softness_db));
    return splat4(slope) * (splat4(1.0f) - soft_share * soft_share);
  }

 private:
  [[nodiscard]] f32x4 over(f32x4 level_dbfs) const noexcept { return max4(splat4(0.0f), level_dbfs - splat4(threshold_dbfs)); }
};

}  // namespace ag06::dsp
