// The tones that stand out of a song's mean spectrum, with their exact frequencies. Not a pitch detector: partials count as tones.
// Source of the frequency: phase advance between frames (see angle.h), since quadratic interpolation of a Hann window errs by up to 0.04 Hz here and
// is pulled by neighbours. Source of the test against chance: E. B. Wilson and M. M. Hilferty, "The Distribution of Chi-Square", PNAS 17(12), 1931.
#pragma once

#include <vector>

#include "analysis/spectral/long_term_spectrum.h"

namespace ag06::analysis {

struct SpectralPeak {
  double frequency_hz = 0.0;
  double level_db = 0.0;  // re full-scale sine, mean over the song
};

// Strongest first, 16 Hz to 20 kHz, none more than 60 dB below the strongest. Guarantee: steady tones of 20 Hz to 20 kHz, one or three at once,
// eight bins (22 Hz) or more apart, within 0.1 Hz after 2 s; none in white or pink noise of 0.2 to 20 s, in DC, or in silence.
[[nodiscard]] std::vector<SpectralPeak> find_peaks(const LongTermSpectrum& heard, int at_most);

}  // namespace ag06::analysis
