// Keeps the fifth partials of strong notes from posing as major thirds. Not for third or seventh partials: those are a fifth and no note of a triad.
// Chosen by us. Source of the gap it rests on: 1200 log2(5 / 4) = 386.3 cents against the 400 of an equally tempered third; strings so stiff that
// their fifth partial lies more than 4 cents sharp are passed over.
#pragma once

#include <span>

#include "analysis/tonality/pitch_peaks.h"

namespace ag06::analysis {

// peaks: low to high. amplitudes: one for each. A peak at five times another's frequency, or, where none stands there, at five halves of one, is
// lowered to what the dictionary of NoteSalience expects of a fifth partial. An equally tempered third stands 14 cents higher and is left as it is.
void cap_fifth_partials(std::span<const PitchPeak> peaks, float* amplitudes) noexcept;

}  // namespace ag06::analysis
