// Names the chord of each stretch of a song: 12 major, 12 minor, or none. Not for sevenths, suspensions and inversions: their triads are heard.
// Source: A. Sheh and D. Ellis, "Chord Segmentation and Recognition using EM-Trained Hidden Markov Models", ISMIR 2003 (Viterbi over chroma);
// binary templates after T. Fujishima, "Realtime Chord Recognition of Musical Sound", ICMC 1999.
#pragma once

#include <vector>

#include "analysis/tonality/harmonic_span.h"
#include "analysis/tonality/tonality_report.h"

namespace ag06::analysis {

inline constexpr int kChordStates = 25;  // root + 12 * minor, 24 = none
inline constexpr int kNoChord = 24;

struct HeardChord {
  int state = kNoChord;
  double confidence_01 = 0.0;  // probability against the other states, of the span alone
};

// key_state: root + 12 * minor of the key, chords of which are the likelier; -1 when not known. One chord per span.
[[nodiscard]] std::vector<HeardChord> find_chords(const std::vector<HarmonicSpan>& spans, int key_state);

}  // namespace ag06::analysis
