// Coefficients that read a signal between its samples with the least error up to a given part of the band. Not for changing the rate.
// Source: T. I. Laakso, V. Valimaki, M. Karjalainen, U. K. Laine, "Splitting the unit delay", IEEE Signal Processing Magazine 13(1), 1996, section
// "General least squares" (band-limited error, closed form); deviation: the sum is then scaled to exactly one.
// tests/core/dsp/primitives/fractional_taps_test.cc asserts the figures below.
#pragma once

#include <cmath>

#include "base/math.h"

namespace ag06::dsp {

// Error re the tone read, at any place between frames, and largest loss, by frequency over the sample rate:
// 8 taps, band 0.5: -78 dB at 0.023, -61 dB up to 0.227; loss at 0.227 below 0.001 dB, at 0.36 1.4 dB; gain nowhere above 0.01 dB.
// 16 taps, band 0.65: -86 dB up to 0.3; loss at 0.36 0.1 dB; gain nowhere above 0.001 dB.
template <int kTaps>
class FractionalTaps {
  static_assert(kTaps >= 4 && kTaps % 2 == 0);

 public:
  // band_ratio in [0.4, 0.9] of half the sample rate: beyond, the system is singular or the error large.
  explicit FractionalTaps(double band_ratio) noexcept : band_(kPi * band_ratio) {
    // Cholesky's factor of the Toeplitz matrix of the band's correlation.
    for (int row = 0; row < kTaps; ++row)
      for (int column = 0; column <= row; ++column) {
        double rest = correlation(row - column);
        for (int k = 0; k < column; ++k) rest -= factor_[row][k] * factor_[column][k];
        factor_[row][column] = row == column ? std::sqrt(rest) : rest / factor_[column][column];
      }
  }

  // The point lies point_ratio in [0, 1] of a frame after tap kTaps / 2 - 1; taps ascend in time.
  void design(double point_ratio, float* taps) const noexcept {
    double exact[kTaps];
    for (int row = 0; row < kTaps; ++row) {
      double rest = correlation(row - (kTaps / 2 - 1) - point_ratio);
      for (int k = 0; k < row; ++k) rest -= factor_[row][k] * exact[k];
      exact[row] = rest / factor_[row][row];
    }
    double sum = 0.0;
    for (int row = kTaps - 1; row >= 0; --row) {
      double rest = exact[row];
      for (int k = row + 1; k < kTaps; ++k) rest -= factor_[k][row] * exact[k];
      exact[row] = rest / factor_[row][row];
      sum += exact[row];
    }
    for (int k = 0; k < kTaps; ++k) taps[k] = static_cast<float>(exact[k] / sum);
  }

 private:
  [[nodiscard]] double correlation(double frames) const noexcept { return frames == 0.0 ? band_ : sin_exact(band_ * frames) / frames; }

  double band_;
  double factor_[kTaps][kTaps]{};
};

}  // namespace ag06::dsp
