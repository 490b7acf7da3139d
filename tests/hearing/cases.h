// The questions of the examination: which test music is asked about, group by group. Not how answers are judged: see exam.h.
#pragma once

#include <string>
#include <vector>

#include "support/tunes/tune.h"

namespace ag06::hearing {

struct Case {
  std::string group;
  test::tunes::TuneSpec spec;
  [[nodiscard]] std::string name() const;  // unique, and fit for a file name
};

// 60 to 200 bpm x patterns x {straight, swing 1.9 : 1, jitter 10 ms, white noise 10 dB above the music}. full: steps of 5 bpm, else eight tempi.
[[nodiscard]] std::vector<Case> rhythm_cases(bool full);
// What lies outside the goals: pink noise, drifting tempo, no drums, dembow, other rates.
[[nodiscard]] std::vector<Case> hard_rhythm_cases(bool full);
// 24 keys x -50..+50 cents x timbres x {cadence, with drums and melody, noise 10 dB above the music}. full: every combination, else each key at five
// tunings.
[[nodiscard]] std::vector<Case> key_cases(bool full);
// Pop loops that do not end on their tonic, other rates, pink noise.
[[nodiscard]] std::vector<Case> hard_key_cases(bool full);
// Every progression x timbres x {chords and bass, with melody, with drums and melody}.
[[nodiscard]] std::vector<Case> chord_cases(bool full);

}  // namespace ag06::hearing
