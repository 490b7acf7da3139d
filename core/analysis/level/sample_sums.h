// Sums over a run of samples in four lanes: the same bits everywhere, the order of additions fixed. Not for runs so long that floats lose count (10
// ms here).
#pragma once

#include "base/simd_math.h"

namespace ag06::analysis {

struct SampleSums {
  float peak_lin = 0.0f;
  float sum = 0.0f;
  float energy = 0.0f;
};

[[nodiscard]] inline f32x4 magnitude4(f32x4 v) noexcept { return lanes_of(bits_of(v) & 0x7fffffff); }
[[nodiscard]] inline float largest_of(f32x4 v) noexcept {
  const float a = v[0] < v[2] ? v[2] : v[0], b = v[1] < v[3] ? v[3] : v[1];
  return a < b ? b : a;
}

[[nodiscard]] inline SampleSums sums_of(const float* x, int frames) noexcept {
  f32x4 peak{}, sum{}, energy{};
  int i = 0;
  for (; i + 4 <= frames; i += 4) {
    const f32x4 v = load4(x + i);
    peak = max4(peak, magnitude4(v));
    sum += v;
    energy += v * v;
  }
  SampleSums sums{largest_of(peak), sum4(sum), sum4(energy)};
  for (; i < frames; ++i) {
    const float magnitude = x[i] < 0.0f ? -x[i] : x[i];
    if (sums.peak_lin < magnitude) sums.peak_lin = magnitude;
    sums.sum += x[i];
    sums.energy += x[i] * x[i];
  }
  return sums;
}

[[nodiscard]] inline float product_of(const float* x, const float* y, int frames) noexcept {
  f32x4 lanes{};
  int i = 0;
  for (; i + 4 <= frames; i += 4) lanes += load4(x + i) * load4(y + i);
  float sum = sum4(lanes);
  for (; i < frames; ++i) sum += x[i] * y[i];
  return sum;
}

}  // namespace ag06::analysis
