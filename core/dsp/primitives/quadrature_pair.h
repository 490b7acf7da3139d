// Splits two channels at once into parts 90 degrees apart, whose magnitude is the envelope of a tone without its wave. For detectors; not for audio
// that is heard: the parts are not in phase with what went in.
// Source: O. Niemitalo, "Hilbert/Freq.shifter", music-dsp list, 4 Sep 2001: two chains of (a^2 - z^-2) / (1 - a^2 z^-2), one delayed by a frame.
#pragma once

#include <cmath>

#include "base/simd.h"

namespace ag06::dsp {

// Guarantee: the parts are 90 degrees apart within 0.75 degrees from 0.0005 to 0.4995 of the sample rate (24 Hz to 23 976 Hz at 48 kHz), so that the
// magnitude of a tone there wavers by no more than 0.06 dB to either side of its peak. Limit what goes in: the states ring.
class QuadraturePair {
 public:
  void reset() noexcept { *this = {}; }
  [[nodiscard]] f64x2 magnitude(f64x2 x) noexcept {
    const f64x2 fed = x + splat2(kNeverDenormal);
    const f64x2 ahead = run(early_, kEarly, fed), now = run(late_, kLate, fed);
    const f64x2 power = delayed_ * delayed_ + now * now;
    delayed_ = ahead;
    return f64x2{std::sqrt(power[0]), std::sqrt(power[1])};
  }

 private:
  static constexpr int kSections = 4;
  // Far below hearing and far above the smallest normal double: keeps the states from ever becoming denormal.
  static constexpr double kNeverDenormal = 1e-30;
  // The source's a, in the order of its sections.
  static constexpr double kEarly[kSections] = {0.6923877778065, 0.9360654322959, 0.9882295226860, 0.9987488452737};
  static constexpr double kLate[kSections] = {0.4021921162426, 0.8561710882420, 0.9722909545651, 0.9952884791278};
  // What went into each section and came out of the last, one and two frames ago.
  struct Chain {
    f64x2 newer[kSections + 1] = {}, older[kSections + 1] = {};
  };

  [[nodiscard]] static f64x2 run(Chain& chain, const double (&roots)[kSections], f64x2 x) noexcept {
    for (int s = 0; s < kSections; ++s) {
      const f64x2 y = splat2(roots[s] * roots[s]) * (x + chain.older[s + 1]) - chain.older[s];
      chain.older[s] = chain.newer[s];
      chain.newer[s] = x;
      x = y;
    }
    chain.older[kSections] = chain.newer[kSections];
    chain.newer[kSections] = x;
    return x;
  }

  Chain early_, late_;
  f64x2 delayed_{};
};

}  // namespace ag06::dsp
