// Four-lane forms of the per-sample functions in base/math.h: each lane holds the same bits as the scalar function. Not for double precision.
// tests/core/base/simd_math_test.cc asserts the equality.
#pragma once

#include <cstdint>

#include "base/simd.h"

namespace ag06 {

using i32x4 = std::int32_t __attribute__((vector_size(16)));

[[nodiscard]] inline i32x4 bits_of(f32x4 v) noexcept { return reinterpret_cast<i32x4>(v); }
[[nodiscard]] inline f32x4 lanes_of(i32x4 v) noexcept { return reinterpret_cast<f32x4>(v); }
// Lanes of a where the mask is all ones, of b where it is zero.
[[nodiscard]] inline f32x4 select4(i32x4 mask, f32x4 a, f32x4 b) noexcept { return lanes_of((mask & bits_of(a)) | (~mask & bits_of(b))); }
// As (a < b ? b : a) and (b < a ? b : a) lane by lane.
[[nodiscard]] inline f32x4 max4(f32x4 a, f32x4 b) noexcept { return select4(a < b, b, a); }
[[nodiscard]] inline f32x4 min4(f32x4 a, f32x4 b) noexcept { return select4(b < a, b, a); }

// Lanes are positive normal floats.
[[nodiscard]] inline f32x4 log2_fast4(f32x4 x) noexcept {
  const i32x4 bits = bits_of(x);
  i32x4 exponent = ((bits >> 23) & 0xff) - 127;
  f32x4 mantissa = lanes_of((bits & 0x007fffff) | 0x3f800000);
  const i32x4 upper = mantissa > splat4(1.41421356f);
  mantissa = select4(upper, mantissa * splat4(0.5f), mantissa);
  exponent -= upper;
  const f32x4 s = (mantissa - splat4(1.0f)) / (mantissa + splat4(1.0f));
  const f32x4 s2 = s * s;
  const f32x4 sum = splat4(2.88539008f) +
                    s2 * (splat4(0.961796694f) + s2 * (splat4(0.577078016f) + s2 * (splat4(0.412198583f) + s2 * splat4(0.320598898f))));
  return __builtin_convertvector(exponent, f32x4) + s * sum;
}

// Clamped to [-126, 126] as the scalar function.
[[nodiscard]] inline f32x4 exp2_fast4(f32x4 x) noexcept {
  x = max4(splat4(-126.0f), min4(x, splat4(126.0f)));
  const f32x4 half = select4(x < splat4(0.0f), splat4(-0.5f), splat4(0.5f));
  const i32x4 whole = __builtin_convertvector(x + half, i32x4);
  const f32x4 t = (x - __builtin_convertvector(whole, f32x4)) * splat4(0.693147181f);
  const f32x4 sum = splat4(1.0f) + t * (splat4(1.0f) + t * (splat4(0.5f) + t * (splat4(0.166666667f) + t * (splat4(0.0416666667f) +
                    t * (splat4(0.00833333333f) + t * (splat4(0.00138888889f) + t * splat4(0.000198412698f)))))));
  return sum * lanes_of((whole + 127) << 23);
}

[[nodiscard]] inline f32x4 db_to_lin_fast4(f32x4 level_db) noexcept { return exp2_fast4(level_db * splat4(0.166096405f)); }
[[nodiscard]] inline f32x4 lin_to_db_fast4(f32x4 lin) noexcept { return splat4(6.02059991f) * log2_fast4(max4(splat4(1e-10f), lin)); }

}  // namespace ag06
