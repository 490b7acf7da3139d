// Doubling and halving of the rate by elliptic half-band filters made of two all-pass branches. Not for audio that must keep its phase: they bend it.
// Source: R. A. Valenzuela, A. G. Constantinides, "Digital signal processing schemes for efficient interpolation and decimation", IEE Proc. G 130(6),
// 1983 (structure); nome and theta series of the elliptic design: A. Antoniou, "Digital Filters", 2nd ed., 1993, section 5.5.
// tests/core/dsp/primitives/halfband_test.cc asserts the attenuations named where the filters are used.
#pragma once

#include "base/math.h"
#include "base/simd.h"
#include "base/simd_math.h"

namespace ag06::dsp {

// The all-pass coefficients of H(z) = (A0(z^2) + z^-1 A1(z^2)) / 2, ascending; even places belong to A0, odd ones to A1, each a section
// (a + z^-2) / (1 + a z^-2). Passband to 1/4 - transition/2 of the higher rate, stopband from 1/4 + transition/2; 0 < transition_ratio < 1/2.
void design_halfband(double transition_ratio, double* coefficients, int count) noexcept;

// First-order all-passes in series; lanes are independent and may differ in their coefficients.
template <int kSections>
struct AllpassCascade {
  f32x4 coefficients[kSections]{};
  f32x4 states[kSections + 1]{};  // the input of each section, and the last one's output, one frame ago

  void reset() noexcept {
    for (f32x4& state : states) state = f32x4{};
  }
  void flush_tiny() noexcept {
    const f32x4 none = splat4(0.0f);
    for (f32x4& state : states) state = select4((state < splat4(1e-15f)) & (state > splat4(-1e-15f)), none, state);
  }
  f32x4 next(f32x4 x) noexcept {
    for (int k = 0; k < kSections; ++k) {
      const f32x4 y = coefficients[k] * (x - states[k + 1]) + states[k];
      states[k] = x;
      x = y;
    }
    states[kSections] = x;
    return x;
  }
};

// Four independent lanes to twice the rate.
template <int kSections>
class HalfbandUp {
 public:
  void prepare(double transition_ratio) noexcept {
    double designed[2 * kSections];
    design_halfband(transition_ratio, designed, 2 * kSections);
    for (int k = 0; k < kSections; ++k) {
      even_.coefficients[k] = splat4(static_cast<float>(designed[2 * k]));
      odd_.coefficients[k] = splat4(static_cast<float>(designed[2 * k + 1]));
    }
    reset();
  }
  void reset() noexcept {
    even_.reset();
    odd_.reset();
  }
  void flush_tiny() noexcept {
    even_.flush_tiny();
    odd_.flush_tiny();
  }
  // out holds 2 * frames.
  void process(const f32x4* in, f32x4* out, int frames) noexcept {
    AllpassCascade<kSections> even = even_, odd = odd_;
    for (int i = 0; i < frames; ++i) {
      out[2 * i] = even.next(in[i]);
      out[2 * i + 1] = odd.next(in[i]);
    }
    even_ = even;
    odd_ = odd;
  }

 private:
  AllpassCascade<kSections> even_, odd_;
};

// Two channels to half the rate. A vector in or out holds two successive frames: {left, right, next left, next right}.
template <int kSections>
class HalfbandDown {
 public:
  void prepare(double transition_ratio) noexcept {
    double designed[2 * kSections];
    design_halfband(transition_ratio, designed, 2 * kSections);
    for (int k = 0; k < kSections; ++k) {
      const auto of_older = static_cast<float>(designed[2 * k + 1]), of_newer = static_cast<float>(designed[2 * k]);
      branches_.coefficients[k] = f32x4{of_older, of_older, of_newer, of_newer};
    }
    reset();
  }
  void reset() noexcept { branches_.reset(); }
  void flush_tiny() noexcept { branches_.flush_tiny(); }
  // frames is that of the lower rate, one vector of in each; a last odd frame fills half a vector of out. in and out may be the same.
  void process(const f32x4* in, f32x4* out, int frames) noexcept {
    AllpassCascade<kSections> branches = branches_;
    const auto halved = [&](f32x4 pair) {
      const f32x4 y = splat4(0.5f) * branches.next(pair);
      return f32x4{y[0] + y[2], y[1] + y[3], 0.0f, 0.0f};
    };
    for (int i = 0; i < frames; i += 2) {
      const f32x4 first = halved(in[i]);
      const f32x4 second = i + 1 < frames ? halved(in[i + 1]) : f32x4{};
      out[i / 2] = f32x4{first[0], first[1], second[0], second[1]};
    }
    branches_ = branches;
  }

 private:
  AllpassCascade<kSections> branches_;
};

}  // namespace ag06::dsp
