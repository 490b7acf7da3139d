// How a wanted reduction becomes one that moves in time: the modern compressor's attack and release, and the vintage one's photocell. Not curves.
// Source: D. Giannoulis, M. Massberg, J. D. Reiss, "Digital Dynamic Range Compressor Design", JAES 60(6), 2012, eq. 17 (smooth decoupled detector);
// Universal Audio, "Teletronix LA-2A" manual, specifications (attack 10 ms; release 60 ms to one half, then 0.5 to 5 s). All reductions in decibels.
#pragma once

#include <algorithm>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::dsp {

// Far below hearing and far above the smallest normal double: added to every recursion, it keeps the states from ever becoming denormal.
inline constexpr double kNeverDenormal = 1e-30;

// The share of the way to its target that a one-pole goes in a frame.
[[nodiscard]] inline double one_pole_coefficient(double time_ms, double sample_rate_hz) noexcept {
  return 1.0 - exp_exact(-1000.0 / (time_ms * sample_rate_hz));
}

// Attack and release each go 63 % of a step in their time; the release then runs through the attack smoother too.
class DecoupledSmoother {
 public:
  struct Times {
    double attack = 1.0, release = 1.0;  // one-pole coefficients
  };
  [[nodiscard]] static Times times(double attack_ms, double release_ms, double sample_rate_hz) noexcept {
    return {one_pole_coefficient(attack_ms, sample_rate_hz), one_pole_coefficient(release_ms, sample_rate_hz)};
  }

  void snap(double reduction_db) noexcept { released_db_ = reduction_db_ = reduction_db; }
  [[nodiscard]] double reduction_db() const noexcept { return reduction_db_; }
  // wanted_db and reductions_db may be the same.
  void process(const float* wanted_db, int frames, const Times& times, float* reductions_db) noexcept {
    const double attack = times.attack, keep_in_attack = 1.0 - attack;
    const double release = times.release, keep_in_release = 1.0 - release;
    double released_db = released_db_, reduction_db = reduction_db_;
    for (int i = 0; i < frames; ++i) {
      const double wanted = static_cast<double>(wanted_db[i]);
      // The part that does not depend on the state comes first.
      released_db = std::max(wanted, keep_in_release * released_db + (release * wanted + kNeverDenormal));
      reduction_db = keep_in_attack * reduction_db + attack * released_db;
      reductions_db[i] = static_cast<float>(reduction_db);
    }
    released_db_ = released_db;
    reduction_db_ = reduction_db;
  }

 private:
  double released_db_ = 0.0;  // after release, before attack smoothing
  double reduction_db_ = 0.0;
};

// Light on a photocell: after a long reduction half of it goes in 0.4 release times (60 ms at 150 ms), the rest with a time constant of 10 release
// times; after a short one nearly all of it goes at the first speed, for the cell's memory charges in 4 release times. The attack shortens as the
// curve steepens, as a detector that listens to the output makes it: there the loop's time constant is the attack over the ratio at the level.
class OptoCell {
 public:
  static constexpr double kHalfReleaseRatio = 0.4;
  static constexpr double kTailRatio = 10.0;
  static constexpr double kChargeRatio = 4.0;
  static constexpr double kRememberedShare = 0.4;
  // The loop of a limiter-like curve would be as fast as the tone itself and distort it.
  static constexpr float kFastestAttackRatio = 4.0f;

  struct Times {
    double attack = 1.0, release = 1.0, charge = 1.0, discharge = 1.0;  // one-pole coefficients, attack's at a ratio of 1
  };
  [[nodiscard]] static Times times(double attack_ms, double release_ms, double sample_rate_hz) noexcept {
    // The memory m discharges towards what is left, which is its remembered share of m: hence 1 - share. The fast time constant is then the one of
    // dr/dt = (share m - r) / fast, dm/dt = (r - m) / slow, r(0) = m(0) = 1 for which r(0.4 release) = 1/2; a test integrates it.
    constexpr double kFastRatio = 0.2278195504;
    return {one_pole_coefficient(attack_ms, sample_rate_hz), one_pole_coefficient(kFastRatio * release_ms, sample_rate_hz),
            one_pole_coefficient(kChargeRatio * release_ms, sample_rate_hz),
            one_pole_coefficient((1.0 - kRememberedShare) * kTailRatio * release_ms, sample_rate_hz)};
  }

  void snap(double reduction_db, const Times& times) noexcept {
    released_db_ = memory_db_ = reduction_db_ = reduction_db;
    attack_ = times.attack;
  }
  [[nodiscard]] double reduction_db() const noexcept { return reduction_db_; }
  // The attack's coefficient where the curve has the given steepness (1 - 1/ratio): one pole in attack / ratio frames, to first order.
  [[nodiscard]] static f32x4 attack(f32x4 steepness, const Times& times) noexcept {
    const f32x4 ratio = splat4(1.0f) / max4(splat4(1.0f / kFastestAttackRatio), splat4(1.0f) - steepness);
    const f32x4 stated = splat4(static_cast<float>(times.attack));
    return ratio * stated / (splat4(1.0f) + (ratio - splat4(1.0f)) * stated);
  }
  // attacks[i] is the coefficient for a new reduction of wanted_db[i]. The arrays may be the same.
  void process(const float* wanted_db, const float* attacks, int frames, const Times& times, float* reductions_db) noexcept {
    const double release = times.release, charge = times.charge, discharge = times.discharge;
    double released_db = released_db_, memory_db = memory_db_, reduction_db = reduction_db_, attack_now = attack_;
    for (int i = 0; i < frames; ++i) {
      const double wanted = static_cast<double>(wanted_db[i]);
      if (wanted >= released_db) attack_now = static_cast<double>(attacks[i]);
      const double floor_db = std::max(wanted, kRememberedShare * memory_db);
      released_db = std::max(wanted, released_db + (release * (floor_db - released_db) + kNeverDenormal));
      memory_db += (released_db > memory_db ? charge : discharge) * (released_db - memory_db) + kNeverDenormal;
      reduction_db += attack_now * (released_db - reduction_db) + kNeverDenormal;
      reductions_db[i] = static_cast<float>(reduction_db);
    }
    released_db_ = released_db;
    memory_db_ = memory_db;
    reduction_db_ = reduction_db;
    attack_ = attack_now;
  }

 private:
  double released_db_ = 0.0;  // after release, before attack smoothing
  double memory_db_ = 0.0;
  double reduction_db_ = 0.0;
  double attack_ = 1.0;  // of the latest reduction that set in
};

}  // namespace ag06::dsp
