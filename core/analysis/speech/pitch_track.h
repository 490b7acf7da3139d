// Pitch of one voice, frame by frame, from how much the harmonics of a candidate stand over the valleys between them. Not for polyphony.
// Source: D. J. Hermes, "Measurement of pitch by subharmonic summation", JASA 83(1), 1988; the valleys after X. Sun, "Pitch determination and voice
// quality analysis using subharmonic-to-harmonic ratio", ICASSP 2002.
#pragma once

#include <array>
#include <vector>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

struct Pitch {
  float strength_db = 0.0f;  // mean height of the harmonics over the valleys
  float semitones = 0.0f;    // over 70 Hz
};

class PitchTrack {
 public:
  // grid: short_grid(). Allocates.
  void prepare(const StftGrid& grid);
  // power: grid.bins() powers. 70 to 400 Hz; a steady harmonic tone is found within a fifth of a semitone.
  [[nodiscard]] Pitch find(const float* power) noexcept;

 private:
  static constexpr int kPerSemitone = 2;
  static constexpr int kCandidates = 63;  // 70 Hz .. 419 Hz
  static constexpr int kHarmonics = 12;
  static constexpr double kLowestHz = 70.0;
  static constexpr double kHighestHz = 2500.0;  // above, harmonics of a gliding voice blur

  [[nodiscard]] float at(float bin) const noexcept;

  std::vector<float> level_db_;
  std::array<float, kCandidates> candidate_bins_{};
  float highest_bin_ = 0.0f;
};

}  // namespace ag06::analysis
