// Says of what kind a song is: a linear model over what was heard, its numbers trained outside (models/genre) and its probabilities calibrated. Not a
// description of the song: that is MusicReport.
// Source: Bishop, "Pattern Recognition and Machine Learning", 2006, eq. 4.104 (softmax of linear functions); Guo, Pleiss, Sun & Weinberger, "On
// calibration of modern neural networks", ICML 2017, eq. 9 (temperature).
// How often it is right on recordings that it was not trained on, and of which sources, stands in models/genre/README.md.
#pragma once

#include <array>

#include "analysis/music/genre_model.gen.h"
#include "analysis/song_analysis.h"

namespace ag06::analysis {

inline constexpr double kShortestGenreS = 8.0;  // chosen by us: below, rhythm and harmony cannot be told

// Calibrated probabilities from inputs in the order of kGenreInputNames; an unknown one (NaN) counts as the mean of the training.
// Guarantee: equals the model of models/genre/train.py within 1e-9 on the recordings of genre_cases.gen.h.
[[nodiscard]] std::array<double, kGenres> genre_scores(const std::array<double, kGenreInputs>& inputs) noexcept;

// Guarantee: label is -1 and every score 0 for silence, for less than kShortestGenreS and where the best probability is below the model's own least
// confidence; else the scores sum to 1 within 1e-12.
[[nodiscard]] GenreReport find_genre(const SongAnalysis& heard) noexcept;

}  // namespace ag06::analysis
