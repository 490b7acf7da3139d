// Elementary functions whose bits do not depend on the platform's libm: only IEEE add, multiply, divide and square root.
// Not for arguments outside the stated domains. tests/core/base/math_test.cc asserts every error bound named here.
// Series: Abramowitz & Stegun 4.1.27 (atanh form of log), 4.2.1 (exp), 4.3.65-66 (sin, cos).
#pragma once

#include <cstdint>
#include <cstring>

namespace ag06 {

inline constexpr double kPi = 3.14159265358979323846;
inline constexpr double kLn2 = 0.693147180559945309417;
inline constexpr double kLog2Of10 = 3.32192809488736234787;
inline constexpr double kLog10Of2 = 0.301029995663981195214;
// 20 log10(x) = kDbPerLog2 * log2(x)
inline constexpr double kDbPerLog2 = 6.02059991327962390427;

namespace detail {
template <class To, class From>
[[nodiscard]] inline To bits_as(From from) noexcept {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}
}  // namespace detail

[[nodiscard]] inline bool is_finite(float x) noexcept { return (detail::bits_as<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u; }
[[nodiscard]] inline bool is_finite(double x) noexcept {
  return (detail::bits_as<std::uint64_t>(x) & 0x7ff0000000000000ull) != 0x7ff0000000000000ull;
}

[[nodiscard]] constexpr float flush_tiny(float x) noexcept { return (x < 1e-15f && x > -1e-15f) ? 0.0f : x; }
[[nodiscard]] constexpr double flush_tiny(double x) noexcept { return (x < 1e-30 && x > -1e-30) ? 0.0 : x; }

// log2 of a positive normal double; error <= 4 ulp (<= 1.2e-13 absolutely), powers of two exact.
[[nodiscard]] inline double log2_exact(double x) noexcept {
  const auto bits = detail::bits_as<std::uint64_t>(x);
  int exponent = static_cast<int>((bits >> 52) & 0x7ff) - 1023;
  double mantissa = detail::bits_as<double>((bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull);
  if (mantissa > 1.41421356237309504880) {
    mantissa *= 0.5;
    ++exponent;
  }
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  const double s2 = s * s;
  double sum = 1.0 / 23.0;
  for (int k = 21; k >= 1; k -= 2) sum = sum * s2 + 1.0 / k;
  return exponent + (2.0 / kLn2) * s * sum;
}

// 2^x for x in [-1020, 1020] (clamped); error <= 2 ulp, whole x exact.
[[nodiscard]] inline double exp2_exact(double x) noexcept {
  if (x > 1020.0) x = 1020.0;
  if (x < -1020.0) x = -1020.0;
  const auto whole = static_cast<std::int64_t>(x + (x < 0.0 ? -0.5 : 0.5));
  const double t = (x - static_cast<double>(whole)) * kLn2;
  double sum = 1.0;
  for (int k = 15; k >= 1; --k) sum = 1.0 + sum * t / k;
  return sum * detail::bits_as<double>(static_cast<std::uint64_t>(whole + 1023) << 52);
}

// |x| <= 700; relative error <= 1.3e-13 (3 ulp for |x| <= 1).
[[nodiscard]] inline double exp_exact(double x) noexcept { return exp2_exact(x / kLn2); }
// x > 0.
[[nodiscard]] inline double pow_exact(double x, double y) noexcept { return exp2_exact(y * log2_exact(x)); }
[[nodiscard]] inline double db_to_lin(double level_db) noexcept { return exp2_exact(level_db / kDbPerLog2); }
// lin > 0.
[[nodiscard]] inline double lin_to_db(double lin) noexcept { return kDbPerLog2 * log2_exact(lin); }

struct SinCos {
  double sin;
  double cos;
};
// Sine and cosine of |x| <= 1e5 rad; absolute error <= 1e-11 (<= 1e-15 for |x| <= 2 pi).
[[nodiscard]] inline SinCos sincos_exact(double x) noexcept {
  const double turns = x * (2.0 / kPi);
  const auto quadrant = static_cast<std::int64_t>(turns + (turns < 0.0 ? -0.5 : 0.5));
  // pi/2 in two parts (Cody & Waite 1980): the first has 33 significant bits, so quadrant * part is exact.
  const double r = (x - static_cast<double>(quadrant) * 1.57079632673412561417) - static_cast<double>(quadrant) * 6.07710050650619224932e-11;
  const double r2 = r * r;
  double sine = 1.0;
  for (int k = 18; k >= 2; k -= 2) sine = 1.0 - sine * r2 / (k * (k + 1));
  sine *= r;
  double cosine = 1.0;
  for (int k = 17; k >= 1; k -= 2) cosine = 1.0 - cosine * r2 / (k * (k + 1));
  switch (quadrant & 3) {
    case 0: return {sine, cosine};
    case 1: return {cosine, -sine};
    case 2: return {-sine, -cosine};
    default: return {-cosine, sine};
  }
}
[[nodiscard]] inline double sin_exact(double x) noexcept { return sincos_exact(x).sin; }
[[nodiscard]] inline double cos_exact(double x) noexcept { return sincos_exact(x).cos; }
[[nodiscard]] inline double tan_exact(double x) noexcept {
  const SinCos sc = sincos_exact(x);
  return sc.sin / sc.cos;
}

// Per-sample log2 of a positive normal float; absolute error <= 5e-7 on [1/8, 8], <= 4.5e-6 everywhere (half an ulp of the result).
[[nodiscard]] inline float log2_fast(float x) noexcept {
  const auto bits = detail::bits_as<std::uint32_t>(x);
  int exponent = static_cast<int>((bits >> 23) & 0xff) - 127;
  float mantissa = detail::bits_as<float>((bits & 0x007fffffu) | 0x3f800000u);
  if (mantissa > 1.41421356f) {
    mantissa *= 0.5f;
    ++exponent;
  }
  const float s = (mantissa - 1.0f) / (mantissa + 1.0f);
  const float s2 = s * s;
  const float sum = 2.88539008f + s2 * (0.961796694f + s2 * (0.577078016f + s2 * (0.412198583f + s2 * 0.320598898f)));
  return static_cast<float>(exponent) + s * sum;
}

// Per-sample 2^x for x in [-126, 126] (clamped); relative error <= 3e-7.
[[nodiscard]] inline float exp2_fast(float x) noexcept {
  if (x > 126.0f) x = 126.0f;
  if (!(x > -126.0f)) x = -126.0f;
  const auto whole = static_cast<std::int32_t>(x + (x < 0.0f ? -0.5f : 0.5f));
  const float t = (x - static_cast<float>(whole)) * 0.693147181f;
  const float sum =
      1.0f + t * (1.0f + t * (0.5f + t * (0.166666667f + t * (0.0416666667f + t * (0.00833333333f + t * (0.00138888889f + t * 0.000198412698f))))));
  return sum * detail::bits_as<float>(static_cast<std::uint32_t>(whole + 127) << 23);
}

// [-200, 100] dB; error <= 3e-5 dB, as of lin_to_db_fast.
[[nodiscard]] inline float db_to_lin_fast(float level_db) noexcept { return exp2_fast(level_db * 0.166096405f); }
// lin is floored at 1e-10 (-200 dB).
[[nodiscard]] inline float lin_to_db_fast(float lin) noexcept { return 6.02059991f * log2_fast(lin > 1e-10f ? lin : 1e-10f); }

template <class T>
[[nodiscard]] constexpr T clamp_to(T x, T low, T high) noexcept {
  return x < low ? low : (x > high ? high : x);
}

}  // namespace ag06
