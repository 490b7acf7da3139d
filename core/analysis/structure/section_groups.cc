#include "analysis/structure/section_groups.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/music/curves.h"
#include "analysis/structure/novelty.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kAlike = 0.55;           // linkage stops here
constexpr double kHarmonyWeight = 0.7;    // where the song's harmony is reliable
constexpr double kShortestHalfS = 8.0;
constexpr double kTimbreReach = 0.75;     // distance of means at which the likeness has fallen to 1/e, in spreads of the song
constexpr int kMaxCompared = 240;         // steps of either stretch

// Longer stretches are compared by their beginnings: a progression comes round in less than that.
double harmony_likeness(const SongVectors& song, const Stretch& a, const Stretch& b) {
  return harmony_correlation(song, a.from, std::min(kMaxCompared, a.to - a.from), b.from, std::min(kMaxCompared, b.to - b.from));
}

void number_by_appearance(std::vector<Stretch>& stretches) {
  std::vector<int> names(stretches.size(), -1);
  int next = 0;
  for (Stretch& stretch : stretches) {
    int& name = names[static_cast<std::size_t>(stretch.group)];
    if (name < 0) name = next++;
    stretch.group = name;
  }
}
}  // namespace

double timbre_likeness(const SongVectors& song, const Stretch& a, const Stretch& b) {
  double distance2 = 0.0;
  for (std::size_t k = 0; k < kTimbreSize; ++k) {
    double mean_a = 0.0, mean_b = 0.0;
    for (int i = a.from; i < a.to; ++i) mean_a += static_cast<double>(song.timbre[static_cast<std::size_t>(i)][k]);
    for (int i = b.from; i < b.to; ++i) mean_b += static_cast<double>(song.timbre[static_cast<std::size_t>(i)][k]);
    const double apart = mean_a / (a.to - a.from) - mean_b / (b.to - b.from);
    distance2 += apart * apart;
  }
  return exp_exact(-distance2 / (kTimbreReach * kTimbreReach));
}

double harmonic_reliability(const SongVectors& song, const std::vector<Stretch>& stretches) {
  std::vector<double> known;
  for (const Stretch& stretch : stretches) {
    const int half = (stretch.to - stretch.from) / 2;
    if (half * song.step_s < kShortestHalfS) continue;
    const double like = harmony_likeness(song, {stretch.from, stretch.from + half}, {stretch.from + half, stretch.to});
    if (is_finite(like)) known.push_back(std::max(0.0, like));
  }
  if (known.empty()) return 0.0;
  std::sort(known.begin(), known.end());
  return known[known.size() / 2];
}

double likeness_of(const SongVectors& song, const Stretch& a, const Stretch& b, double reliability) {
  const double timbre = timbre_likeness(song, a, b), harmony = harmony_likeness(song, a, b);
  const double weight = kHarmonyWeight * ramp_01(reliability, 0.3, 0.7);
  if (!is_finite(harmony) || weight == 0.0) return timbre;
  return std::sqrt(timbre) * (1.0 - weight + weight * ramp_01(harmony, 0.5 * reliability, 0.9 * reliability));
}

std::vector<Stretch> grouped(const SongVectors& song, std::vector<Stretch> stretches) {
  const std::size_t count = stretches.size();
  const double reliability = harmonic_reliability(song, stretches);
  std::vector<double> like(count * count, 0.0);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < i; ++j) like[i * count + j] = like[j * count + i] = likeness_of(song, stretches[i], stretches[j], reliability);
  for (std::size_t i = 0; i < count; ++i) stretches[i].group = static_cast<int>(i);
  std::vector<double> linkage = like;
  std::vector<int> sizes(count, 1);  // 0 once joined to another
  while (true) {
    double best = kAlike;
    std::size_t keep = count, drop = count;
    for (std::size_t a = 0; a < count; ++a)
      for (std::size_t b = a + 1; b < count && sizes[a] > 0; ++b) {
        if (sizes[b] == 0 || linkage[a * count + b] <= best) continue;
        best = linkage[a * count + b];
        keep = a;
        drop = b;
      }
    if (keep == count) break;
    const double whole = sizes[keep] + sizes[drop];
    for (std::size_t c = 0; c < count; ++c) {
      const double joined = (sizes[keep] * linkage[keep * count + c] + sizes[drop] * linkage[drop * count + c]) / whole;
      linkage[keep * count + c] = linkage[c * count + keep] = joined;
    }
    sizes[keep] += sizes[drop];
    sizes[drop] = 0;
    for (Stretch& stretch : stretches)
      if (stretch.group == static_cast<int>(drop)) stretch.group = static_cast<int>(keep);
  }
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0.0;
    int others = 0;
    for (std::size_t j = 0; j < count; ++j)
      if (j != i && stretches[j].group == stretches[i].group) {
        sum += like[i * count + j];
        ++others;
      }
    stretches[i].likeness = others > 0 ? sum / others : 0.0;
  }
  number_by_appearance(stretches);
  std::vector<Stretch> merged;
  for (const Stretch& stretch : stretches) {
    if (!merged.empty() && merged.back().group == stretch.group) {
      merged.back().to = stretch.to;
      merged.back().likeness = std::max(merged.back().likeness, stretch.likeness);
    } else {
      merged.push_back(stretch);
    }
  }
  return merged;
}

}  // namespace ag06::analysis
