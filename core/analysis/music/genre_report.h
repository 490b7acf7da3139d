// What kind of music it is.
#pragma once

#include <array>

namespace ag06::analysis {

inline constexpr int kGenres = 7;
inline constexpr std::array<const char*, kGenres> kGenreNames = {"speech", "rock", "jazz", "electronic", "classical", "pop", "ballad"};

struct GenreReport {
  int label = -1;           // index into kGenreNames; -1 = cannot be told
  double confidence = 0.0;  // calibrated probability of label
  std::array<double, kGenres> scores{};  // probabilities, sum 1; all 0 when it cannot be told
};

}  // namespace ag06::analysis
