// Lines that stand in a song's spectrum whatever is played: mains hum with its harmonics, and resonances. Not for hills in the tone: see tone_problems.h.
// A note comes and goes, so neither is read from the mean but from what is there in the quietest and in most of the frames.
#pragma once

#include <vector>

#include "analysis/spectral/long_term_spectrum.h"
#include "analysis/spectral/spectrum_report.h"

namespace ag06::analysis {

// At most one, at 50 or 60 Hz as measured. Its excess is that of its strongest harmonic over the surroundings as a quarter of a hertz hears them (a line of
// 6 s), both as levels that nine segments in ten exceed.
[[nodiscard]] std::vector<SpectrumProblem> find_hum(const LongTermSpectrum& heard);
// From 120 Hz to 16 kHz, strongest first, at most 5. The excess is over 1/8 to 1/2 octave to either side, in the median frame.
[[nodiscard]] std::vector<SpectrumProblem> find_resonances(const LongTermSpectrum& heard);

}  // namespace ag06::analysis
