// The one SIMD source: GCC/clang vector extensions, 16 bytes wide on SSE2, NEON and WASM alike.
// Lane order and operation order are fixed, so results are the same bits everywhere. Not for horizontal tricks.
#pragma once

#include <cstring>

namespace ag06 {

using f32x4 = float __attribute__((vector_size(16)));
using f64x2 = double __attribute__((vector_size(16)));

[[nodiscard]] inline f32x4 load4(const float* from) noexcept {
  f32x4 v;
  std::memcpy(&v, from, sizeof(v));
  return v;
}
inline void store4(float* to, f32x4 v) noexcept { std::memcpy(to, &v, sizeof(v)); }
[[nodiscard]] inline f32x4 splat4(float x) noexcept { return f32x4{x, x, x, x}; }
[[nodiscard]] inline f64x2 splat2(double x) noexcept { return f64x2{x, x}; }
// (a0 + a2) + (a1 + a3): a fixed order.
[[nodiscard]] inline float sum4(f32x4 v) noexcept { return (v[0] + v[2]) + (v[1] + v[3]); }

}  // namespace ag06
