// Gathers what was heard of a song's tone into its report. Not for its problems: see problems.h.
#pragma once

#include "analysis/spectral/long_term_spectrum.h"
#include "analysis/spectral/spectral_shape.h"
#include "analysis/spectral/spectrum_report.h"

namespace ag06::analysis {

// Pure; a few milliseconds.
[[nodiscard]] SpectrumReport find_spectrum(const LongTermSpectrum& heard, const SpectralShape& shape);

}  // namespace ag06::analysis
