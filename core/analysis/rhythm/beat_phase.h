// How far every moment of a song is from the beat: a phase that follows the tempo path, holds through breaks and never slips by half a beat.
// Not for the final beats, which may lean on it (beats.h).
// Source: P. Grosche and M. Mueller, "Extracting Predominant Local Pulse Information From Music Recordings", IEEE TASLP 19(6), 2011, section III
// (phase of the windowed Fourier coefficient); deviation: at the second harmonic, joined over the song by a Viterbi path.
#pragma once

#include <vector>

#include "analysis/rhythm/tempo.h"

namespace ag06::analysis {

class BeatPhase {
 public:
  BeatPhase() = default;
  // path: not empty. Allocates. Whether the beat or the middle between two beats falls on whole turns is yet open: shift() and scale() settle it.
  BeatPhase(const OnsetCurve& curve, const TempoPath& path);

  [[nodiscard]] int frames() const noexcept { return static_cast<int>(turns_.size()); }
  [[nodiscard]] double turns_at(double frame) const noexcept;
  // Frame of a phase in turns, by interpolation; < 0 or > frames() - 1 outside the song.
  [[nodiscard]] double frame_at(double turns) const noexcept;
  [[nodiscard]] double first_turn() const noexcept { return turns_.front(); }
  [[nodiscard]] double last_turn() const noexcept { return turns_.back(); }
  // turns -> (turns + offset) * ratio
  void change(double offset_turns, double ratio) noexcept;
  // Frames per turn around a frame.
  [[nodiscard]] double period_at(double frame) const noexcept;
  [[nodiscard]] double mean_period() const noexcept;

 private:
  std::vector<double> turns_;  // one per frame, ascending
};

}  // namespace ag06::analysis
