// Weighted mean square to LUFS. Source: ITU-R BS.1770-5 Annex 1, eq. 2: L = -0.691 + 10 log10(sum G z).
#pragma once

#include "base/math.h"

namespace ag06::analysis {

// Below -140 LUFS nothing is there to measure.
inline constexpr double kLeastEnergy = 1e-14;

// NaN for less than that.
[[nodiscard]] inline double lufs_of(double energy) noexcept {
  return energy > kLeastEnergy ? -0.691 + 0.5 * lin_to_db(energy) : __builtin_nan("");
}
[[nodiscard]] inline double energy_of(double loudness_lufs) noexcept { return db_to_lin(2.0 * (loudness_lufs + 0.691)); }

}  // namespace ag06::analysis
