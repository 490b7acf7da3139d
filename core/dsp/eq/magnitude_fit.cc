#include "dsp/eq/magnitude_fit.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::dsp {
namespace {

constexpr int kAcrossBand = 24;    // points over the whole range, denser at its top, where the warping is
constexpr int kAroundCentre = 17;  // points over the octaves in which the band turns
constexpr int kBeyond = 4;         // points between the range and Nyquist
constexpr int kPoints = kAcrossBand + kAroundCentre + kBeyond;
// The goal moves from the warped response, which the start has exactly, to the wanted one: Gauss-Newton then never starts far from its solution.
constexpr int kApproachSteps = 6;
// From here on the largest error is what counts, before it the sum of squares, which converges more surely.
constexpr int kLevelFrom = 12;
constexpr int kSteps = 22;
constexpr int kUnknowns = 4;
constexpr double kApproachDamping = 3e-4;  // Levenberg's, as a share of the largest diagonal element; less as steps succeed, more as they fail
constexpr double kLeastDamping = 1e-6;
constexpr double kLongestStep = 0.5;  // in the logarithm of a coefficient
// In pass filters and notches errors count less from this far (50 dB) below the largest gain down; a band with a gain has no stop band.
constexpr double kStopRatio = 1e-5;
// What an error above the range counts: enough to hold resonances down there, and to keep the steps on course.
constexpr double kBeyondImportance = 0.05;
// Keeps points with no error now in the next step's sum.
constexpr double kLeastReweight = 0.02;

[[nodiscard]] double numerator(const Prototype& p, double u) noexcept {
  const double even = p.m0 - p.m2 * u;
  return even * even + p.m1 * p.m1 * u;
}
[[nodiscard]] double denominator(const Prototype& p, double u) noexcept {
  const double even = 1.0 - p.k2 * u;
  return even * even + p.k1 * p.k1 * u;
}
// |H|^2 at the squared normalised frequency u.
[[nodiscard]] double power(const Prototype& p, double u) noexcept { return numerator(p, u) / denominator(p, u); }

struct Point {
  double wanted;  // frequency over the band's frequency
  double warped;  // the same after the bilinear transform
  double importance;
  double weight = 1.0;
  double goal = 0.0;
  double error = 0.0;  // ln of the power ratio
};
using Points = Point[kPoints];

void place(Points& points, const Prototype& wanted, double freq_hz, double sample_rate_hz) noexcept {
  const double top_hz = highest_matched_hz(sample_rate_hz);
  const double g = tan_exact(kPi * freq_hz / sample_rate_hz);
  const double reach_octaves = 1.2 * std::min(2.0, wanted.k1 / std::sqrt(wanted.k2) + wanted.m1);
  double largest = 0.0;
  for (int i = 0; i < kPoints; ++i) {
    const int around = i - kAcrossBand;
    const int beyond = around - kAroundCentre;
    double f = 0.0;
    if (around < 0) {
      f = top_hz * sin_exact(0.5 * kPi * (i + 1.0) / kAcrossBand);
    } else if (beyond < 0) {
      f = std::min(top_hz, freq_hz * exp2_exact(reach_octaves * (2.0 * around / (kAroundCentre - 1.0) - 1.0)));
    } else {
      f = top_hz + (0.49 * sample_rate_hz - top_hz) * (beyond + 1.0) / kBeyond;
    }
    Point& p = points[i];
    p.wanted = f / freq_hz;
    p.warped = tan_exact(kPi * f / sample_rate_hz) / g;
    p.importance = power(wanted, p.wanted * p.wanted);
    largest = std::max(largest, p.importance);
  }
  const bool has_gain = wanted.m0 > 0.0 && wanted.m1 > 0.0 && wanted.m2 > 0.0;
  for (Point& p : points) p.importance = has_gain ? 1.0 : p.importance / (p.importance + kStopRatio * largest);
  for (int i = kPoints - kBeyond; i < kPoints; ++i) points[i].importance *= kBeyondImportance;
}

// approach_01: how far the goal has moved from the warped to the wanted response.
void set_goals(Points& points, const Prototype& wanted, double approach_01) noexcept {
  for (Point& p : points) {
    const double at = approach_01 < 1.0 ? p.warped + approach_01 * (p.wanted - p.warped) : p.wanted;
    p.goal = power(wanted, at * at);
  }
}

// ln(a / b) by its first terms (Abramowitz & Stegun 4.1.27): within 2e-5 for ratios up to 2, too small but of the right sign beyond, where only the
// direction matters.
[[nodiscard]] double ln_ratio(double a, double b) noexcept {
  const double t = (a - b) / (a + b);
  const double t2 = t * t;
  return 2.0 * t * (1.0 + t2 * (1.0 / 3.0 + t2 * (1.0 / 5.0 + t2 * (1.0 / 7.0))));
}

struct Misfit {
  double largest;  // error, by importance
  double cost;     // weighted sum of squares
};

Misfit measure(Points& points, const Prototype& fit) noexcept {
  Misfit misfit{0.0, 0.0};
  for (Point& p : points) {
    const double u = p.warped * p.warped;
    const double num = numerator(fit, u);
    p.error = num > 0.0 && p.goal > 0.0 ? ln_ratio(num, denominator(fit, u) * p.goal) : 0.0;
    const double e = p.importance * std::fabs(p.error);
    misfit.largest = std::max(misfit.largest, e);
    misfit.cost += p.weight * e * e;
  }
  return misfit;
}

// Lawson 1961: weights grow where the error is large, which levels the errors.
void reweight(Points& points, double largest) noexcept {
  double sum = 0.0;
  for (Point& p : points) sum += p.weight *= p.importance * std::fabs(p.error) / (largest + 1e-12) + kLeastReweight;
  for (Point& p : points) p.weight /= sum;
}

// Gaussian elimination without pivoting: the matrix is symmetric and, being damped, positive definite.
void solve(double (&a)[kUnknowns][kUnknowns], double (&b)[kUnknowns]) noexcept {
  for (int k = 0; k < kUnknowns; ++k)
    for (int r = k + 1; r < kUnknowns; ++r) {
      const double factor = a[r][k] / a[k][k];
      for (int c = k; c < kUnknowns; ++c) a[r][c] -= factor * a[k][c];
      b[r] -= factor * b[k];
    }
  for (int k = kUnknowns - 1; k >= 0; --k) {
    for (int c = k + 1; c < kUnknowns; ++c) b[k] -= a[k][c] * b[c];
    b[k] /= a[k][k];
  }
}

// One damped Gauss-Newton step in the logarithms of m1, m2, k1, k2, so that they stay positive. A coefficient that is 0 stays 0.
void improve(Prototype& fit, const Points& points, bool zeros_fixed, double damping) noexcept {
  double a[kUnknowns][kUnknowns] = {};
  double b[kUnknowns] = {};
  for (const Point& p : points) {
    const double u = p.warped * p.warped;
    const double num = numerator(fit, u);
    const double den = denominator(fit, u);
    if (!(num > 0.0)) continue;
    const double per_num = zeros_fixed ? 0.0 : 2.0 * u / num;
    const double per_den = 2.0 * u / den;
    const double slope[kUnknowns] = {per_num * fit.m1 * fit.m1, -per_num * fit.m2 * (fit.m0 - fit.m2 * u), -per_den * fit.k1 * fit.k1,
                                     per_den * fit.k2 * (1.0 - fit.k2 * u)};
    const double w = p.weight * p.importance * p.importance;
    for (int r = 0; r < kUnknowns; ++r) {
      for (int c = 0; c <= r; ++c) a[r][c] += w * slope[r] * slope[c];
      b[r] -= w * p.error * slope[r];
    }
  }
  for (int r = 0; r < kUnknowns; ++r)
    for (int c = r + 1; c < kUnknowns; ++c) a[r][c] = a[c][r];
  double largest = 0.0;
  for (int k = 0; k < kUnknowns; ++k) largest = std::max(largest, a[k][k]);
  for (int k = 0; k < kUnknowns; ++k) a[k][k] += damping * largest + 1e-300;
  solve(a, b);
  double longest = kLongestStep;
  for (const double x : b) longest = std::max(longest, std::fabs(x));
  double* const coefficients[kUnknowns] = {&fit.m1, &fit.m2, &fit.k1, &fit.k2};
  for (int k = 0; k < kUnknowns; ++k) *coefficients[k] *= exp_exact(b[k] * (kLongestStep / longest));
}

}  // namespace

