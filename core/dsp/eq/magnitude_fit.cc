#include "dsp/eq/magnitude_fit.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd.h"

namespace ag06::dsp {
namespace {

constexpr int kAcrossBand = 24;   // points over the whole range, denser at its top, where the warping is
constexpr int kAroundPoles = 11;  // points over the octaves in which the poles turn the response
constexpr int kAroundZeros = 9;
constexpr int kBeyond = 4;  // points between the range and Nyquist
constexpr int kPoints = kAcrossBand + kAroundPoles + kAroundZeros + kBeyond;
static_assert(kPoints % 2 == 0, "taken two at a time");

struct Schedule {
  int level_from;  // from here on the largest error is what counts, before it the sum of squares, which converges more surely
  int steps;
};
constexpr Schedule kAlone{5, 14};
constexpr Schedule kTogether{8, 24};

constexpr double kFirstDamping = 3e-4;  // Levenberg's, as a share of the largest diagonal element; less as steps succeed, more as they fail
constexpr double kLeastDamping = 1e-9;
constexpr double kLongestStep = 0.5;  // in the logarithm of a coefficient
// In pass filters and notches errors count less from here (-60 dB) down; a band with a gain has no stop band.
constexpr double kStopPower = 1e-6;
// What an error above the range counts: enough to hold resonances down there, and to keep the steps on course.
constexpr double kBeyondImportance = 0.05;
// Keeps points with no error now in the next step's sum.
constexpr double kLeastReweight = 0.02;
// Keeps quotients finite where a notch has no gain.
constexpr double kNoPower = 1e-30;
constexpr double kNepersPerDb = 0.2302585092994046;  // of power
// No closer than this are the steps driven: an error nobody can hear or measure.
constexpr double kCloseEnoughDb = 0.003;
// The correction starts as two poles on two zeros, at these multiples of s = 1 / g, where the bilinear transform has z = 0: the branch cut of the
// logarithm that it imitates runs from there to z = -1. The second start is for the few (a shelf's resonances next to Nyquist) that the first leads
// astray.
struct CorrectionStart {
  double first, second;
};
constexpr CorrectionStart kStarts[] = {{1.3, 6.0}, {2.0, 12.0}};
constexpr double kAstrayDb = 0.03;
// The same for the pole and the zero that make a first-order prototype second-order.
constexpr double kExtraStart = 1.5;
constexpr double kHighestRootToNyquist = 0.95;

// Unknowns: m1, m2, k1, k2 of the band, then the correction's two zeros and two poles as time constants.
constexpr int kBandUnknowns = 4;
constexpr int kMostUnknowns = 8;
struct Model {
  Prototype band;
  double zero[2] = {};
  double pole[2] = {};
};

template <class T>
[[nodiscard]] T numerator(const Prototype& p, T u) noexcept {
  const T even = p.m0 - p.m2 * u;
  return even * even + p.m1 * p.m1 * u;
}
template <class T>
[[nodiscard]] T denominator(const Prototype& p, T u) noexcept {
  const T even = 1.0 - p.k2 * u;
  return even * even + p.k1 * p.k1 * u;
}
// |H|^2 at the squared normalised frequency u.
[[nodiscard]] double power(const Prototype& p, double u) noexcept { return numerator(p, u) / denominator(p, u); }

struct Points {
  alignas(16) double warped_squared[kPoints];  // frequency over the band's frequency after the bilinear transform, squared
  alignas(16) double goal[kPoints];
  alignas(16) double importance[kPoints];
  alignas(16) double weight[kPoints];
  alignas(16) double error[kPoints];  // ln of the power ratio
};
[[nodiscard]] f64x2 load2(const double* from) noexcept { return f64x2{from[0], from[1]}; }

// Octaves to either side in which a resonance of this damping (1 / Q) turns the response.
[[nodiscard]] double reach_octaves(double damping) noexcept { return 1.2 * std::min(3.0, 2.0 * damping); }

void place(Points& points, const Prototype& wanted, double freq_hz, double sample_rate_hz) noexcept {
  const double top_hz = highest_matched_hz(sample_rate_hz);
  const double g = tan_exact(kPi * freq_hz / sample_rate_hz);
  const bool has_zeros = wanted.m0 > 0.0 && wanted.m2 > 0.0;
  const bool first_order = wanted.k2 == 0.0;
  const double pole_ratio = 1.0 / (first_order ? wanted.k1 : std::sqrt(wanted.k2));
  const double zero_ratio = has_zeros ? std::sqrt(wanted.m0 / wanted.m2) : pole_ratio;
  const double pole_reach = first_order ? 2.0 : reach_octaves(wanted.k1 / std::sqrt(wanted.k2));
  const double zero_reach = has_zeros && wanted.m1 > 0.0 ? reach_octaves(wanted.m1 / std::sqrt(wanted.m0 * wanted.m2)) : 1.5 * pole_reach;
  const auto around = [&](double ratio, double reach, int k, int count) {
    return std::min(0.49 * sample_rate_hz, freq_hz * ratio * exp2_exact(reach * (2.0 * k / (count - 1.0) - 1.0)));
  };
  const bool has_gain = wanted.m0 > 0.0 && wanted.m1 > 0.0 && (wanted.m2 > 0.0 || first_order);
  for (int i = 0; i < kPoints; ++i) {
    const int pole = i - kAcrossBand;
    const int zero = pole - kAroundPoles;
    const int beyond = zero - kAroundZeros;
    double f = 0.0;
    if (pole < 0) {
      f = top_hz * sin_exact(0.5 * kPi * (i + 1.0) / kAcrossBand);
    } else if (zero < 0) {
      f = around(pole_ratio, pole_reach, pole, kAroundPoles);
    } else if (beyond < 0) {
      f = around(zero_ratio, zero_reach, zero, kAroundZeros);
    } else {
      f = top_hz + (0.49 * sample_rate_hz - top_hz) * (beyond + 1.0) / kBeyond;
    }
    const double warped = tan_exact(kPi * f / sample_rate_hz) / g;
    points.warped_squared[i] = warped * warped;
    const double passes = power(wanted, (f / freq_hz) * (f / freq_hz));
    points.importance[i] = (has_gain ? 1.0 : (passes + kNoPower) / (passes + kStopPower)) * (f > top_hz ? kBeyondImportance : 1.0);
    points.goal[i] = passes + kNoPower;
    points.weight[i] = 1.0;
  }
}

// ln(a / b) by its first terms (Abramowitz & Stegun 4.1.27): within 2e-5 for ratios up to 2, too small but of the right sign beyond, where only the
// direction matters.
[[nodiscard]] f64x2 ln_ratio(f64x2 a, f64x2 b) noexcept {
  const f64x2 t = (a - b) / (a + b);
  const f64x2 t2 = t * t;
  return 2.0 * t * (1.0 + t2 * (1.0 / 3.0 + t2 * (1.0 / 5.0 + t2 * (1.0 / 7.0))));
}

struct Misfit {
  double largest;  // error, by importance
  double cost;     // weighted sum of squares
};

template <int kUnknowns>
Misfit measure(Points& points, const Model& fit) noexcept {
  Misfit misfit{0.0, 0.0};
  for (int i = 0; i < kPoints; i += 2) {
    const f64x2 u = load2(&points.warped_squared[i]);
    f64x2 num = numerator(fit.band, u);
    f64x2 den = denominator(fit.band, u) * load2(&points.goal[i]);
    if constexpr (kUnknowns > kBandUnknowns) {
      for (int k = 0; k < 2; ++k) {
        num *= 1.0 + fit.zero[k] * fit.zero[k] * u;
        den *= 1.0 + fit.pole[k] * fit.pole[k] * u;
      }
    }
    const f64x2 error = ln_ratio(num, den);
    for (int lane = 0; lane < 2; ++lane) {
      points.error[i + lane] = error[lane];
      const double e = points.importance[i + lane] * std::fabs(error[lane]);
      misfit.largest = std::max(misfit.largest, e);
      misfit.cost += points.weight[i + lane] * e * e;
    }
  }
  return misfit;
}

// Lawson 1961: weights grow where the error is large, which levels the errors. Returns the cost by the new weights.
double reweight(Points& points, double largest) noexcept {
  const double scale = 1.0 / (largest + 1e-12);
  double sum = 0.0;
  double cost = 0.0;
  for (int i = 0; i < kPoints; ++i) {
    const double e = points.importance[i] * std::fabs(points.error[i]);
    points.weight[i] *= e * scale + kLeastReweight;
    sum += points.weight[i];
    cost += points.weight[i] * e * e;
  }
  const double norm = 1.0 / sum;
  for (double& weight : points.weight) weight *= norm;
  return cost * norm;
}

// Gaussian elimination without pivoting: the matrix is symmetric and, being damped, positive definite.
template <int kUnknowns>
void solve(double (&a)[kUnknowns][kUnknowns], double (&b)[kUnknowns]) noexcept {
  double inverse[kUnknowns];
  for (int k = 0; k < kUnknowns; ++k) {
    inverse[k] = 1.0 / a[k][k];
    for (int r = k + 1; r < kUnknowns; ++r) {
      const double factor = a[k][r] * inverse[k];
      for (int c = r; c < kUnknowns; ++c) a[r][c] -= factor * a[k][c];
      b[r] -= factor * b[k];
    }
  }
  for (int k = kUnknowns - 1; k >= 0; --k) {
    for (int c = k + 1; c < kUnknowns; ++c) b[k] -= a[k][c] * b[c];
    b[k] *= inverse[k];
  }
}

// One damped Gauss-Newton step in the logarithms of the unknowns, so that they stay positive. One that is 0 stays 0.
template <int kUnknowns>
void improve(Model& fit, const Points& points, bool zeros_fixed, double damping) noexcept {
  constexpr int kPairs = kPoints / 2;
  f64x2 slope[kUnknowns][kPairs];
  f64x2 weight[kPairs];
  const Prototype& p = fit.band;
  const double per_numerator = zeros_fixed ? 0.0 : 2.0;
  for (int i = 0; i < kPairs; ++i) {
    const f64x2 u = load2(&points.warped_squared[2 * i]);
    const f64x2 per_num = per_numerator * u / (numerator(p, u) + kNoPower * kNoPower);
    const f64x2 per_den = 2.0 * u / denominator(p, u);
    slope[0][i] = per_num * (p.m1 * p.m1);
    slope[1][i] = per_num * ((p.m2 * u - p.m0) * p.m2);
    slope[2][i] = per_den * (-p.k1 * p.k1);
    slope[3][i] = per_den * ((1.0 - p.k2 * u) * p.k2);
    if constexpr (kUnknowns > kBandUnknowns) {
      for (int k = 0; k < 2; ++k) {
        const f64x2 z = fit.zero[k] * fit.zero[k] * u;
        const f64x2 q = fit.pole[k] * fit.pole[k] * u;
        slope[4 + k][i] = 2.0 * z / (1.0 + z);
        slope[6 + k][i] = -2.0 * q / (1.0 + q);
      }
    }
    const f64x2 importance = load2(&points.importance[2 * i]);
    weight[i] = load2(&points.weight[2 * i]) * importance * importance;
  }
  double a[kUnknowns][kUnknowns];
  double b[kUnknowns];
  double largest = 0.0;
  for (int r = 0; r < kUnknowns; ++r) {
    f64x2 sums[kUnknowns] = {};
    f64x2 steepest{};
    for (int i = 0; i < kPairs; ++i) {
      const f64x2 weighted = weight[i] * slope[r][i];
      for (int c = 0; c < kUnknowns; ++c) sums[c] += weighted * slope[c][i];
      steepest -= weighted * load2(&points.error[2 * i]);
    }
    for (int c = r; c < kUnknowns; ++c) a[r][c] = sums[c][0] + sums[c][1];
    b[r] = steepest[0] + steepest[1];
    largest = std::max(largest, a[r][r]);
  }
  for (int k = 0; k < kUnknowns; ++k) a[k][k] += damping * largest + 1e-300;
  solve(a, b);
  double longest = kLongestStep;
  for (const double x : b) longest = std::max(longest, std::fabs(x));
  const double scale = 0.5 * kLongestStep / longest;
  double* const unknowns[] = {&fit.band.m1, &fit.band.m2, &fit.band.k1, &fit.band.k2, &fit.zero[0], &fit.zero[1], &fit.pole[0], &fit.pole[1]};
  // (1 + x/2) / (1 - x/2) for e^x: the same to second order, and no step is longer than 0.5.
  for (int k = 0; k < kUnknowns; ++k) *unknowns[k] *= (1.0 + scale * b[k]) / (1.0 - scale * b[k]);
}

struct Fitted {
  Model model;
  double largest;
};

template <int kUnknowns>
[[nodiscard]] Fitted fitted(Points& points, const Model& start, const Schedule& schedule, bool zeros_fixed) noexcept {
  constexpr double kCloseEnough = kCloseEnoughDb * kNepersPerDb;
  Model fit = start;
  Model accepted = start;
  Fitted best{start, 1e300};
  double least_cost = 1e300;
  double damping = kFirstDamping;
  for (int step = 0; step < schedule.steps; ++step) {
    const Misfit misfit = measure<kUnknowns>(points, fit);
    const bool worse = !(misfit.cost <= least_cost);
    if (worse) {
      damping *= 10.0;
      fit = accepted;
      measure<kUnknowns>(points, fit);
    } else {
      accepted = fit;
      least_cost = misfit.cost;
      damping = std::max(kLeastDamping, damping * 0.2);
      if (misfit.largest < best.largest) best = {fit, misfit.largest};
      if (best.largest < kCloseEnough) break;
      if (step >= schedule.level_from) least_cost = reweight(points, misfit.largest);
    }
    improve<kUnknowns>(fit, points, zeros_fixed, damping);
  }
  return best;
}

// c2 s^2 + c1 s + 1 whose roots the bilinear transform puts at exp(T times the roots of b2 s^2 + b1 s + 1): where Vicanek 2016 has the poles.
// Roots above Nyquist are put just below it.
struct Roots {
  double c1, c2;
};
[[nodiscard]] Roots matched_roots(double b1, double b2, double g, double radians_per_sample) noexcept {
  const double natural = radians_per_sample / std::sqrt(b2);
  const double damping = 0.5 * b1 / std::sqrt(b2);
  if (damping < 1.0) {
    const double radius = exp_exact(-damping * natural);
    const double cosine = cos_exact(std::min(natural * std::sqrt(1.0 - damping * damping), kHighestRootToNyquist * kPi));
    const double at_dc = 1.0 - 2.0 * radius * cosine + radius * radius;
    return {2.0 * g * (1.0 - radius * radius) / at_dc, g * g * (1.0 + 2.0 * radius * cosine + radius * radius) / at_dc};
  }
  const double spread = damping + std::sqrt(damping * damping - 1.0);
  const double slow = exp_exact(-natural / spread);
  const double fast = exp_exact(-std::min(natural * spread, 100.0));
  const double at_dc = (1.0 - slow) * (1.0 - fast);
  return {2.0 * g * (1.0 - slow * fast) / at_dc, g * g * (1.0 + slow) * (1.0 + fast) / at_dc};
}

// The same response with the unknowns of a second-order one: a pole on a zero, or for a low-pass, which would be 0 at Nyquist, zeros for the wanted
// gain there.
[[nodiscard]] Prototype first_order_start(const Prototype& p, double nyquist, double g) noexcept {
  const double extra = g / kExtraStart;
  Prototype start{p.m0, p.m1 + p.m0 * extra, p.m1 * extra, p.k1 + extra, p.k1 * extra};
  if (p.m1 == 0.0) {
    start.m2 = start.k2 * std::sqrt(power(p, nyquist * nyquist));
    start.m1 = std::sqrt(2.0 * start.m0 * start.m2);
  }
  return start;
}

// Where the steps set out from.
[[nodiscard]] Prototype matched_start(const Prototype& wanted, double freq_hz, double sample_rate_hz, double g) noexcept {
  const double w = 2.0 * kPi * freq_hz / sample_rate_hz;
  const double nyquist = 0.5 * sample_rate_hz / freq_hz;
  if (wanted.k2 == 0.0) return first_order_start(wanted, nyquist, g);
  const Roots poles = matched_roots(wanted.k1, wanted.k2, g, w);
  Prototype start{wanted.m0, wanted.m1, wanted.m2, poles.c1, poles.c2};
  if (wanted.m0 > 0.0 && wanted.m1 > 0.0) {
    const Roots zeros = matched_roots(wanted.m1 / wanted.m0, wanted.m2 / wanted.m0, g, w);
    start.m1 = wanted.m0 * zeros.c1;
    start.m2 = wanted.m0 * zeros.c2;
  } else if (wanted.m0 == 0.0) {
    start.m2 = start.k2 * std::sqrt(power(wanted, nyquist * nyquist));
  } else if (wanted.m2 == 0.0) {
    start.m2 = start.k2 * std::sqrt(power(wanted, nyquist * nyquist));
    start.m1 = std::sqrt(2.0 * start.m0 * start.m2);
  }
  return start;
}

}  // namespace

double highest_matched_hz(double sample_rate_hz) noexcept { return std::min(20000.0, 20000.0 / 44100.0 * sample_rate_hz); }

MatchedPrototype matched_for_bilinear(const Prototype& wanted, double freq_hz, double sample_rate_hz, double tolerance_db) noexcept {
  constexpr Prototype kIdentity{1.0, 0.0, 0.0, 0.0, 0.0};
  Points points;
  place(points, wanted, freq_hz, sample_rate_hz);
  const double g = tan_exact(kPi * freq_hz / sample_rate_hz);
  const bool zeros_fixed = wanted.m1 == 0.0 && wanted.m2 > 0.0 && wanted.m0 > 0.0;
  Model model;
  model.band = matched_start(wanted, freq_hz, sample_rate_hz, g);
  const Fitted alone = fitted<kBandUnknowns>(points, model, kAlone, zeros_fixed);
  if (alone.largest <= tolerance_db * kNepersPerDb) return {alone.model.band, kIdentity, false};

  Fitted together{model, 1e300};
  for (const CorrectionStart& at : kStarts) {
    for (double& weight : points.weight) weight = 1.0;
    model.zero[0] = model.pole[0] = g / at.first;
    model.zero[1] = model.pole[1] = g / at.second;
    const Fitted tried = fitted<kMostUnknowns>(points, model, kTogether, zeros_fixed);
    if (tried.largest < together.largest) together = tried;
    if (together.largest <= kAstrayDb * kNepersPerDb) break;
  }
  if (!(together.largest < alone.largest)) return {alone.model.band, kIdentity, false};
  const double* const z = together.model.zero;
  const double* const p = together.model.pole;
  return {together.model.band, {1.0, z[0] + z[1], z[0] * z[1], p[0] + p[1], p[0] * p[1]}, true};
}

}  // namespace ag06::dsp
