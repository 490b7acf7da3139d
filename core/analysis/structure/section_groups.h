// Which parts of a song sound alike. Not their names.
#pragma once

#include <vector>

#include "analysis/structure/song_vectors.h"

namespace ag06::analysis {

// Steps [from, to) of a song.
struct Stretch {
  int from = 0;
  int to = 0;
  int group = 0;
  double likeness = 0.0;  // 0..1: of the group's other stretches, on the mean; 0 for one of a kind
};

// 1 same mean timbre .. 0.
[[nodiscard]] double timbre_likeness(const SongVectors& song, const Stretch& a, const Stretch& b);

// How well the harmony of a stretch's first half foretells its second, 0..1, median of the stretches: how much harmony can tell in this song.
[[nodiscard]] double harmonic_reliability(const SongVectors& song, const std::vector<Stretch>& stretches);

// How alike two stretches are, 0..1: mean timbre, and harmony at the shift that fits best as far as it is reliable.
[[nodiscard]] double likeness_of(const SongVectors& song, const Stretch& a, const Stretch& b, double reliability);

// Fills group and likeness; groups are numbered by first appearance. Neighbours of one group become one stretch.
// Source: average-linkage clustering, R. R. Sokal & C. D. Michener, "A statistical method for evaluating systematic relationships", 1958.
[[nodiscard]] std::vector<Stretch> grouped(const SongVectors& song, std::vector<Stretch> stretches);

}  // namespace ag06::analysis
