// From what an OnsetHistory remembers to tempo, beats, bars and feel. Not for the audio thread: allocates, a second for an hour of music at most.
#pragma once

#include "analysis/rhythm/onset_history.h"
#include "analysis/rhythm/rhythm_report.h"
#include "analysis/rhythm/tempo.h"

namespace ag06::analysis {

struct RhythmOptions {
  TempoRange tempo;  // where the beat is looked for; one that is not usable() means the default
};

// Deterministic. Guarantee (the synthetic suite, 60 to 200 bpm): the tempo of a steady song within 0.05 bpm, beats within 70 ms with F >= 0.98.
// Silence, noise, drones, and anything shorter than 4 s have no tempo.
[[nodiscard]] RhythmReport find_rhythm(const OnsetHistory& heard, const RhythmOptions& options = {});

}  // namespace ag06::analysis
