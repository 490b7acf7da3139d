// A song as points in time: timbre and harmony of each step on scales on which distances mean something. Not for display.
#pragma once

#include <array>
#include <vector>

#include "analysis/structure/texture_history.h"

namespace ag06::analysis {

inline constexpr int kTimbreSize = kTextureBands + 4;

struct SongVectors {
  double step_s = 0.5;
  std::vector<std::array<float, kTimbreSize>> timbre;  // centred; the song's mean distance from its centre is 1
  std::vector<std::array<float, 12>> chroma;           // of unit length, or zero when nothing is pitched
  std::vector<std::array<float, 12>> harmony;          // chroma less the song's mean
  std::vector<float> harmony_power;                    // its squared length
  std::vector<float> weighted_power;

  [[nodiscard]] int size() const noexcept { return static_cast<int>(timbre.size()); }
  // Squared distance of timbre; 0.. with a mean of 2 over a song's pairs.
  [[nodiscard]] float timbre_distance2(int i, int j) const noexcept;
  // 1 same pitch classes .. 0 none in common.
  [[nodiscard]] float chroma_likeness(int i, int j) const noexcept;
  // Of chroma less the song's mean chroma: what sets these two apart from the rest of the song, alike > 0, unlike < 0.
  [[nodiscard]] float harmony_dot(int i, int j) const noexcept;
};

// Of steps [first, last). Neighbouring ones are merged until there are no more than max_steps.
[[nodiscard]] SongVectors song_vectors(const TextureHistory& heard, int first, int last, int max_steps);

}  // namespace ag06::analysis
