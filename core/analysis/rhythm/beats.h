// Where the beats of a song with a known tempo are. Not for which of them begin a bar (meter.h).
// Source: D. P. W. Ellis, "Beat Tracking by Dynamic Programming", J. New Music Research 36(1), 2007, eqs. 1-4; deviation: the period follows a
// phase, near whose whole turns onsets count most.
#pragma once

#include <vector>

#include "analysis/rhythm/beat_phase.h"

namespace ag06::analysis {

// Beats in frames of the curve, ascending, each within half and twice the phase's period of the last. Allocates.
[[nodiscard]] std::vector<double> track_beats(const OnsetCurve& curve, const BeatPhase& phase);

// A straight line through beats: the best constant period, and how far the beats lie from it.
struct SteadyPulse {
  double first_frame = 0.0;
  double period_frames = 0.0;
  double deviation_frames = 0.0;  // root mean square, without the strays
  double inlier_ratio = 0.0;
};
// Beats more than a quarter period off the line, whose count has slipped, are left out. Fewer than 4 beats: period 0.
[[nodiscard]] SteadyPulse fit_steady_pulse(const std::vector<double>& beats, double period_frames);

// A period near the one handed over at which all onsets, off-beats too, agree best; the same where there are too few or too many beats to tell.
// Many beats need no help: the error of a line falls with the 3/2th power of their number.
// Source: P. Grosche and M. Mueller, IEEE TASLP 19(6), 2011, eq. 2 (Fourier tempogram), over the whole song.
[[nodiscard]] double refined_period(const OnsetCurve& curve, double period_frames);

}  // namespace ag06::analysis
