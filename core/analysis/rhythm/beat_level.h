// Which of the pulses of a song is its beat: the eighths, the quarters or the halves, and on which side of the off-beat. Not for bars (meter.h).
// Source: F. Gouyon and S. Dixon, "A Review of Automatic Rhythm Description Systems", Computer Music Journal 29(1), 2005
// (what the features are); the rule is ours.
#pragma once

#include <array>

#include "analysis/rhythm/beat_phase.h"

namespace ag06::analysis {

using RangeStrengths = std::array<double, kOnsetRanges>;

// Mean onset strength of each range at turns offset, offset + step, offset + 2 step... of the phase.
[[nodiscard]] RangeStrengths mean_strengths(const OnsetCurve& curve, const BeatPhase& phase, double offset_turns, double step_turns);

struct BeatLevel {
  double ratio = 1.0;               // of the beat's rate to the phase's
  double certainty_01 = 0.0;        // of this octave against its neighbours
  double alternative_ratio = 2.0;   // the next best reading
};

// Turns the phase so that whole turns are beats, within the range of tempi as far as possible, and says what was decided.
[[nodiscard]] BeatLevel settle_beat_level(const OnsetCurve& curve, const TempoRange& range, BeatPhase& phase);

}  // namespace ag06::analysis
