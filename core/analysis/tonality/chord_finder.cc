#include "analysis/tonality/chord_finder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/math.h"

namespace ag06::analysis {
namespace {
using Scores = std::array<double, kChordStates>;  // natural logarithms of likelihoods, but for a constant

// Chosen by us on synthetic progressions and orchestral renderings (tests/core/analysis/tonality): fit of a triad counts so much against a change.
constexpr double kFit = 14.0;
constexpr double kBassRoot = 2.5, kBassFifth = 0.5, kBassThird = 0.8;
constexpr double kChange = 2.2;
constexpr double kNoChordFit = 0.64;  // a lone note fits its triads by 0.58, noise by 0.5 to 0.6, two notes a fifth apart by 0.82
constexpr double kInKey = 0.7;
constexpr double kFullSpanS = 0.35;

[[nodiscard]] bool belongs(int state, int key_state) noexcept {
  const int step = (state % 12 - key_state % 12 + 12) % 12;
  const bool minor = state >= 12;
  // I ii iii IV V vi, and i III iv v V VI VII.
  if (key_state < 12) return minor ? step == 2 || step == 4 || step == 9 : step == 0 || step == 5 || step == 7;
  return minor ? step == 0 || step == 5 || step == 7 : step == 3 || step == 7 || step == 8 || step == 10;
}

// What stands above the mean of the five faintest classes, which belong to no triad with a seventh or a passing note: noise raises all alike.
[[nodiscard]] PitchClasses above_floor(PitchClasses chroma) noexcept {
  PitchClasses sorted = chroma;
  std::sort(sorted.begin(), sorted.end());
  double floor = 0.0;
  for (std::size_t i = 0; i < 5; ++i) floor += sorted[i] / 5.0;
  for (double& x : chroma) x = std::max(0.0, x - floor);
  return chroma;
}

[[nodiscard]] Scores scores_of(const HarmonicSpan& span, int key_state) noexcept {
  Scores scores{};
  const PitchClasses chroma = above_floor(span.chroma);
  double energy = 0.0;
  for (const double x : chroma) energy += x * x;
  if (!(energy > 0.0)) {
    scores.fill(-kFit);
    scores[kNoChord] = 0.0;
    return scores;
  }
  const double scale = 1.0 / std::sqrt(3.0 * energy);
  const auto at = [](const PitchClasses& classes, int pitch_class) { return classes[static_cast<std::size_t>(pitch_class % 12)]; };
  for (int state = 0; state < kNoChord; ++state) {
    const int root = state % 12, third = root + (state < 12 ? 4 : 3), fifth = root + 7;
    double score = kFit * scale * (at(chroma, root) + at(chroma, third) + at(chroma, fifth));
    score += kBassRoot * at(span.bass, root) + kBassThird * at(span.bass, third) + kBassFifth * at(span.bass, fifth);
    if (key_state >= 0 && belongs(state, key_state)) score += kInKey;
    scores[static_cast<std::size_t>(state)] = score;
  }
  scores[kNoChord] = kFit * kNoChordFit;
  // A short span says less than a long one.
  const double says = std::min(1.0, span.length_s() / kFullSpanS);
  for (double& score : scores) score *= says;
  return scores;
}
}  // namespace

std::vector<HeardChord> find_chords(const std::vector<HarmonicSpan>& spans, int key_state) {
  std::vector<HeardChord> chords(spans.size());
  if (spans.empty()) return chords;
  std::vector<std::array<std::int8_t, kChordStates>> from(spans.size());
  Scores path{};
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const Scores scores = scores_of(spans[i], key_state);
    // The most likely predecessor of a change is the same for all.
    int best = 0;
    for (int s = 1; s < kChordStates; ++s)
      if (path[static_cast<std::size_t>(s)] > path[static_cast<std::size_t>(best)]) best = s;
    const double changed = path[static_cast<std::size_t>(best)] - kChange;
    for (std::size_t s = 0; s < kChordStates; ++s) {
      const bool stays = path[s] >= changed;
      from[i][s] = static_cast<std::int8_t>(stays ? static_cast<int>(s) : best);
      path[s] = (stays ? path[s] : changed) + scores[s];
    }
  }
  int state = 0;
  for (int s = 1; s < kChordStates; ++s)
    if (path[static_cast<std::size_t>(s)] > path[static_cast<std::size_t>(state)]) state = s;
  for (std::size_t i = spans.size(); i-- > 0;) {
    const Scores scores = scores_of(spans[i], key_state);
    const double most = *std::max_element(scores.begin(), scores.end());
    double sum = 0.0;
    for (const double score : scores) sum += exp_exact(score - most);
    chords[i] = {state, exp_exact(scores[static_cast<std::size_t>(state)] - most) / sum};
    state = from[i][static_cast<std::size_t>(state)];
  }
  return chords;
}

}  // namespace ag06::analysis
