#include "analysis/rhythm/tempo.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {

constexpr double kPreferredBpm = 115.0;
// Width of the preference, in octaves: wide enough for the music's own evidence to decide between 80 and 160.
constexpr double kPreferenceOctaves = 1.0;
constexpr double kPreferenceWeight = 0.12;
constexpr double kStepRatio = 1.005;
constexpr int kPulses = 4;
// Weight of how well the song repeats after three or four beats, a bar: tells the beat from three or five sixteenths of a syncopated groove.
constexpr double kBarWeight = 1.0;
// Against four beats: otherwise a third of a bar of four would pass for a beat.
constexpr double kTripleShare = 0.8;
// Viterbi: cost of one step of 0.5 % and of leaving the path at all, in units of correlation.
constexpr double kStepCost = 0.03;
constexpr double kJumpCost = 2.0;
constexpr int kMaxSteps = 12;

// The grid of periods is 0.5 % wide, which at the fourth beat is wider than a peak.
template <class Correlation>
double near(const Correlation& correlation, double lag_frames) noexcept {
  const double aside = 0.5 * (kStepRatio - 1.0) * lag_frames;
  return static_cast<double>(std::max(correlation(lag_frames), std::max(correlation(lag_frames - aside), correlation(lag_frames + aside))));
}

template <class Correlation>
double strength_of(const Correlation& correlation, double period_frames, double lags) noexcept {
  double on = 0.0, weights = 0.0, bar = 0.0;
  for (int k = 1; k <= kPulses; ++k) {
    if (k * period_frames >= lags - 1.0) break;
    const double value = near(correlation, k * period_frames);
    on += value / k;
    weights += 1.0 / k;
    if (k >= 3) bar = std::max(bar, k == 3 ? kTripleShare * value : value);
  }
  return weights > 0.0 ? (on / weights + kBarWeight * bar) / (1.0 + kBarWeight) : 0.0;
}

}  // namespace

double TempoPath::at(double frame) const noexcept {
  const double place = clamp_to((frame - first_frame) / step_frames, 0.0, static_cast<double>(period_frames.size()) - 1.0);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= period_frames.size()) return period_frames.back();
  return period_frames[below] + (place - static_cast<double>(below)) * (period_frames[below + 1] - period_frames[below]);
}

double TempoPath::median() const {
  std::vector<double> sorted = period_frames;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

TempoPath TempoPath::scaled(double ratio) const {
  TempoPath other = *this;
  for (double& period : other.period_frames) period *= ratio;
  return other;
}

double tempo_preference(double bpm) noexcept {
  const double octaves = log2_exact(bpm / kPreferredBpm) / kPreferenceOctaves;
  return -kPreferenceWeight * 0.5 * octaves * octaves;
}

double pulse_strength(const Tempogram& tempogram, double period_frames) noexcept {
  return strength_of([&tempogram](double lag) { return tempogram.mean_correlation(lag); }, period_frames, tempogram.lags());
}

TempoPath find_tempo_path(const Tempogram& tempogram, const TempoRange& range) {
  TempoPath path;
  const int windows = tempogram.windows();
  std::vector<double> periods;
  for (double period = 60.0 / range.max_bpm * tempogram.rate_hz(); period <= 60.0 / range.min_bpm * tempogram.rate_hz(); period *= kStepRatio)
    if (period < tempogram.lags() - 1) periods.push_back(period);
  if (windows == 0 || periods.empty()) return path;

  const int states = static_cast<int>(periods.size());
  std::vector<double> bonus(periods.size());
  // The whole song speaks as loudly as the stretch: in a break the rest of the song carries the tempo.
  for (std::size_t s = 0; s < periods.size(); ++s)
    bonus[s] = tempo_preference(60.0 * tempogram.rate_hz() / periods[s]) + 0.5 * pulse_strength(tempogram, periods[s]);
  std::vector<double> score(bonus), next(periods.size());
  std::vector<std::int16_t> from(static_cast<std::size_t>(windows) * periods.size(), 0);
  for (int w = 0; w < windows; ++w) {
    const auto correlation = [&tempogram, w](double lag) { return tempogram.correlation(w, lag); };
    const int best = static_cast<int>(std::max_element(score.begin(), score.end()) - score.begin());
    for (int s = 0; s < states; ++s) {
      double reached = score[static_cast<std::size_t>(best)] - kJumpCost;
      int source = best;
      for (int other = std::max(s - kMaxSteps, 0); other <= std::min(s + kMaxSteps, states - 1); ++other) {
        const double value = score[static_cast<std::size_t>(other)] - kStepCost * std::abs(other - s);
        if (value > reached) {
          reached = value;
          source = other;
        }
      }
      if (w == 0) {
        reached = 0.0;
        source = s;
      }
      const double local = strength_of(correlation, periods[static_cast<std::size_t>(s)], tempogram.lags());
      next[static_cast<std::size_t>(s)] = reached + local + bonus[static_cast<std::size_t>(s)];
      from[static_cast<std::size_t>(w) * periods.size() + static_cast<std::size_t>(s)] = static_cast<std::int16_t>(source);
    }
    std::swap(score, next);
  }
  int state = static_cast<int>(std::max_element(score.begin(), score.end()) - score.begin());
  path.first_frame = tempogram.centre_frame(0);
  path.step_frames = windows > 1 ? tempogram.centre_frame(1) - tempogram.centre_frame(0) : 1.0;
  path.period_frames.resize(static_cast<std::size_t>(windows));
  for (int w = windows - 1; w >= 0; --w) {
    path.period_frames[static_cast<std::size_t>(w)] = periods[static_cast<std::size_t>(state)];
    state = from[static_cast<std::size_t>(w) * periods.size() + static_cast<std::size_t>(state)];
  }
  return path;
}

}  // namespace ag06::analysis
