// Remembers, for every 10 ms of a song, how strongly something new began in the bass, the middle and the treble, and coarsely which notes sounded.
// Not for reading results from: find_rhythm() does.
// Source: S. Boeck and G. Widmer, "Maximum Filter Vibrato Suppression for Onset Detection", Proc. DAFx-13, 2013 (SuperFlux, section 3); deviations:
// the bands sum power instead of magnitude, the flux is kept in three ranges, rounded to 3 %, and frames come 10 ms apart.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

enum class OnsetRange : int { bass = 0, middle = 1, treble = 2 };
inline constexpr int kOnsetRanges = 3;

class OnsetHistory {
 public:
  static constexpr double kBassTopHz = 200.0;
  static constexpr double kMiddleTopHz = 2000.0;
  static constexpr int kPitchClasses = 12;
  using Chroma = std::array<float, kPitchClasses>;

  // grid: short_grid(). Control thread; allocates 1.5 MB per hour. Past max_duration_s nothing more is remembered.
  // Errors: bad_sample_rate, out_of_range (a duration that is not positive, more than a day, a grid without frames).
  [[nodiscard]] Status prepare(const StftGrid& grid, double max_duration_s);
  void reset() noexcept;
  void process(const SpectrumFrame& frame) noexcept;

  [[nodiscard]] int frames() const noexcept { return frames_; }
  [[nodiscard]] double frame_rate_hz() const noexcept { return grid_.frame_rate_hz(); }
  [[nodiscard]] double duration_s() const noexcept { return frames_ / frame_rate_hz(); }
  // Sum over the range's bands of the rise of log2(1 + kGain * amplitude), within 3 % + 0.03.
  [[nodiscard]] float strength(OnsetRange range, int frame) const noexcept;
  // How much later than the attack the strength peaks; negative: earlier.
  [[nodiscard]] double delay_s() const noexcept;

  // Energy of the pitch classes C..B between 250 and 2500 Hz, the strongest = 1; all zero in silence. One per kFramesPerChroma frames.
  static constexpr int kFramesPerChroma = 10;
  [[nodiscard]] int chroma_frames() const noexcept { return chroma_frames_; }
  [[nodiscard]] Chroma chroma(int chroma_frame) const noexcept;

 private:
  void sum_bands(const float* power) noexcept;
  void take_bands() noexcept;
  void take_chroma(const float* power) noexcept;

  StftGrid grid_;
  int first_bin_ = 0;
  // A spectrum bin shares its power between two neighbouring bands (triangular filters).
  std::vector<int> bins_of_;        // bins from a band's centre up to the next
  std::vector<float> upper_share_;  // of every bin, what the band above gets
  std::vector<float> level_;      // log2(1 + gain * amplitude)
  std::vector<float> widened_;    // the last frame's levels, each the maximum of itself and its neighbours
  int range_end_[kOnsetRanges] = {};
  int chroma_first_bin_ = 0;
  std::vector<std::uint8_t> pitch_class_;
  Chroma chroma_sum_{};

  int frames_ = 0;
  int max_frames_ = 0;
  int chroma_frames_ = 0;
  std::vector<std::uint8_t> strengths_;  // kOnsetRanges per frame
  std::vector<std::uint8_t> chromas_;    // kPitchClasses per chroma frame
};

}  // namespace ag06::analysis
