// One equaliser band turned into biquads whose magnitude follows the analogue prototype up to 20 kHz. Not for running audio, nor for linear-phase
// designs.
// Source: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients" (analogue prototypes, Q and shelf slope as there);
// S. Butterworth, "On the theory of filter amplifiers", 1930 (damping of the sections of a steep slope).
// Deviation: the bilinear transform is applied to a prototype bent against its warping (magnitude_fit.h).
#pragma once

#include <array>

namespace ag06::dsp {

// The tilt is (sqrt(A) s + 1) / (s + sqrt(A)) with A = 10^(gain_db / 20): half the gain far above freq_hz, minus half of it far below, 0 dB there.
enum class EqType : int { bell, low_shelf, high_shelf, high_pass, low_pass, notch, tilt };

// Of high-pass and low-pass, per octave. 12 dB is the second-order section of the cookbook; the others are Butterworth's, whose least damped section
// has its Q scaled by q / sqrt(1/2): exactly Butterworth at q = sqrt(1/2), and at every slope q is the gain at freq_hz. 6 dB has no Q.
enum class EqSlope : int { db6, db12, db18, db24, db36, db48 };

struct EqBand {
  bool enabled = false;
  EqType type = EqType::bell;
  float freq_hz = 1000.0f;  // [10, 0.48 * sample rate]; clamped
  float gain_db = 0.0f;     // [-30, 30]; bell, shelves and tilt only
  float q = 0.707f;         // [0.05, 40]; not of the tilt
  EqSlope slope = EqSlope::db12;

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

inline constexpr int kMostSections = 4;
inline constexpr int kMostBiquads = 2 * kMostSections;

// In series: section i at 2 i, what corrects it near Nyquist at 2 i + 1. Those that are not needed pass the signal.
using BiquadChain = std::array<Biquad, kMostBiquads>;

// Frequencies above this share of the sample rate cannot be told from Nyquist: 20 kHz stays reachable from 41.7 kHz up.
inline constexpr double kHighestBandToRateRatio = 0.48;

// The band with every field inside its domain; non-finite fields take their defaults.
[[nodiscard]] EqBand clamped(EqBand band, double sample_rate_hz) noexcept;

// 0 for the identity: disabled bands and gains of 0 dB.
[[nodiscard]] int section_count(const EqBand& band) noexcept;

// Fills one section of the chain. Bounded work (some 14 us, at most 55), no allocation: may run on the audio thread. Precondition: the band is
// clamped, 0 <= index < section_count(). Guarantee: from 44.1 kHz up every band is within 0.05 dB of its prototype, 20 Hz to 20 kHz, wherever that
// passes more than -60 dB; below 44.1 kHz the same holds up to 0.4535 of the rate. Poles and zeros (other than those of the notch and at DC of the
// high-pass) are inside the unit circle for every band. A cut is the exact inverse of the boost.
void design_section(const EqBand& band, double sample_rate_hz, int index, BiquadChain& chain) noexcept;

// All of it, of any band.
[[nodiscard]] BiquadChain design_band(const EqBand& band, double sample_rate_hz) noexcept;

// |H|^2 at a frequency in [0, sample_rate_hz / 2].
[[nodiscard]] double power_response(const Biquad& biquad, double sample_rate_hz, double freq_hz) noexcept;
[[nodiscard]] double power_response(const BiquadChain& chain, double sample_rate_hz, double freq_hz) noexcept;

}  // namespace ag06::dsp
