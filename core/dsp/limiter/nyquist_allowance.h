// What to add to a finite interpolator's peak estimate for content next to the Nyquist frequency, which it cannot see. Not a detector by itself.
// A sinc cut off after half_taps loses the band within about 0.3 / half_taps of fs/2; what was lost is bounded by what was lately in that band.
// kLostShare is measured: tests/core/dsp/limiter/true_peak_limiter_test.cc holds the ceiling on white noise, random signs and drums with it.
#pragma once

#include "base/audio_block.h"
#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::dsp {

// Cost on other material: a sine at 0.417 fs reads 0.11 dB high with 40 taps a side, at fs/4 0.007 dB.
class NyquistAllowance {
 public:
  void prepare(double sample_rate_hz, int half_taps) noexcept {
    const double pole = exp_exact(-2.0 * kPi * kBandwidthTaps / half_taps);
    pole_ = static_cast<float>(pole);
    // Unity gain at fs/2 for a sample minus twice the one before plus the one before that.
    input_gain_ = static_cast<float>(0.25 * (1.0 - pole));
    decay_ratio_ = static_cast<float>(exp_exact(-1000.0 / (kDecayMs * sample_rate_hz)));
    reset();
  }
  void reset() noexcept {
    before_ = before_that_ = first_ = second_ = f32x4{};
    envelope_lin_ = 0.0f;
  }

  // For the frames at .. at + frames of one or two channels of finite samples; returns the largest allowance written.
  float process(const AudioBlock& in, int channels, int at, int frames, float* allowances_lin) noexcept {
    const float* left = in.channel(0) + at;
    const float* right = in.channel(channels - 1) + at;
    f32x4 before = before_, before_that = before_that_, first = first_, second = second_;
    float envelope_lin = envelope_lin_, largest_lin = 0.0f;
    for (int i = 0; i < frames; ++i) {
      const f32x4 now{left[i], right[i], 0.0f, 0.0f};
      const f32x4 curvature = (now - before) - (before - before_that);
      before_that = before;
      before = now;
      // Two poles next to z = -1. The constant lets the states rest at about 1e-20, far from denormals, where they would otherwise decay to zero.
      first = (splat4(input_gain_) * curvature + splat4(1e-18f)) - splat4(pole_) * first;
      second = splat4(1.0f - pole_) * first - splat4(pole_) * second;
      const f32x4 magnitude = lanes_of(bits_of(second) & 0x7fffffff);
      const float held_lin = envelope_lin * decay_ratio_;
      const float now_lin = magnitude[0] < magnitude[1] ? magnitude[1] : magnitude[0];
      envelope_lin = held_lin < now_lin ? now_lin : held_lin;
      allowances_lin[i] = kLostShare * envelope_lin;
      largest_lin = largest_lin < allowances_lin[i] ? allowances_lin[i] : largest_lin;
    }
    before_ = before;
    before_that_ = before_that;
    first_ = first;
    second_ = second;
    envelope_lin_ = envelope_lin;
    return largest_lin;
  }

 private:
  static constexpr double kBandwidthTaps = 0.32;  // 0.008 fs for 40 taps a side
  static constexpr double kDecayMs = 20.0;
  static constexpr float kLostShare = 1.25f;

  float pole_ = 0.0f, input_gain_ = 0.0f, decay_ratio_ = 0.0f;
  f32x4 before_{}, before_that_{}, first_{}, second_{};
  float envelope_lin_ = 0.0f;
};

}  // namespace ag06::dsp
