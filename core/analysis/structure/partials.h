// The strongest partials of one spectrum, and how rough they sound together. Not a pitch tracker.
// Source: P. N. Vassilakis, "Perceptual and Physical Properties of Amplitude Fluctuation and their Musical Significance", 2001, eq. 6.23 (roughness
// of a pair), with the critical-band constants of W. A. Sethares, "Local consonance and the relationship between timbre and scale", JASA 94, 1993.
#pragma once

#include <array>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

inline constexpr int kMaxPartials = 32;  // whole vectors of four

struct Partial {
  float frequency_hz = 0.0f;
  float power = 0.0f;   // of a sine of amplitude a: a^2
  bool clear = false;   // stands 10 dB above its surroundings: a partial, not a crest of noise
};

struct Partials {
  std::array<Partial, kMaxPartials> partials{};  // strongest first
  int count = 0;
  float clear_power = 0.0f;  // of all clear ones, also beyond kMaxPartials
  float total_power = 0.0f;  // of the whole range, on the same scale: clear_power of it is tonal
};

// Local maxima from 60 Hz to 4 kHz, no more than 40 dB below the strongest.
[[nodiscard]] Partials find_partials(const float* power, const StftGrid& grid) noexcept;

// Sum over all pairs, amplitudes relative to the strongest peak, hence independent of gain: 0 for a single tone, an octave of pure tones
// or silence. Crests of noise count as partials: a dense spectrum beats as well.
[[nodiscard]] double roughness_of(const Partials& heard) noexcept;

}  // namespace ag06::analysis
