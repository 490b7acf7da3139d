// Smoothed values and fades laid out per frame for vector loops. Not for control decisions.
#pragma once

#include <algorithm>
#include <vector>

#include "base/math.h"
#include "dsp/primitives/smoothed_value.h"

namespace ag06::dsp {

[[nodiscard]] constexpr int whole_vectors(int frames) noexcept { return (frames + 3) & ~3; }

// frames >= 1 values; the last vector is filled up, so that no lane computes with what lies there by chance.
template <class T>
void ramp(SmoothedValue& value, T* out, int frames) noexcept {
  if (!value.settled()) {
    for (int i = 0; i < frames; ++i) out[i] = static_cast<T>(value.next());
    std::fill(out + frames, out + whole_vectors(frames), out[frames - 1]);
  } else {
    std::fill_n(out, whole_vectors(frames), static_cast<T>(value.value()));
  }
}

// The inner frames of a raised cosine from 0 to 1. Control thread; allocates.
[[nodiscard]] inline std::vector<float> raised_cosine(int frames) {
  std::vector<float> fade(static_cast<std::size_t>(frames));
  for (int i = 0; i < frames; ++i) fade[static_cast<std::size_t>(i)] = static_cast<float>(0.5 - 0.5 * cos_exact(kPi * (i + 1) / (frames + 1)));
  return fade;
}

}  // namespace ag06::dsp
