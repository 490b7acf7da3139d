// The log-frequency grid that notes are sought on: three bins per semitone from C1 at A4 = 440 Hz, so that bin % 36 tells the pitch class, 0 = C.
// Not for frequencies in spectra.
#pragma once

namespace ag06::analysis {

inline constexpr int kBinsPerSemitone = 3;
inline constexpr int kPitchClassBins = 12 * kBinsPerSemitone;  // an octave
inline constexpr double kCentsPerBin = 100.0 / kBinsPerSemitone;
inline constexpr double kLowestPitchHz = 32.70319566257483;    // C1 = 440 * 2^(-45/12)
inline constexpr int kNoteBins = 6 * kPitchClassBins;          // fundamentals, up to C7 = 2093 Hz
inline constexpr int kSpectrumBins = kNoteBins + 48;           // partials, up to 5274 Hz

}  // namespace ag06::analysis
