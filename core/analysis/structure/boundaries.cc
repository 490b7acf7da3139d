#include "analysis/structure/boundaries.h"

#include <algorithm>

#include "analysis/structure/novelty.h"

namespace ag06::analysis {
namespace {
// Reaches of the checkerboards, and how much each counts. The shortest only says where, not whether.
constexpr double kLongS = 16.0;
constexpr double kMiddleS = 8.0;
constexpr double kShortS = 3.0;
constexpr float kHarmonyWeight = 1.0f;
constexpr float kProgressionWeight = 0.5f;  // over its own lower quartile, which stands for unchanged
constexpr float kLeastNovelty = 0.10f;
constexpr double kApartS = 6.0;       // parts are longer than this
constexpr double kRefineS = 2.0;

float at(const std::vector<float>& curve, int step) noexcept { return curve[static_cast<std::size_t>(step)]; }
}  // namespace

std::vector<Boundary> find_boundaries(const SongVectors& song) {
  const int count = song.size();
  std::vector<Boundary> found;
  if (count < 8) return found;
  const std::vector<float> timbre_long = novelty(song, Aspect::timbre, kLongS), timbre_middle = novelty(song, Aspect::timbre, kMiddleS),
                           timbre_short = novelty(song, Aspect::timbre, kShortS), harmony_long = novelty(song, Aspect::harmony, kLongS),
                           progression = progression_novelty(song, kLongS);
  std::vector<float> ordered = progression;
  std::nth_element(ordered.begin(), ordered.begin() + count / 4, ordered.end());
  const float usual = ordered[static_cast<std::size_t>(count / 4)];
  std::vector<float> whether(static_cast<std::size_t>(count)), where(whether.size());
  for (int i = 0; i < count; ++i) {
    whether[static_cast<std::size_t>(i)] = 0.5f * (at(timbre_long, i) + at(timbre_middle, i)) + kHarmonyWeight * std::max(0.0f, at(harmony_long, i)) +
                                           kProgressionWeight * std::max(0.0f, at(progression, i) - usual);
    where[static_cast<std::size_t>(i)] = whether[static_cast<std::size_t>(i)] + 0.5f * at(timbre_short, i);
  }
  const int apart = std::max(1, static_cast<int>(kApartS / song.step_s + 0.5)), refine = static_cast<int>(kRefineS / song.step_s + 0.5);
  int last = 0;
  for (int i = 1; i < count; ++i) {
    if (at(whether, i) < kLeastNovelty) continue;
    bool highest = true;
    for (int j = std::max(0, i - apart); j <= std::min(count - 1, i + apart) && highest; ++j)
      highest = j == i || at(whether, j) < at(whether, i) || (at(whether, j) == at(whether, i) && j > i);
    if (!highest) continue;
    int best = i;
    for (int j = std::max(1, i - refine); j <= std::min(count - 1, i + refine); ++j)
      if (at(where, j) > at(where, best)) best = j;
    if (best - last < apart / 2 || count - best < apart / 2) continue;
    found.push_back({best, std::min(1.0, static_cast<double>(at(whether, i)) / 0.5)});
    last = best;
  }
  return found;
}

}  // namespace ag06::analysis
