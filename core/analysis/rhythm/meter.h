// Which beats begin a bar, how many make one, and whether the beat is divided evenly. Not for where the beats are (beats.h).
// Source: M. Goto, "An Audio-based Real-time Beat Tracking System for Music With or Without Drum-sounds", J. New Music Research 30(2), 2001
// (bars from chord changes and drum patterns); C. Dittmar, M. Pfleiderer and M. Mueller, "Automated Estimation of Ride Cymbal Swing Ratios in
// Jazz Recordings", Proc. ISMIR 2015 (swing ratio).
#pragma once

#include <vector>

#include "analysis/rhythm/onset_curve.h"

namespace ag06::analysis {

struct Division {
  bool ternary = false;           // three equal parts: 6/8, 9/8, 12/8
  double swing_ratio = 0.0;       // first to second half of the beat, 1..2.5; 0: cannot be told
};

[[nodiscard]] Division find_division(const OnsetCurve& curve, const std::vector<double>& beats);

struct Meter {
  int beats_per_bar = 0;          // of the beats handed over; 0: cannot be told
  int first_downbeat = 0;         // < beats_per_bar
  double confidence_01 = 0.0;
};

// beats: in frames of the curve. Fewer than 8: unknown. Looks for 3 or 4 beats, and for 2 where a beat has three parts.
[[nodiscard]] Meter find_meter(const OnsetHistory& heard, const OnsetCurve& curve, const std::vector<double>& beats,
                               const Division& division);

}  // namespace ag06::analysis
