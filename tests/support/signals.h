// Test signals in owned planes and ways to run a unit over them. Not bit-exact across platforms: see music.h for signals that are.
#pragma once

#include <algorithm>
#include <cmath>

#include "support/music.h"

namespace ag06::test {

inline void add_sine(Planes& to, int from, int frames, double sample_rate_hz, double freq_hz, double peak_lin, double phase_rad = 0.0) {
  for (auto& plane : to.samples)
    for (int i = from; i < from + frames; ++i)
      plane[static_cast<std::size_t>(i)] += static_cast<float>(peak_lin * std::sin(2.0 * kPi * freq_hz * i / sample_rate_hz + phase_rad));
}

[[nodiscard]] inline Planes sine(int channels, int frames, double sample_rate_hz, double freq_hz, double peak_lin, double phase_rad = 0.0) {
  Planes planes(channels, frames);
  add_sine(planes, 0, frames, sample_rate_hz, freq_hz, peak_lin, phase_rad);
  return planes;
}

// White, uniform in [-peak_lin, peak_lin), different on every channel.
[[nodiscard]] inline Planes noise(int channels, int frames, double peak_lin, std::uint32_t seed) {
  Planes planes(channels, frames);
  Random random(seed);
  for (auto& plane : planes.samples)
    for (float& x : plane) x = static_cast<float>(peak_lin * (2.0 * random.unit() - 1.0));
  return planes;
}

[[nodiscard]] inline Planes constant(int channels, int frames, float value) {
  Planes planes(channels, frames);
  for (auto& plane : planes.samples) plane.assign(plane.size(), value);
  return planes;
}

[[nodiscard]] inline int frame_count(const Planes& planes) { return static_cast<int>(planes.samples[0].size()); }

template <class Unit>
void run(Unit& unit, Planes& io, int block_frames = 512) {
  for (int at = 0; at < frame_count(io); at += block_frames) unit.process(io.slice(at, std::min(block_frames, frame_count(io) - at)));
}

// Blocks of next_frames() frames, which may be zero, over [from, to).
template <class Unit, class NextFrames>
void run_in_cuts(Unit& unit, Planes& io, int from, int to, NextFrames next_frames) {
  for (int at = from; at < to;) {
    const int frames = std::min(next_frames(), to - at);
    unit.process(io.slice(at, frames));
    at += frames;
  }
}

// As stored: NaN equals the same NaN, +0 differs from -0.
[[nodiscard]] inline bool same_bits(float a, float b) { return ag06::detail::bits_as<std::uint32_t>(a) == ag06::detail::bits_as<std::uint32_t>(b); }

// First frame at which any channel differs in bits, or -1.
[[nodiscard]] inline int first_difference(const Planes& a, const Planes& b) {
  for (int i = 0; i < frame_count(a); ++i)
    for (std::size_t c = 0; c < a.samples.size(); ++c)
      if (!same_bits(a.samples[c][static_cast<std::size_t>(i)], b.samples[c][static_cast<std::size_t>(i)])) return i;
  return -1;
}

}  // namespace ag06::test
