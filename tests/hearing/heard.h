// What one listener, ours or a peer, said of one recording. Not the truth: see tests/support/tunes.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "analysis/tonality/tonality_report.h"

namespace ag06::hearing {

// NaN, -1 and empty: not told.
struct Heard {
  double tempo_bpm = std::numeric_limits<double>::quiet_NaN();
  double ranged_tempo_bpm = std::numeric_limits<double>::quiet_NaN();  // told an octave in which to look
  std::vector<double> ranged_beats_s;
  bool takes_a_range = false;
  std::vector<double> beats_s;
  std::vector<double> downbeats_s;
  std::vector<double> onsets_s;
  int beats_per_bar = 0, beat_unit = 0;
  int key = -1;
  analysis::Mode mode = analysis::Mode::unknown;
  double tuning_hz = std::numeric_limits<double>::quiet_NaN();
  std::vector<analysis::Chord> chords;
  std::vector<double> dominant_frequencies_hz;
  std::string genre;
  double processor_s = 0.0;
  bool spoke = false;  // false: the listener failed on this file
};

}  // namespace ag06::hearing
