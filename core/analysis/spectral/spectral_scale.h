// The scale that the ears on the spectrum share: power re a full-scale sine, when it sounds, and sums in a fixed order. Not for other windows than
// Hann.
#pragma once

#include "base/math.h"
#include "base/simd.h"

namespace ag06::analysis {

// Bins that a Hann window spreads a power over, in units of one bin: its equivalent noise bandwidth.
// Source: F. J. Harris, "On the Use of Windows for Harmonic Analysis with the DFT", Proc. IEEE 66(1), 1978, table 1.
inline constexpr double kLobePower = 1.5;
// A frame sounds from -80 dB re full-scale sine on: over the dither of 16 bits (-93 dB), under any music. Chosen by us. Sum of its bins:
inline constexpr float kSoundingPower = static_cast<float>(1e-8 * kLobePower);

// power > 0.
[[nodiscard]] inline double power_to_db(double power) noexcept { return 0.5 * lin_to_db(power); }
// power is floored at 1e-16 (-160 dB); error <= 3e-5 dB.
[[nodiscard]] inline float power_to_db_fast(float power) noexcept { return 3.01029996f * log2_fast(power > 1e-16f ? power : 1e-16f); }
[[nodiscard]] inline double db_to_power(double level_db) noexcept { return db_to_lin(2.0 * level_db); }

// Of a[from, to), four lanes wide.
[[nodiscard]] inline float sum_of(const float* a, int from, int to) noexcept {
  f32x4 lanes = splat4(0.0f);
  int i = from;
  for (; i + 4 <= to; i += 4) lanes += load4(a + i);
  float sum = sum4(lanes);
  for (; i < to; ++i) sum += a[i];
  return sum;
}

// sum[i] += a[i]
inline void add_to(float* sum, const float* a, int count) noexcept {
  int i = 0;
  for (; i + 4 <= count; i += 4) store4(sum + i, load4(sum + i) + load4(a + i));
  for (; i < count; ++i) sum[i] += a[i];
}

}  // namespace ag06::analysis
