#include "analysis/rhythm/beat_level.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {

constexpr double kReachS = 0.03;  // around a position, for what a player places early or late
// A level is too slow if what sounds halfway between its beats is this strong against them: between a hat on the off-beat (0.3 in a rock groove)
// and the other half of the beats (0.7 there, 0.68 to 0.90 in eight metal songs). For a doubled tempo of kEvenBpm; a faster one, which listeners
// seldom tap, needs more, by kPerOctave.
constexpr double kEvenRatio = 0.62;
constexpr double kEvenBpm = 163.0;
constexpr double kPerOctave = 0.35;
constexpr double kEdgeRatio = 1.02;
// Of slower levels, too, whose quarters sound: a beat is more often halved than quartered. Log odds of the level being twice too slow, by logistic
// regression on 370 slow readings of synthetic songs and 95 of real ones (tests/hearing), both counting alike.
constexpr double kOddsBias = -1.9;
constexpr double kOddsPerOctave = -1.05;  // above kOddsBpm
constexpr double kOddsBpm = 85.0;
constexpr double kOddsPerHalf = 2.62;
constexpr double kOddsPerQuarter = 3.05;
constexpr double kSlowBpm = 108.0;
constexpr double kLeastOdds = 0.4;  // in doubt a level stays what it is
constexpr double kMarginPerOdds = 0.15;
// Of songs said to be faster than 160 bpm every other one was written at half of that (tests/hearing, 38 pieces): certainty falls from 150 bpm on.
constexpr double kDoubtfulBpm = 150.0;
constexpr double kDoubtPerOctave = 2.5;

double sum_of(const RangeStrengths& strengths) noexcept { return strengths[0] + strengths[1] + strengths[2]; }

double least_ratio(double doubled_bpm) noexcept { return kEvenRatio + kPerOctave * log2_exact(doubled_bpm / kEvenBpm); }

// Strength halfway between the beats against the beats', both over what sounds between the halves, the noise floor.
double evenness(const OnsetCurve& curve, const BeatPhase& phase) {
  const double on = sum_of(mean_strengths(curve, phase, 0.0, 1.0)), middle = sum_of(mean_strengths(curve, phase, 0.5, 1.0));
  const double floor = 0.5 * std::min(sum_of(mean_strengths(curve, phase, 0.25, 1.0)), sum_of(mean_strengths(curve, phase, 0.75, 1.0)));
  return std::max(middle - floor, 0.0) / std::max(on - floor, 1e-3);
}

double log_odds_of_too_slow(const OnsetCurve& curve, const BeatPhase& phase, double bpm) {
  const auto strength = [&](double turns) { return sum_of(mean_strengths(curve, phase, turns, 1.0)); };
  const double on = strength(0.0), early = strength(0.25), late = strength(0.75);
  const double floor = std::min(std::min(early, late), std::min(strength(1.0 / 3.0), strength(2.0 / 3.0)));
  const double scale = std::max(on - floor, 0.05 * on + 1e-3);
  return kOddsBias + kOddsPerOctave * log2_exact(bpm / kOddsBpm) + kOddsPerHalf * (strength(0.5) - floor) / scale +
         kOddsPerQuarter * std::min((std::max(early, late) - floor) / scale, 1.0);
}

}  // namespace

RangeStrengths mean_strengths(const OnsetCurve& curve, const BeatPhase& phase, double offset_turns, double step_turns) {
  RangeStrengths strengths{};
  double count = 0.0;
  const int reach = static_cast<int>(kReachS * curve.rate_hz + 0.5);
  double turns = offset_turns + std::ceil((phase.first_turn() - offset_turns) / step_turns) * step_turns;
  for (; turns <= phase.last_turn(); turns += step_turns, count += 1.0) {
    const double frame = phase.frame_at(turns);
    for (int r = 0; r < kOnsetRanges; ++r) strengths[static_cast<std::size_t>(r)] += static_cast<double>(peak_near(curve.range[r], frame, reach));
  }
  for (double& strength : strengths) strength /= std::max(count, 1.0);
  return strengths;
}

BeatLevel settle_beat_level(const OnsetCurve& curve, const TempoRange& range, BeatPhase& phase) {
  const auto turn_to_stress = [&curve, &phase] {
    if (sum_of(mean_strengths(curve, phase, 0.5, 1.0)) > sum_of(mean_strengths(curve, phase, 0.0, 1.0))) phase.change(0.5, 1.0);
  };
  const auto bpm = [&curve, &phase] { return 60.0 * curve.rate_hz / phase.mean_period(); };
  BeatLevel level;
  turn_to_stress();
  // A tempo at the very edge of the range may come out beyond it by a hair.
  while (bpm() > kEdgeRatio * range.max_bpm || 0.5 * bpm() >= range.min_bpm) {
    phase.change(0.0, 0.5);
    level.ratio *= 0.5;
    turn_to_stress();
  }
  double margin = 1.0;
  level.alternative_ratio = 0.5 * level.ratio;
  while (2.0 * bpm() <= range.max_bpm) {
    double over = evenness(curve, phase) - least_ratio(2.0 * bpm());
    if (over <= 0.0 && bpm() < kSlowBpm) {
      const double odds = log_odds_of_too_slow(curve, phase, bpm());
      over = odds > kLeastOdds ? kMarginPerOdds * odds : std::max(over, std::min(kMarginPerOdds * odds, 0.0));
    }
    if (over <= 0.0) {
      if (-over < margin) level.alternative_ratio = 2.0 * level.ratio;
      margin = std::min(margin, -over);
      break;
    }
    if (over < margin) level.alternative_ratio = level.ratio;
    margin = std::min(margin, over);
    phase.change(0.0, 2.0);
    level.ratio *= 2.0;
  }
  level.certainty_01 = clamp_to(margin / 0.3, 0.0, 1.0);
  if (0.5 * bpm() >= range.min_bpm) level.certainty_01 = clamp_to(1.0 - kDoubtPerOctave * log2_exact(bpm() / kDoubtfulBpm), 0.0, level.certainty_01);
  return level;
}

}  // namespace ag06::analysis
