#include "dsp/eq/band_design.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "dsp/eq/magnitude_fit.h"

namespace ag06::dsp {
namespace {

// A section off by more than its share of this is given a correction.
constexpr double kToleranceDb = 0.02;

[[nodiscard]] bool has_gain(EqType type) noexcept {
  return type == EqType::bell || type == EqType::low_shelf || type == EqType::high_shelf || type == EqType::tilt;
}
[[nodiscard]] bool has_slope(EqType type) noexcept { return type == EqType::high_pass || type == EqType::low_pass; }

[[nodiscard]] int order_of(const EqBand& band) noexcept {
  if (band.type == EqType::tilt) return 1;
  if (!has_slope(band.type)) return 2;
  constexpr int kOrders[] = {1, 2, 3, 4, 6, 8};
  return kOrders[static_cast<int>(band.slope)];
}

// Sections are numbered from the least damped one; the first-order one of an odd order is the last.
[[nodiscard]] bool first_order(int order, int index) noexcept { return 2 * index + 1 == order; }

// Butterworth 1930: the poles of order n lie on a circle, (2 k + 1) pi / (2 n) from its real axis; those next to the imaginary axis come first here.
[[nodiscard]] double section_q(const EqBand& band, int order, int index) noexcept {
  const double q = static_cast<double>(band.q);
  if (order <= 2) return q;
  const double butterworth_q = 0.5 / sin_exact(kPi * (2.0 * index + 1.0) / (2.0 * order));
  return index == 0 ? butterworth_q * q * std::sqrt(2.0) : butterworth_q;
}

// Boosts only (amplitude_root = 10^(gain_db / 40) >= 1) for the types with a gain.
[[nodiscard]] Prototype analogue(EqType type, double amplitude_root, double q) noexcept {
  const double a = amplitude_root;
  const double root = std::sqrt(a) / q;
  switch (type) {
    case EqType::bell: return {1.0, a / q, 1.0, 1.0 / (a * q), 1.0};
    case EqType::low_shelf: return {a * a, a * root, a, root, a};
    case EqType::high_shelf: return {1.0, root, a, root / a, 1.0 / a};
    case EqType::high_pass: return {0.0, 0.0, 1.0, 1.0 / q, 1.0};
    case EqType::low_pass: return {1.0, 0.0, 0.0, 1.0 / q, 1.0};
    case EqType::notch: return {1.0, 0.0, 1.0, 1.0 / q, 1.0};
    case EqType::tilt: return {1.0 / a, 1.0, 0.0, 1.0 / a, 0.0};
  }
  return {1.0, 0.0, 0.0, 1.0, 1.0};
}

[[nodiscard]] Prototype analogue_section(const EqBand& band, int index) noexcept {
  const int order = order_of(band);
  if (has_slope(band.type) && first_order(order, index)) {
    const bool high = band.type == EqType::high_pass;
    return {high ? 0.0 : 1.0, high ? 1.0 : 0.0, 0.0, 1.0, 0.0};
  }
  const double boost_db = has_gain(band.type) ? std::fabs(static_cast<double>(band.gain_db)) : 0.0;
  return analogue(band.type, db_to_lin(0.5 * boost_db), section_q(band, order, index));
}

// The bilinear transform s = (1 / g) (1 - z^-1) / (1 + z^-1), g = tan(pi f0 / fs).
[[nodiscard]] Biquad to_biquad(const Prototype& p, double g, bool inverted) noexcept {
  const double n0 = p.m2 + p.m1 * g + p.m0 * g * g;
  const double n1 = 2.0 * (p.m0 * g * g - p.m2);
  const double n2 = p.m2 - p.m1 * g + p.m0 * g * g;
  const double d0 = p.k2 + p.k1 * g + g * g;
  const double d1 = 2.0 * (g * g - p.k2);
  const double d2 = p.k2 - p.k1 * g + g * g;
  if (inverted) return {d0 / n0, d1 / n0, d2 / n0, n1 / n0, n2 / n0};
  return {n0 / d0, n1 / d0, n2 / d0, d1 / d0, d2 / d0};
}

[[nodiscard]] float clamped_or(float value, float low, float high, float fallback) noexcept {
  return is_finite(value) ? clamp_to(value, low, high) : fallback;
}

}  // namespace

EqBand clamped(EqBand band, double sample_rate_hz) noexcept {
  const EqBand fallback;
  if (band.type < EqType::bell || band.type > EqType::tilt) band.type = fallback.type;
  if (band.slope < EqSlope::db6 || band.slope > EqSlope::db48) band.slope = fallback.slope;
  band.freq_hz = clamped_or(band.freq_hz, 10.0f, static_cast<float>(kHighestBandToRateRatio * sample_rate_hz), fallback.freq_hz);
  band.gain_db = clamped_or(band.gain_db, -30.0f, 30.0f, fallback.gain_db);
  band.q = clamped_or(band.q, 0.05f, 40.0f, fallback.q);
  return band;
}

int section_count(const EqBand& band) noexcept {
  if (!band.enabled || (has_gain(band.type) && band.gain_db == 0.0f)) return 0;
  return (order_of(band) + 1) / 2;
}

void design_section(const EqBand& band, double sample_rate_hz, int index, BiquadChain& chain) noexcept {
  const double freq_hz = static_cast<double>(band.freq_hz);
  const double g = tan_exact(kPi * freq_hz / sample_rate_hz);
  const bool inverted = has_gain(band.type) && band.gain_db < 0.0f;
  const MatchedPrototype matched = matched_for_bilinear(analogue_section(band, index), freq_hz, sample_rate_hz, kToleranceDb / section_count(band));
  const auto at = static_cast<std::size_t>(2 * index);
  chain[at] = to_biquad(matched.band, g, inverted);
  chain[at + 1] = matched.corrected ? to_biquad(matched.correction, g, inverted) : Biquad{};
}

BiquadChain design_band(const EqBand& unclamped, double sample_rate_hz) noexcept {
  const EqBand band = clamped(unclamped, sample_rate_hz);
  BiquadChain chain;
  const int count = section_count(band);
  for (int index = 0; index < count; ++index) design_section(band, sample_rate_hz, index, chain);
  return chain;
}

double power_response(const Biquad& h, double sample_rate_hz, double freq_hz) noexcept {
  const SinCos half = sincos_exact(kPi * freq_hz / sample_rate_hz);
  // |c0 z + c1 + c2 / z|^2 with cos w = 1 - 2 sin^2(w/2): unlike the textbook form it cancels neither at low frequencies nor in a notch.
  const auto power = [&](double c0, double c1, double c2) {
    const double real = (c0 + c1 + c2) - 2.0 * (c0 + c2) * half.sin * half.sin;
    const double imaginary = 2.0 * (c0 - c2) * half.sin * half.cos;
    return real * real + imaginary * imaginary;
  };
  return power(h.b0, h.b1, h.b2) / power(1.0, h.a1, h.a2);
}

double power_response(const BiquadChain& chain, double sample_rate_hz, double freq_hz) noexcept {
  double power = 1.0;
  for (const Biquad& biquad : chain)
    if (!(biquad == Biquad{})) power *= power_response(biquad, sample_rate_hz, freq_hz);
  return power;
}

}  // namespace ag06::dsp