double highest_matched_hz(double sample_rate_hz) noexcept { return std::min(20000.0, 20000.0 / 44100.0 * sample_rate_hz); }

Prototype fitted_for_bilinear(const Prototype& wanted, double freq_hz, double sample_rate_hz) noexcept {
  Points points;
  place(points, wanted, freq_hz, sample_rate_hz);
  const bool zeros_fixed = wanted.m1 == 0.0 && wanted.m2 > 0.0 && wanted.m0 > 0.0;
  Prototype fit = wanted;
  const bool low_pass = wanted.m2 == 0.0;
  if (low_pass) {
    // The warped response is 0 at Nyquist, from where no step in logarithms leads away: start with the wanted gain there, as Vicanek 2016 does.
    const double nyquist = 0.5 * sample_rate_hz / freq_hz;
    fit.m2 = fit.k2 * std::sqrt(power(wanted, nyquist * nyquist));
    fit.m1 = std::sqrt(2.0 * fit.m0 * fit.m2);
  }
  Prototype best = fit;
  Prototype accepted = fit;
  double least_error = 1e300;
  double least_cost = 1e300;
  double damping = kApproachDamping;
  for (int step = 0; step < kSteps; ++step) {
    const bool approaching = step < kApproachSteps;
    if (approaching) set_goals(points, wanted, low_pass ? 1.0 : (step + 1.0) / kApproachSteps);
    const Misfit misfit = measure(points, fit);
    const bool worse = !approaching && step > kApproachSteps && !(misfit.cost <= least_cost);
    if (worse) {
      damping *= 10.0;
      fit = accepted;
      measure(points, fit);
    } else {
      accepted = fit;
      least_cost = misfit.cost;
      if (!approaching) damping = std::max(kLeastDamping, damping * 0.2);
      if (step + 1 >= kApproachSteps && misfit.largest < least_error) {
        least_error = misfit.largest;
        best = fit;
      }
      if (step >= kLevelFrom) {
        reweight(points, misfit.largest);
        least_cost = measure(points, fit).cost;
      }
    }
    improve(fit, points, zeros_fixed, damping);
  }
  return best;
}

}  // namespace ag06::dsp
