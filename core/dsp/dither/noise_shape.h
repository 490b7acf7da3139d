// The error feedback of a shaped requantiser: which taps move its noise to where the ear hears least at a rate. Not the quantiser itself.
// Sources: S. P. Lipshitz, J. Vanderkooy, R. A. Wannamaker, "Minimally Audible Noise Shaping", JAES 39(11), 1991: the five-tap filter for
// 44.1 kHz; W. Verhelst, D. De Koning, "Noise shaping filter design for minimally audible signal requantization", IEEE WASPAA 2001: the taps
// that leave the least weighted noise are those of linear prediction from the weighting's spectrum; E. Terhardt, "Calculating virtual pitch",
// Hearing Research 1, 1979, eq. 1: threshold in quiet, the weighting used.
// By the threshold of hearing of ISO 226 the noise is at least 13 dB less audible at 44.1 and 48 kHz and 24 dB at 88.2 kHz and above, while its
// total power grows by 12.2 dB at most (asserted in quantiser_test.cc).
#pragma once

#include <array>

namespace ag06::dsp {

inline constexpr int kNoiseShapeTaps = 5;
// The noise comes out as error_n - sum of taps[k] * error_(n - 1 - k).
using NoiseShape = std::array<double, kNoiseShapeTaps>;

// Below 40 kHz all zero: there is no band left that is heard less. To 64 kHz the published five taps; above, linear prediction for the rate,
// which moves the noise beyond 20 kHz. sample_rate_hz in [8000, 192000].
// Any thread.
[[nodiscard]] NoiseShape noise_shape_for(double sample_rate_hz) noexcept;

}  // namespace ag06::dsp
