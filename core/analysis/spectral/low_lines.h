// The level and exact frequency of every bin below 660 Hz in the quietest frames: what hums under the music. Not for the music itself.
// Source of the frequency: J. L. Flanagan and R. M. Golden, "Phase Vocoder", Bell System Technical Journal 45, 1966 (phase advance between frames).
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

// Guarantee: memory is fixed (about 200 kB); a steady line 10 dB over its surroundings is placed within 0.1 Hz from 5 s on.
class LowLines {
 public:
  // Control thread; allocates.
  [[nodiscard]] Status prepare(const StftGrid& grid);
  void reset() noexcept;
  // Frames to be counted only: the caller leaves silence out.
  void process(const SpectrumFrame& frame) noexcept;

  [[nodiscard]] int bins() const noexcept { return bins_; }
  [[nodiscard]] std::int64_t frames() const noexcept { return frames_; }
  // Level which a share of the frames stays below, dB re full-scale sine, not below -140; -140 before the first frame.
  [[nodiscard]] double level_db(int bin, double share_ratio) const noexcept;
  // Frequency of what is in the bin (within two bins of it), every pair of frames counting alike however loud.
  [[nodiscard]] double frequency_hz(int bin) const noexcept;

 private:
  StftGrid grid_;
  int bins_ = 0;
  std::vector<float> previous_[kMaxStripChannels];
  std::vector<double> turns_;  // bins() pairs: sum of the unit phasors of X(now) conj(X(before))
  std::vector<std::uint32_t> counts_;
  std::int64_t frames_ = 0;
  std::int64_t last_index_ = -2;
};

}  // namespace ag06::analysis
