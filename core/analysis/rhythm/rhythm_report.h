// What the rhythm of a song was found to be. NaN or empty stands for "cannot be told": silence, speech, a drone.
#pragma once

#include <limits>
#include <vector>

namespace ag06::analysis {

struct RhythmReport {
  double tempo_bpm = std::numeric_limits<double>::quiet_NaN();
  double tempo_confidence = 0.0;              // 0..1
  double alternative_tempo_bpm = std::numeric_limits<double>::quiet_NaN();  // the next best reading, usually half or double
  std::vector<double> beats_s;
  std::vector<int> downbeats;                 // indices into beats_s
  // Time signature beats_per_bar/beat_unit; 0 = unknown. In 6/8 the beats of beats_s are dotted quarters, two to a bar.
  int beats_per_bar = 0;
  int beat_unit = 0;
  double meter_confidence = 0.0;              // 0..1
  std::vector<double> onsets_s;
  double onset_rate_hz = 0.0;
  double pulse_clarity = 0.0;                 // 0..1: how much of the onset energy follows one regular pulse
  double tempo_stability = 0.0;               // 0..1: 1 = the beats keep one period
  double swing_ratio = std::numeric_limits<double>::quiet_NaN();  // long to short eighth; 1 = straight, 2 = triplet feel
};

}  // namespace ag06::analysis
