// What is wrong with the tone of a song, as an engineer would name it: rumble, hum, mud, boxiness, harshness, sibilance, resonances.
// Not for matters of taste: a song is held against a curve that the caller finds suited to it.
// Where the names lie (Hz): rumble below 25, mud 200-400, boxiness 400-800, harshness 2000-5000, sibilance 5000-10000.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "analysis/spectral/long_term_spectrum.h"
#include "analysis/spectral/spectral_shape.h"
#include "analysis/spectral/spectrum_report.h"
#include "analysis/spectral/tone_problems.h"

namespace ag06::analysis {

// target_octave_db, a suited tone: levels of the octaves of kOctaveBandHz (octave_bands.h) in dB, as power per octave; only their differences count.

// The target at each curve_point_hz(), moved to the song's level: see align(). NaN everywhere if the song is silent, its rate too low, or a target
// level is not finite.
[[nodiscard]] std::array<double, kCurvePoints> aligned_target_db(const std::array<double, kCurvePoints>& curve_db,
                                                                 std::span<const double> target_octave_db);

// Worst first within each kind; kinds in the order of ProblemKind. With a target of another length than kTargetOctaves, or not finite, only hum and
// resonances are looked for. Guarantee: in stationary noise of the target's tone there is none; a bell of 6 dB or more (Q 1) at 300 Hz, of 8 dB at 3
// kHz, hum at -50 dB and a ring of 12 dB (Q 30) at 1234 Hz are found at their place with their excess within 1.5 dB.
// A ring needs something between the notes that rings; hum must not be masked (see line_problems.h).
[[nodiscard]] std::vector<SpectrumProblem> find_problems(const LongTermSpectrum& heard, const SpectralShape& shape,
                                                         std::span<const double> target_octave_db);

}  // namespace ag06::analysis
