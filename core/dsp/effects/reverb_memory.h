// What the reverb's rings share: lengths that wrap by a mask, emptying piece by piece, and the level below which a recursion counts as silent.
// Not a delay line.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/simd_math.h"

namespace ag06::dsp {

// A power of two above `frames`.
[[nodiscard]] inline std::uint32_t reverb_ring_frames(int frames) noexcept {
  std::uint32_t power = 1;
  while (power <= static_cast<std::uint32_t>(frames)) power *= 2;
  return power;
}

// Zeroes the part-th of `parts` pieces: a tank of half a megabyte is not emptied within one block.
inline void clear_memory_part(std::vector<float>& memory, int part, int parts) noexcept {
  const std::size_t size = memory.size() / static_cast<std::size_t>(parts), from = size * static_cast<std::size_t>(part);
  const std::size_t to = part + 1 == parts ? memory.size() : from + size;
  std::fill(memory.begin() + static_cast<std::ptrdiff_t>(from), memory.begin() + static_cast<std::ptrdiff_t>(to), 0.0f);
}

// -300 dB. States are flushed on the control grid, too short for anything to decay from there to a denormal in between.
inline constexpr float kReverbSilentLin = 1e-15f;
[[nodiscard]] inline float flushed(float x) noexcept { return std::fabs(x) < kReverbSilentLin ? 0.0f : x; }
[[nodiscard]] inline f32x4 flushed4(f32x4 v) noexcept {
  return lanes_of(bits_of(v) & ((v >= splat4(kReverbSilentLin)) | (v <= splat4(-kReverbSilentLin))));
}

}  // namespace ag06::dsp
