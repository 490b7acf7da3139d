// Frequency-dependent losses for delay lines, so that every mode of a lossless network decays with one T60(f). Not an equaliser.
// Source: J.-M. Jot, A. Chaigne, "Digital delay networks for designing artificial reverberators", AES 90th Convention, 1991 (loss in
// decibels proportional to the line's length over T60); J.-M. Jot, "Proportional parametric equalizers", AES 139th Convention, 2015 (first-order
// shelf with half its decibels at the corner).
#pragma once

#include "base/simd.h"
#include "dsp/effects/reverb_memory.h"

namespace ag06::dsp {

struct ReverbDecay {
  float low_s = 1.8f;   // far below kLowCornerHz
  float mid_s = 1.8f;
  float high_s = 0.9f;  // far above kHighCornerHz
};

inline constexpr double kReverbLowCornerHz = 250.0;
inline constexpr double kReverbHighCornerHz = 4000.0;

// The T60 that the losses aim at. Decay rates add up: 1/T60(f) = 1/mid + (1/low - 1/mid) / (1 + (f/250)^2) + (1/high - 1/mid) / (1 + (4000/f)^2).
[[nodiscard]] double reverb_t60_s(const ReverbDecay& decay, double freq_hz) noexcept;

// Four lines' losses: two first-order sections, each b0 + b1 z^-1 over 1 + a1 z^-1; the broadband loss is in the first.
struct Absorbents {
  f32x4 low_b0 = splat4(0.0f), low_b1 = splat4(0.0f), low_a1 = splat4(0.0f);
  f32x4 high_b0 = splat4(0.0f), high_b1 = splat4(0.0f), high_a1 = splat4(0.0f);
};

// What four lines' losses remember.
struct AbsorbentState {
  f32x4 low = splat4(0.0f), high = splat4(0.0f);
};

[[nodiscard]] inline f32x4 absorbed(f32x4 x, const Absorbents& a, AbsorbentState& state) noexcept {
  const f32x4 mid = a.low_b0 * x + state.low;
  state.low = a.low_b1 * x - a.low_a1 * mid;
  const f32x4 out = a.high_b0 * mid + state.high;
  state.high = a.high_b1 * mid - a.high_a1 * out;
  return out;
}

inline void flush(AbsorbentState& state) noexcept {
  state.low = flushed4(state.low);
  state.high = flushed4(state.high);
}

class AbsorbentDesigner {
 public:
  void prepare(double sample_rate_hz) noexcept;
  // delay_frames > 0. Losses beyond 120 dB per pass and section count as 120 dB.
  [[nodiscard]] Absorbents design(f32x4 delay_frames, const ReverbDecay& decay) const noexcept;

 private:
  float sample_rate_hz_ = 48000.0f;
  float low_tan_ = 0.0f;
  float high_tan_ = 0.0f;
};

}  // namespace ag06::dsp
