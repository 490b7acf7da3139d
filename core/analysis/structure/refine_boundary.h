// Where exactly one progression gives way to another. Not for boundaries that the timbre marks: those are exact to a step as they are.
#pragma once

#include "analysis/structure/section_groups.h"
#include "analysis/structure/song_vectors.h"

namespace ag06::analysis {

// The step near before.to == after.from up to which the harmony goes round as it did before, and from which on it goes round as it does after.
// That step itself when either does not go round, or when the sound changes there.
[[nodiscard]] int refined_boundary(const SongVectors& song, const Stretch& before, const Stretch& after);

}  // namespace ag06::analysis
