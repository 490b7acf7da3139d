#include "analysis/structure/find_structure.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "analysis/gating_histogram.h"
#include "analysis/loudness_scale.h"
#include "analysis/structure/boundaries.h"
#include "analysis/structure/refine_boundary.h"
#include "analysis/structure/section_groups.h"
#include "analysis/structure/section_names.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr int kMaxSteps = 2400;          // 20 minutes in half seconds; longer songs are read more coarsely
constexpr double kShortestSongS = 20.0;  // of sound
constexpr double kFarthestSnapS = 1.2;

// Nearest downbeat, or the time itself where none is near.
double snapped(double time_s, const RhythmReport& rhythm, double half_bar_s) noexcept {
  double best_s = time_s, least_s = std::min(kFarthestSnapS, half_bar_s);
  for (const int beat : rhythm.downbeats) {
    if (beat < 0 || beat >= static_cast<int>(rhythm.beats_s.size())) continue;
    const double at_s = rhythm.beats_s[static_cast<std::size_t>(beat)];
    if (std::fabs(at_s - time_s) < least_s) {
      least_s = std::fabs(at_s - time_s);
      best_s = at_s;
    }
  }
  return best_s;
}

double half_bar_of(const RhythmReport& rhythm) noexcept {
  if (rhythm.downbeats.size() < 2) return 0.0;
  const double first_s = rhythm.beats_s[static_cast<std::size_t>(rhythm.downbeats.front())];
  const double last_s = rhythm.beats_s[static_cast<std::size_t>(rhythm.downbeats.back())];
  return 0.55 * (last_s - first_s) / static_cast<double>(rhythm.downbeats.size() - 1);
}

double loudness_between(const TextureHistory& heard, double from_s, double to_s) noexcept {
  const auto count = static_cast<int>(heard.steps().size());
  const int from = clamp_to(static_cast<int>(from_s / heard.step_s() + 0.5), 0, count);
  const int to = clamp_to(static_cast<int>(to_s / heard.step_s() + 0.5), 0, count);
  double sum = 0.0;
  for (int i = from; i < to; ++i) sum += static_cast<double>(heard.steps()[static_cast<std::size_t>(i)].weighted_power);
  return to > from ? lufs_of(sum / (to - from)) : __builtin_nan("");
}
}  // namespace

StructureReport find_structure(const TextureHistory& heard, const RhythmReport& rhythm) {
  StructureReport report;
  const double audible = energy_of(kAbsoluteGateLufs);
  // Silence before and after the song is no part of it.
  int first = 0, last = static_cast<int>(heard.steps().size());
  while (first < last && static_cast<double>(heard.steps()[static_cast<std::size_t>(first)].weighted_power) < audible) ++first;
  while (last > first && static_cast<double>(heard.steps()[static_cast<std::size_t>(last - 1)].weighted_power) < audible) --last;
  if ((last - first) * heard.step_s() < kShortestSongS) return report;

  const SongVectors song = song_vectors(heard, first, last, kMaxSteps);
  const std::vector<Boundary> boundaries = find_boundaries(song);
  if (boundaries.empty()) return report;
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i <= boundaries.size(); ++i)
    stretches.push_back({i == 0 ? 0 : boundaries[i - 1].step, i == boundaries.size() ? song.size() : boundaries[i].step});
  stretches = grouped(song, std::move(stretches));
  if (stretches.size() < 2) return report;

  for (std::size_t i = 1; i < stretches.size(); ++i) {
    const int step = refined_boundary(song, stretches[i - 1], stretches[i]);
    if (step > stretches[i - 1].from && step < stretches[i].to) stretches[i - 1].to = stretches[i].from = step;
  }
  const double origin_s = first * heard.step_s(), half_bar_s = half_bar_of(rhythm);
  const auto strength_at = [&](int step) {
    if (step == 0 || step == song.size()) return 1.0;
    const Boundary* nearest = &boundaries.front();
    for (const Boundary& boundary : boundaries)
      if (std::abs(boundary.step - step) < std::abs(nearest->step - step)) nearest = &boundary;
    return nearest->strength;
  };
  for (const Stretch& stretch : stretches) {
    Section section;
    section.start_s = report.sections.empty() ? origin_s : report.sections.back().end_s;
    section.end_s = stretch.to == song.size() ? last * heard.step_s() : snapped(origin_s + stretch.to * song.step_s, rhythm, half_bar_s);
    section.group = stretch.group;
    section.confidence = 0.5 * (strength_at(stretch.from) + strength_at(stretch.to));
    section.loudness_lufs = loudness_between(heard, section.start_s, section.end_s);
    report.sections.push_back(section);
  }
  double again_s = 0.0, all_s = 0.0;
  for (const Section& section : report.sections) {
    int count = 0;
    for (const Section& other : report.sections) count += other.group == section.group ? 1 : 0;
    all_s += section.end_s - section.start_s;
    if (count > 1) again_s += section.end_s - section.start_s;
  }
  report.repetition = all_s > 0.0 ? again_s / all_s : 0.0;
  name_sections(report.sections);
  return report;
}

}  // namespace ag06::analysis
