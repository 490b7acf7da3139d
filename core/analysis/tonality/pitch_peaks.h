// Finds the steady partials of a long spectrum: local maxima above the noise around them whose lobe is that of a sine. Not for onsets or noises.
// Source: M. Grandke, "Interpolation Algorithms for Discrete Fourier Transforms of Weighted Signals", IEEE Trans. Instrum. Meas. 32(2), 1983, eq. 17
// (frequency from the two highest lines under a Hann window, exact for a lone sine).
#pragma once

#include <array>
#include <vector>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

struct PitchPeak {
  float pitch_bins = 0.0f;  // place on the pitch grid
  float power = 0.0f;       // of the sine above the noise, full scale = 1
};

// Guarantee: a lone sine from 60 Hz up is placed within 0.3 cents; white noise gives few and weak ones.
class PitchPeaks {
 public:
  static constexpr int kMostPeaks = 192;

  // Control thread; allocates.
  void prepare(const StftGrid& grid);
  // Any thread; no allocation. power: one frame's. The peaks lie below highest_hz(), low to high.
  int find(const float* power) noexcept;
  [[nodiscard]] const PitchPeak& operator[](int index) const noexcept { return peaks_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] double highest_hz() const noexcept { return last_bin_ * bin_hz_; }

 private:
  void find_noise(const float* power) noexcept;

  double bin_hz_ = 1.0;
  int first_bin_ = 0, last_bin_ = 0;
  int blocks_ = 0;
  std::vector<float> block_log2_;   // mean log2 power of each block of bins
  std::vector<float> block_noise_;  // its noise power
  std::array<PitchPeak, kMostPeaks> peaks_{};
};

}  // namespace ag06::analysis
