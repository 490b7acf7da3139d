#include "analysis/rhythm/beat_phase.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {

constexpr double kHarmonic = 2.0;  // half beats: a passage that stresses the off-beat has the same phase as one that stresses the beat
constexpr double kBlockS = 6.0;
constexpr double kBlockHopS = 1.0;
constexpr int kStates = 48;        // per half beat
constexpr int kMaxStep = 2;        // per block: follows a path that is 1 % off at 120 bpm
constexpr double kStepCost = 0.02; // against an agreement of at most 1

struct Complex {
  double re = 0.0, im = 0.0;
};

}  // namespace

BeatPhase::BeatPhase(const OnsetCurve& curve, const TempoPath& path) {
  const int count = curve.frames();
  turns_.resize(static_cast<std::size_t>(count));
  double turns = 0.0;
  for (int t = 0; t < count; ++t) {
    turns_[static_cast<std::size_t>(t)] = turns;
    turns += 1.0 / path.at(t);
  }

  std::vector<Complex> turned(static_cast<std::size_t>(count));
  for (int t = 0; t < count; ++t) {
    const double whole = std::floor(kHarmonic * turns_[static_cast<std::size_t>(t)]);
    const SinCos sc = sincos_exact(2.0 * kPi * (kHarmonic * turns_[static_cast<std::size_t>(t)] - whole));
    const double onset = static_cast<double>(curve.all[static_cast<std::size_t>(t)]);
    turned[static_cast<std::size_t>(t)] = {onset * sc.cos, onset * sc.sin};
  }
  const int half = static_cast<int>(0.5 * kBlockS * curve.rate_hz), hop = static_cast<int>(kBlockHopS * curve.rate_hz);
  const int blocks = (count - 1) / hop + 1;
  std::vector<double> window(static_cast<std::size_t>(2 * half + 1));
  for (int i = -half; i <= half; ++i) window[static_cast<std::size_t>(i + half)] = 0.5 + 0.5 * cos_exact(kPi * i / (half + 1.0));
  double cosines[kStates], sines[kStates];
  for (int s = 0; s < kStates; ++s) {
    const SinCos sc = sincos_exact(2.0 * kPi * s / kStates);
    cosines[s] = sc.cos;
    sines[s] = sc.sin;
  }

  std::vector<double> score(kStates, 0.0), next(kStates);
  std::vector<std::int8_t> from(static_cast<std::size_t>(blocks) * kStates, 0);
  for (int b = 0; b < blocks; ++b) {
    Complex sum;
    double all = 0.0;
    const int centre = b * hop;
    for (int t = std::max(centre - half, 0); t <= std::min(centre + half, count - 1); ++t) {
      const double weight = window[static_cast<std::size_t>(t - centre + half)];
      sum.re += weight * turned[static_cast<std::size_t>(t)].re;
      sum.im += weight * turned[static_cast<std::size_t>(t)].im;
      all += weight * static_cast<double>(curve.all[static_cast<std::size_t>(t)]);
    }
    // Mean onset 0.2 in music: a block without onsets has no opinion.
    all = std::max(all, 0.02 * half);
    for (int s = 0; s < kStates; ++s) {
      int best = s;
      double reached = -1e300;
      for (int step = -kMaxStep; step <= kMaxStep; ++step) {
        const int other = (s + step + kStates) % kStates;
        const double value = score[static_cast<std::size_t>(other)] - kStepCost * std::abs(step);
        if (value > reached || (value == reached && step == 0)) {
          reached = value;
          best = other;
        }
      }
      next[static_cast<std::size_t>(s)] = reached + (sum.re * cosines[s] + sum.im * sines[s]) / all;
      from[static_cast<std::size_t>(b) * kStates + static_cast<std::size_t>(s)] = static_cast<std::int8_t>(best);
    }
    std::swap(score, next);
  }
  int state = static_cast<int>(std::max_element(score.begin(), score.end()) - score.begin());
  std::vector<double> lead(static_cast<std::size_t>(blocks));  // in states, unwrapped
  double place = state;
  for (int b = blocks - 1; b >= 0; --b) {
    lead[static_cast<std::size_t>(b)] = place;
    const int before = from[static_cast<std::size_t>(b) * kStates + static_cast<std::size_t>(state)];
    int step = before - state;
    if (step > kStates / 2) step -= kStates;
    if (step < -kStates / 2) step += kStates;
    place += step;
    state = before;
  }
  // Steps of a state become a smooth lead: mean over five blocks.
  for (int t = 0; t < count; ++t) {
    const double at_block = static_cast<double>(t) / hop;
    const int first = static_cast<int>(at_block);
    const double part = at_block - first;
    double smooth = 0.0, weights = 0.0;
    for (int b = std::max(first - 2, 0); b <= std::min(first + 3, blocks - 1); ++b) {
      const double weight = b == first - 2 ? 1.0 - part : (b == first + 3 ? part : 1.0);
      smooth += weight * lead[static_cast<std::size_t>(b)];
      weights += weight;
    }
    turns_[static_cast<std::size_t>(t)] -= smooth / weights / (kStates * kHarmonic);
  }
  // The lead falls by less than a turn grows, 2 / (48 * 2) of a beat per second, so the phase always advances.
}

double BeatPhase::turns_at(double frame) const noexcept {
  const double place = clamp_to(frame, 0.0, static_cast<double>(turns_.size()) - 1.0);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= turns_.size()) return turns_.back();
  return turns_[below] + (place - static_cast<double>(below)) * (turns_[below + 1] - turns_[below]);
}

double BeatPhase::frame_at(double turns) const noexcept {
  if (turns < turns_.front()) return -1.0;
  if (turns > turns_.back()) return static_cast<double>(turns_.size());
  const auto above = std::upper_bound(turns_.begin(), turns_.end(), turns);
  if (above == turns_.end()) return static_cast<double>(turns_.size()) - 1.0;
  const double high = *above, low = *(above - 1);
  return static_cast<double>(above - turns_.begin()) - (high - turns) / (high - low);
}

void BeatPhase::change(double offset_turns, double ratio) noexcept {
  for (double& turns : turns_) turns = (turns + offset_turns) * ratio;
}

double BeatPhase::period_at(double frame) const noexcept {
  const double from = std::max(frame - 200.0, 0.0), to = std::min(frame + 200.0, static_cast<double>(turns_.size()) - 1.0);
  return (to - from) / std::max(turns_at(to) - turns_at(from), 1e-9);
}

double BeatPhase::mean_period() const noexcept { return (static_cast<double>(turns_.size()) - 1.0) / std::max(turns_.back() - turns_.front(), 1e-9); }

}  // namespace ag06::analysis
