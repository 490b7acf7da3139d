// One equaliser band turned into a biquad whose magnitude follows the analogue prototype up to 20 kHz. Not for running audio, nor for linear-phase designs.
// Source: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients" (analogue prototypes, Q and shelf slope as there);
// deviation: the bilinear transform is applied to a prototype bent against its warping (magnitude_fit.h).
#pragma once

namespace ag06::dsp {

enum class EqType : int { bell, low_shelf, high_shelf, high_pass, low_pass, notch };

struct EqBand {
  bool enabled = false;
  EqType type = EqType::bell;
  float freq_hz = 1000.0f;  // [10, 0.48 * sample rate]; clamped
  float gain_db = 0.0f;     // [-30, 30]; bell and shelves only
  float q = 0.707f;         // [0.05, 40]

  [[nodiscard]] constexpr bool operator==(const EqBand&) const noexcept = default;
};

// H(z) = (b0 + b1 z^-1 + b2 z^-2) / (1 + a1 z^-1 + a2 z^-2); the default passes the signal unchanged.
struct Biquad {
  double b0 = 1.0;
  double b1 = 0.0;
  double b2 = 0.0;
  double a1 = 0.0;
  double a2 = 0.0;

  [[nodiscard]] constexpr bool operator==(const Biquad&) const noexcept = default;
};

// Frequencies above this share of the sample rate cannot be told from Nyquist: 20 kHz stays reachable from 41.7 kHz up.
inline constexpr double kHighestBandToRateRatio = 0.48;

// The band with every field inside its domain; non-finite fields take their defaults.
[[nodiscard]] EqBand clamped(EqBand band, double sample_rate_hz) noexcept;

// Fixed work (some 22 us natively), no allocation: may run on the audio thread. Disabled bands and gains of 0 dB give the identity; poles and zeros (other than those of
// the notch and at DC of the high-pass) are inside the unit circle for every band. A cut is the exact inverse of the boost.
[[nodiscard]] Biquad design_band(const EqBand& band, double sample_rate_hz) noexcept;

// |H|^2 at a frequency in [0, sample_rate_hz / 2].
[[nodiscard]] double power_response(const Biquad& biquad, double sample_rate_hz, double freq_hz) noexcept;

}  // namespace ag06::dsp
