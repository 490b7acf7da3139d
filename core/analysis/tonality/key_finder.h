// Finds the key a song is in for most of its time, from its pitch classes, its chords and how they move. Not for modes other than major and minor.
// Source: C. L. Krumhansl, "Cognitive Foundations of Musical Pitch", 1990 (correlation with key profiles); W. Chai and B. Vercoe, "Detection of Key
// Change in Classical Piano Music", ISMIR 2005 (hidden Markov model over keys).
#pragma once

#include <vector>

#include "analysis/tonality/chord_finder.h"
#include "analysis/tonality/harmonic_span.h"

namespace ag06::analysis {

inline constexpr int kKeys = 24;  // tonic + 12 * minor

struct HeardKey {
  int state = -1;            // -1: nothing sounds
  double share_01 = 0.0;     // expected share of the time that the song is in this key rather than another
  double clarity_01 = 0.0;   // correlation of the song's chroma with the key's profiles
  PitchClasses chroma{};     // of the song, sum 1
  double classes = 0.0;      // pitch classes in use: 1 for a lone note, 3 for a triad, 12 when all weigh the same
};

[[nodiscard]] HeardKey find_key(const std::vector<HarmonicSpan>& spans, const std::vector<HeardChord>& chords);

}  // namespace ag06::analysis
