// The second and third harmonic that a tube stage adds, two channels at once: what is added, without the signal itself. Not a distortion effect.
// Source: none published; u^2 (a - b u) of the signal below its band's edge, without its mean.
#pragma once

#include <algorithm>

#include "base/math.h"
#include "base/simd.h"
#include "dsp/primitives/butterworth_pair.h"

namespace ag06::dsp {

// Guarantee: without oversampling, aliases of a tone of 1 to 10 kHz at 48 kHz stay <= -90 dB below it at half colour: a polynomial of third order
// triples the band at most, and what of the band would fold back is kept small by the low-pass before it.
class HarmonicColour {
 public:
  // Of a tone of peak A below the band's edge: second harmonic 0.01 A over it, third 0.0075 A^2, both times what the caller scales the colour by.
  static constexpr double kSquare = 0.02;
  static constexpr double kCube = 0.03;
  static constexpr double kBandEdgeHz = 3000.0;
  static constexpr double kBandEdgeRateRatio = 1.0 / 16.0;
  static constexpr double kMeanHz = 10.0;

  void prepare(double sample_rate_hz) noexcept {
    band_.set_cutoff(std::min(kBandEdgeHz, kBandEdgeRateRatio * sample_rate_hz), sample_rate_hz);
    mean_coefficient_ = 1.0 - exp_exact(-2.0 * kPi * kMeanHz / sample_rate_hz);
    reset();
  }
  void reset() noexcept {
    band_.reset();
    mean_ = f64x2{};
  }
  // |x| is taken as no more than 16 (+24 dBFS).
  [[nodiscard]] f64x2 next(f64x2 x) noexcept {
    const f64x2 low = band_.low_pass(f64x2{clamp_to(x[0], -kLoudest, kLoudest), clamp_to(x[1], -kLoudest, kLoudest)});
    const f64x2 u{clamp_to(low[0], -kLargest, kLargest), clamp_to(low[1], -kLargest, kLargest)};
    const f64x2 colour = u * u * (splat2(kSquare) - splat2(kCube) * u);
    const f64x2 out = colour - mean_;
    mean_ += splat2(mean_coefficient_) * out + splat2(kNever);
    return out;
  }

 private:
  static constexpr double kLoudest = 16.0;
  // Beyond +6 dBFS the harmonics grow no more, so that they never outgrow the signal.
  static constexpr double kLargest = 2.0;
  // Keeps the mean from becoming denormal.
  static constexpr double kNever = 1e-30;

  ButterworthPair band_;
  f64x2 mean_{};
  double mean_coefficient_ = 0.0;
};

}  // namespace ag06::dsp
