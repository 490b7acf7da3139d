// Whether a pulse that fits the bars of a waltz is its beat: half a bar, a whole bar and a quarter of one fit them, too. Not for half and double
// (beat_level.h), nor for bars themselves (meter.h).
// Source: F. Gouyon and P. Herrera, "Determination of the Meter of Musical Audio Signals: Seeking Recurrences in Beat Segment Descriptors",
// Proc. AES 114th Convention, 2003 (two and three in a bar told by what sounds there); the statistic is ours.
#pragma once

#include "analysis/rhythm/beat_phase.h"

namespace ag06::analysis {

// How many times faster than the whole turns of the phase the beat goes: 1 as a rule, and 3/2, 3 or 3/4 if the thirds of a bar of two, one or four
// turns stand out where its halves do not. The faster beat lies in the range.
[[nodiscard]] double triple_ratio(const OnsetHistory& heard, const OnsetCurve& curve, const BeatPhase& phase, const TempoRange& range);

}  // namespace ag06::analysis
