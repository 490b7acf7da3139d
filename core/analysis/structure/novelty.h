// Where a song changes: its sound, its chords, or the way they go on. Not for onsets or beats.
// Source: J. Foote, "Automatic audio segmentation using a measure of audio novelty", ICME 2000, eq. 4 (Gaussian-tapered checkerboard).
#pragma once

#include <vector>

#include "analysis/structure/song_vectors.h"

namespace ag06::analysis {

enum class Aspect { timbre, harmony };

// For each step, as a boundary before it: likeness within the stretches of reach_s before and after it less the likeness between them, each pair
// weighted by a Gaussian; -1..1, 0 where nothing changes. Nearer than a second to the ends it is 0.
[[nodiscard]] std::vector<float> novelty(const SongVectors& song, Aspect aspect, double reach_s);

// For each step: 1 less the correlation of the harmony before and after it at the shift that fits best, 0..1. A progression that goes round and round
// changes its chords all the time and goes on unchanged all the same. 0 nearer than half the reach to the ends, and where nothing is pitched.
[[nodiscard]] std::vector<float> progression_novelty(const SongVectors& song, double reach_s);

// Correlation of the harmony of steps [a, a + a_count) and [b, b + b_count), -1..1, at the shift that fits best and leaves 60 % of the shorter one
// overlapped; NaN when the harmony of either never moves.
[[nodiscard]] double harmony_correlation(const SongVectors& song, int a, int a_count, int b, int b_count);

}  // namespace ag06::analysis
