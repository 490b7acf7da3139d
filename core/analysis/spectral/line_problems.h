// Lines that stand in a song's spectrum whatever is played: mains hum with its harmonics, and resonances. Not for hills in the tone: see
// tone_problems.h.
// A note comes and goes, so neither is read from the mean but from what is there in the quietest and in most of the frames.
#pragma once

#include <vector>

#include "analysis/spectral/long_term_spectrum.h"
#include "analysis/spectral/spectrum_report.h"

namespace ag06::analysis {

// At most one, at 50 or 60 Hz as measured. Its excess is that of its strongest harmonic over the surroundings within
// 2 Hz, both heard in quarters of a hertz and as levels that nine segments of six seconds in ten exceed. Dense music masks it, from the ear as from
// this: at -50 dB it is found under a ballad, not under metal.
[[nodiscard]] std::vector<SpectrumProblem> find_hum(const LongTermSpectrum& heard);
// From 120 Hz to 16 kHz, strongest first, at most 5. The excess is over 1/8 to 1/2 octave to either side, in the median frame.
[[nodiscard]] std::vector<SpectrumProblem> find_resonances(const LongTermSpectrum& heard);

}  // namespace ag06::analysis
