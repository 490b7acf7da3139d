// Reproducible test music, the same bits on every platform, and the planes that hold it. Not for anything but tests.
// Source: G. Marsaglia, "Xorshift RNGs", J. Stat. Soft. 8(14), 2003.
#pragma once

#include <cstdint>
#include <vector>

#include "base/audio_block.h"
#include "base/math.h"

namespace ag06::test {

class Random {
 public:
  explicit Random(std::uint32_t seed) noexcept : state_(seed) {}
  [[nodiscard]] std::uint32_t next() noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    return state_ ^= state_ << 5;
  }
  [[nodiscard]] double unit() noexcept { return next() / 4294967296.0; }            // [0, 1)
  [[nodiscard]] int below(int bound) noexcept { return static_cast<int>(next() % static_cast<std::uint32_t>(bound)); }

 private:
  std::uint32_t state_;
};

// Planar audio that owns its samples; copies are deep.
struct Planes {
  Planes(int channels, int frames) : samples(static_cast<std::size_t>(channels), std::vector<float>(static_cast<std::size_t>(frames))) {}
  [[nodiscard]] AudioBlock block() { return slice(0, static_cast<int>(samples[0].size())); }
  // Valid until the next call.
  [[nodiscard]] AudioBlock slice(int at, int frames) {
    pointers.clear();
    for (auto& plane : samples) pointers.push_back(plane.data() + at);
    return {pointers.data(), static_cast<int>(pointers.size()), frames};
  }
  std::vector<std::vector<float>> samples;
  std::vector<float*> pointers;
};

// Chords, decaying noise hits twice a second, a quiet second after every four, and a little noise throughout.
[[nodiscard]] inline Planes music(int channels, int frames, double sample_rate_hz, double level_lin, std::uint32_t seed) {
  Planes planes(channels, frames);
  Random random(seed);
  for (int i = 0; i < frames; ++i) {
    const double t = i / sample_rate_hz;
    const bool pause = static_cast<int>(t) % 5 == 4;
    const double beat = t * 2.0 - static_cast<int>(t * 2.0);
    const double hit = exp_exact(-12.0 * beat) * (random.unit() - 0.5);
    const double chord = sin_exact(2.0 * kPi * 110.0 * t) + 0.5 * sin_exact(2.0 * kPi * 277.18 * t) + 0.3 * sin_exact(2.0 * kPi * 1318.5 * t);
    for (int c = 0; c < channels; ++c) {
      const double noise = 0.001 * (random.unit() - 0.5);
      planes.samples[static_cast<std::size_t>(c)][static_cast<std::size_t>(i)] =
          static_cast<float>(level_lin * (noise + (pause ? 0.0 : hit + (c == 0 ? 0.3 : 0.25) * chord)));
    }
  }
  return planes;
}

}  // namespace ag06::test
