#include "analysis/tonality/tuning.h"

#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr int kReachCents = 20;  // chosen by us: wide enough for a choir, too narrow for fifth and seventh partials to pull far

// Distance from centre on the circle of 100 cents, in [-50, 50).
[[nodiscard]] double around(double cents, double centre) noexcept {
  double apart = cents - centre + 50.0;
  apart -= 100.0 * std::floor(apart / 100.0);
  return apart - 50.0;
}
}  // namespace

Tuning find_tuning(const std::array<double, 100>& deviations) noexcept {
  double total = 0.0;
  for (const double weight : deviations) total += weight;
  if (!(total > 0.0)) return {};
  double best = -1.0, centre = 0.0;
  for (int c = 0; c < 100; ++c) {
    double sum = 0.0;
    for (int d = 1 - kReachCents; d < kReachCents; ++d)
      sum += (kReachCents - (d < 0 ? -d : d)) * deviations[static_cast<std::size_t>((c + d + 100) % 100)];
    if (sum > best) {
      best = sum;
      centre = c;
    }
  }
  // The mean of what lies near, from a triangle around the last estimate: outliers count less with every turn.
  for (int turn = 0; turn < 8; ++turn) {
    double weights = 0.0, moment = 0.0;
    for (int c = 0; c < 100; ++c) {
      const double apart = around(c, centre);
      const double weight = (kReachCents - std::fabs(apart)) * deviations[static_cast<std::size_t>(c)];
      if (weight <= 0.0) continue;
      weights += weight;
      moment += weight * apart;
    }
    if (weights > 0.0) centre += moment / weights;
  }
  double near = 0.0;
  for (int c = 0; c < 100; ++c)
    if (std::fabs(around(c, centre)) <= kReachCents) near += deviations[static_cast<std::size_t>(c)];
  constexpr double kEven = (2.0 * kReachCents + 1.0) / 100.0;
  return {around(centre, 0.0), clamp_to((near / total - kEven) / (1.0 - kEven), 0.0, 1.0)};
}

double tuning_hz_of(double cents) noexcept { return 440.0 * exp2_exact(cents / 1200.0); }

}  // namespace ag06::analysis
