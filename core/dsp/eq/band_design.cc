#include "dsp/eq/band_design.h"

#include <cmath>

#include "base/math.h"
#include "dsp/eq/magnitude_fit.h"

namespace ag06::dsp {
namespace {

[[nodiscard]] bool has_gain(EqType type) noexcept { return type == EqType::bell || type == EqType::low_shelf || type == EqType::high_shelf; }

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
  }
  return {1.0, 0.0, 0.0, 1.0, 1.0};
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
  const int type = static_cast<int>(band.type);
  if (type < static_cast<int>(EqType::bell) || type > static_cast<int>(EqType::notch)) band.type = fallback.type;
  band.freq_hz = clamped_or(band.freq_hz, 10.0f, static_cast<float>(kHighestBandToRateRatio * sample_rate_hz), fallback.freq_hz);
  band.gain_db = clamped_or(band.gain_db, -30.0f, 30.0f, fallback.gain_db);
  band.q = clamped_or(band.q, 0.05f, 40.0f, fallback.q);
  return band;
}

Biquad design_band(const EqBand& unclamped, double sample_rate_hz) noexcept {
  const EqBand band = clamped(unclamped, sample_rate_hz);
  if (!band.enabled || (has_gain(band.type) && band.gain_db == 0.0f)) return {};
  const double gain_db = has_gain(band.type) ? static_cast<double>(band.gain_db) : 0.0;
  const Prototype prototype = analogue(band.type, db_to_lin(0.5 * std::fabs(gain_db)), static_cast<double>(band.q));
  const double freq_hz = static_cast<double>(band.freq_hz);
  return to_biquad(fitted_for_bilinear(prototype, freq_hz, sample_rate_hz), tan_exact(kPi * freq_hz / sample_rate_hz), gain_db < 0.0);
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

}  // namespace ag06::dsp
