// Keys, chords and progressions of test music. Not for listening: see tonality_report.h for what is heard.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/tonality/tonality_report.h"

namespace ag06::test::tunes {

using analysis::ChordQuality;
using analysis::Mode;

// A chord of a progression: its root in semitones above the tonic.
struct Degree {
  int root = 0;
  ChordQuality quality = ChordQuality::major;
};

struct Progression {
  const char* name;
  Mode mode;
  bool settles;  // ends by a fifth on its tonic, so that the key is beyond dispute
  std::vector<Degree> degrees;
};

// Roman numerals in the names, lower case minor.
[[nodiscard]] inline const std::vector<Progression>& progressions() {
  constexpr ChordQuality M = ChordQuality::major, m = ChordQuality::minor;
  static const std::vector<Progression> all = {
      {"I IV V I", Mode::major, true, {{0, M}, {5, M}, {7, M}, {0, M}}},
      {"I vi ii V I I IV V", Mode::major, true, {{0, M}, {9, m}, {2, m}, {7, M}, {0, M}, {0, M}, {5, M}, {7, M}}},
      {"I V vi IV", Mode::major, false, {{0, M}, {7, M}, {9, m}, {5, M}}},
      {"I vi IV V", Mode::major, false, {{0, M}, {9, m}, {5, M}, {7, M}}},
      {"I bVII IV I", Mode::major, false, {{0, M}, {10, M}, {5, M}, {0, M}}},
      {"i iv V i", Mode::minor, true, {{0, m}, {5, m}, {7, M}, {0, m}}},
      {"i VI iv V i i iv V", Mode::minor, true, {{0, m}, {8, M}, {5, m}, {7, M}, {0, m}, {0, m}, {5, m}, {7, M}}},
      {"i VI III VII", Mode::minor, false, {{0, m}, {8, M}, {3, M}, {10, M}}},
      {"i VII VI V", Mode::minor, false, {{0, m}, {10, M}, {8, M}, {7, M}}},
      {"i iv v i", Mode::minor, false, {{0, m}, {5, m}, {7, m}, {0, m}}},
  };
  return all;
}
inline constexpr int kMajorCadence = 0, kLongMajorCadence = 1, kMinorCadence = 5, kLongMinorCadence = 6;

[[nodiscard]] inline int third_of(ChordQuality quality) { return quality == ChordQuality::minor ? 3 : 4; }

// The three notes of a chord as MIDI numbers within an octave from lowest upwards, whatever inversion that gives.
[[nodiscard]] inline std::vector<int> voiced(int root_pitch_class, ChordQuality quality, int lowest) {
  std::vector<int> notes;
  for (const int interval : {0, third_of(quality), 7}) {
    const int pitch_class = (root_pitch_class + interval) % 12;
    notes.push_back(lowest + ((pitch_class - lowest % 12) + 12) % 12);
  }
  return notes;
}

// Whether a pitch class belongs to a key: the major scale, the natural minor scale.
[[nodiscard]] inline bool in_scale(int pitch_class, int key, Mode mode) {
  constexpr bool major[12] = {true, false, true, false, true, true, false, true, false, true, false, true};
  constexpr bool minor[12] = {true, false, true, true, false, true, false, true, true, false, true, false};
  const int step = ((pitch_class - key) % 12 + 12) % 12;
  return mode == Mode::minor ? minor[step] : major[step];
}

}  // namespace ag06::test::tunes
