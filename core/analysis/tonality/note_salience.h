// Explains the partials of a spectrum by as few notes as fit: non-negative least squares with harmonic notes. Not for octaves, which are less sure
// than pitch classes.
// Source: M. Mauch and S. Dixon, "Approximate Note Transcription for the Improved Identification of Difficult Chords", ISMIR 2010, section 2.2
// (notes as geometric series of partials); solved by the multiplicative rule of D. D. Lee and H. S. Seung, "Algorithms for Non-negative Matrix
// Factorization", NIPS 2000, eq. 4. Deviation: a fixed number of steps.
#pragma once

#include <array>

#include "analysis/tonality/pitch_grid.h"
#include "base/simd.h"

namespace ag06::analysis {

// A partial's amplitude against the one below it. Mauch and Dixon take 0.7; with the whitening of ChromaHistory the chords of 72 orchestral, rock and
// dance arrangements are told best by this (0.62 to 0.70 alike, 0.78 by a hundredth worse).
inline constexpr float kPartialRatio = 0.66f;

class NoteSalience {
 public:
  // Partials above spectrum_bins, in 1..kSpectrumBins, are not expected to be seen.
  void prepare(int spectrum_bins) noexcept;
  // spectrum: kSpectrumBins amplitudes. The result: kNoteBins amplitudes of notes, valid until the next call.
  [[nodiscard]] const float* solve(const float* spectrum) noexcept;

 private:
  static constexpr int kPartials = 8;
  static constexpr int kMostTaps = 2 * kPartials;
  static constexpr int kReach = 3 * kPitchClassBins + 4;  // of the highest partial, and room for four lanes

  void synthesise() noexcept;
  void correlate(const float* spectrum, float* notes) const noexcept;

  struct Tap {
    int offset = 0;
    float weight = 0.0f;
  };
  std::array<Tap, kMostTaps> taps_{};
  int tap_count_ = 0;
  int spectrum_bins_ = kSpectrumBins;
  // Zeros stand before the notes, and after notes and spectra, so that every tap may read a full vector.
  std::array<float, kReach + kSpectrumBins + 4> notes_{};
  std::array<float, kNoteBins + kReach + 4> seen_{};
  std::array<float, kNoteBins + kReach + 4> explained_{};
  std::array<float, kNoteBins> wanted_{};
  std::array<float, kNoteBins> given_{};
};

}  // namespace ag06::analysis
