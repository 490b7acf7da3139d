// The steps at which a song's parts begin. Not their names.
#pragma once

#include <vector>

#include "analysis/structure/song_vectors.h"

namespace ag06::analysis {

struct Boundary {
  int step = 0;
  double strength = 0.0;  // 0..1
};

// By time; neither the beginning nor the end of the song.
[[nodiscard]] std::vector<Boundary> find_boundaries(const SongVectors& song);

}  // namespace ag06::analysis
