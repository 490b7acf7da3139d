// Coefficients that read a signal between its samples: a Kaiser-windowed sinc around the point, its sum exactly one. Not for changing the rate.
// Source: T. I. Laakso, V. Valimaki, M. Karjalainen, U. K. Laine, "Splitting the unit delay", IEEE Signal Processing Magazine 13(1), 1996, section
// "Windowing method".
#pragma once

#include "base/math.h"
#include "dsp/primitives/kaiser_window.h"

namespace ag06::dsp {

// The point lies point_ratio in [0, 1] of a frame after tap kTaps / 2 - 1; taps ascend in time. Control thread or audio thread between blocks.
// Loss at half a frame, where it is greatest, with the beta used here: 8 taps (5.0) below 0.01 dB up to 0.22 of the rate, 1 dB at 0.36;
// 16 taps (6.0) below 0.01 dB up to 0.36 of the rate, 0.2 dB at 0.4; no gain above +0.02 dB anywhere.
template <int kTaps>
void design_sinc_taps(const KaiserWindow& window, double point_ratio, float* taps) noexcept {
  static_assert(kTaps >= 4 && kTaps % 2 == 0);
  double exact[kTaps];
  double sum = 0.0;
  for (int k = 0; k < kTaps; ++k) {
    const double x = k - (kTaps / 2 - 1) - point_ratio;
    const double angle = kPi * x;
    exact[k] = (angle == 0.0 ? 1.0 : sin_exact(angle) / angle) * window(x / (kTaps / 2));
    sum += exact[k];
  }
  for (int k = 0; k < kTaps; ++k) taps[k] = static_cast<float>(exact[k] / sum);
}

}  // namespace ag06::dsp
