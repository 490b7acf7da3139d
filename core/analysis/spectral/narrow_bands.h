// How far each narrow band stands out of its surroundings, frame by frame: tells what is always there from notes that come and go.
// Not for levels. Bands are single bins in the bass, then 48 to the octave, up to 20 kHz.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

// Guarantee: memory is fixed (about 100 kB); a percentile is within half a histogram step (0.5 dB) of the exact one.
class NarrowBands {
 public:
  // Control thread; allocates.
  [[nodiscard]] Status prepare(const StftGrid& grid);
  void reset() noexcept;
  // Frames to be counted only: the caller leaves silence out.
  void process(const SpectrumFrame& frame) noexcept;

  [[nodiscard]] int bands() const noexcept { return static_cast<int>(centres_hz_.size()); }
  [[nodiscard]] double centre_hz(int band) const noexcept { return centres_hz_[static_cast<std::size_t>(band)]; }
  [[nodiscard]] std::int64_t frames() const noexcept { return frames_; }
  // Mean power density in the band over that around it, 1/8 to 1/2 octave to either side (in the bass as many bins), which a share of the frames
  // stays below; in dB, limited to [-24, 56]. 0 before the first frame.
  [[nodiscard]] double excess_db(int band, double share_ratio) const noexcept;

 private:
  std::vector<int> first_bins_;  // bands() + 1
  std::vector<double> centres_hz_;
  std::vector<float> level_db_;
  std::vector<float> sums_db_;  // of level_db_ before each band
  std::vector<std::uint32_t> counts_;
  std::int64_t frames_ = 0;
};

}  // namespace ag06::analysis
