// Tells tuning, key, mode and chords of a song from what was remembered of it. Not for the audio thread.
#pragma once

#include <span>

#include "analysis/tonality/chroma_history.h"
#include "analysis/tonality/tonality_report.h"

namespace ag06::analysis {

// beats_s: ascending, on which chords may change; without any they may change every quarter second. Allocates; some 50 ms per hour of music.
// What cannot be told stays unknown: noise, drums, silence, a single note.
[[nodiscard]] TonalityReport find_tonality(const ChromaHistory& heard, std::span<const double> beats_s);

}  // namespace ag06::analysis
