// The parts of a song, from its texture: where it changes, which parts sound alike, and what they are. Not a transcription: names follow loudness,
// repetition and place, with the confidence that those allow; what they cannot tell is a section.
#pragma once

#include "analysis/rhythm/rhythm_report.h"
#include "analysis/structure/structure_report.h"
#include "analysis/structure/texture_history.h"

namespace ag06::analysis {

// Boundaries lie on downbeats where the rhythm has them. Empty for less than 20 s of sound, and for a song that never changes. An hour takes less
// than a second. Guarantee (songs of known form, tests/core/analysis/structure/known_songs.h): boundary F above 0.88 within 3 s and 0.80 within 1 s,
// pairwise F of the groups above 0.90. Parts that differ in nothing but the order of the same chords are the ones it misses.
[[nodiscard]] StructureReport find_structure(const TextureHistory& heard, const RhythmReport& rhythm);

}  // namespace ag06::analysis
