// Two outputs of equal level, 90 degrees apart from kLowestHz to just below the Nyquist frequency: the analytic signal of both channels up to a phase
// that both outputs share. Not for the phase of the input, which is bent, nor below kLowestHz, where the angle is lost.
// Source: an elliptic half-band filter turned by a quarter of the rate (P. P. Vaidyanathan, "Multirate Systems and Filter Banks", 1993, section 5.3;
// design in halfband.h). Guarantee at 48 kHz: the image at negative frequencies lies at -125 dB or below.
#pragma once

#include <initializer_list>

#include "base/math.h"
#include "base/simd.h"
#include "dsp/primitives/halfband.h"

namespace ag06::dsp {

class AnalyticPair {
 public:
  static constexpr double kLowestHz = 150.0;

  struct Outputs {
    f64x2 real, imaginary;
  };

  void prepare(double sample_rate_hz) noexcept {
    double designed[2 * kSections];
    design_halfband(2.0 * kLowestHz / sample_rate_hz, designed, 2 * kSections);
    for (int k = 0; k < kSections; ++k) {
      real_.coefficients[k] = designed[2 * k];
      imaginary_.coefficients[k] = designed[2 * k + 1];
    }
    reset();
  }
  void reset() noexcept {
    for (Branch* branch : {&real_, &imaginary_})
      for (int k = 0; k <= kSections; ++k) branch->newest[k] = branch->older[k] = f64x2{};
    previous_ = f64x2{};
  }
  // On a fixed grid of at most a few hundred frames.
  void flush_tiny_state() noexcept {
    for (Branch* branch : {&real_, &imaginary_})
      for (int k = 0; k <= kSections; ++k)
        for (f64x2* state : {&branch->newest[k], &branch->older[k]}) *state = f64x2{flush_tiny((*state)[0]), flush_tiny((*state)[1])};
  }
  Outputs next(f64x2 x) noexcept {
    const Outputs out{real_.next(x), imaginary_.next(previous_)};
    previous_ = x;
    return out;
  }

 private:
  static constexpr int kSections = 8;

  // Sections (a - z^-2) / (1 - a z^-2) in series; the states are the input of each section and the last one's output.
  struct Branch {
    double coefficients[kSections]{};
    f64x2 newest[kSections + 1]{}, older[kSections + 1]{};

    f64x2 next(f64x2 x) noexcept {
      for (int k = 0; k < kSections; ++k) {
        const f64x2 y = splat2(coefficients[k]) * (x + older[k + 1]) - older[k];
        older[k] = newest[k];
        newest[k] = x;
        x = y;
      }
      older[kSections] = newest[kSections];
      newest[kSections] = x;
      return x;
    }
  };

  Branch real_, imaginary_;
  f64x2 previous_{};
};

}  // namespace ag06::dsp
