// What the genre model is told of a song, as numbers that do not depend on its level. Not a judgement: that is genre.h.
#pragma once

#include <array>

#include "analysis/music/genre_model.gen.h"
#include "analysis/song_analysis.h"

namespace ag06::analysis {

// In the order of kGenreInputNames; NaN where it cannot be told. As models/genre/features.py makes them of what `ag06 analyze --json` prints.
[[nodiscard]] std::array<double, kGenreInputs> genre_inputs(const SongAnalysis& heard) noexcept;

}  // namespace ag06::analysis
