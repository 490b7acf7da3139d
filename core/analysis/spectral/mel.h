// Triangular filters on the mel scale over the power spectrum of a grid. Not for resynthesis.
// Source: M. Slaney, "Auditory Toolbox, Version 2", Interval Technical Report 1998-010 (linear to 1 kHz, then 27 steps per factor of 6.4; unit area);
// S. Young et al., "The HTK Book", 2006, eq. 5.13 (2595 log10(1 + f / 700); unit peak). Deviations: none.
#pragma once

#include <vector>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

enum class MelScale { slaney, htk };

[[nodiscard]] double mel_from_hz(double frequency_hz, MelScale scale) noexcept;
[[nodiscard]] double hz_from_mel(double mel, MelScale scale) noexcept;

struct MelParams {
  int bands = 40;
  double lowest_hz = 0.0;
  double highest_hz = 0.0;  // 0: half the sample rate; never above it
  MelScale scale = MelScale::slaney;
  bool unit_area = true;  // each triangle times 2 / (its width in Hz), as Slaney; else its peak is 1, as HTK
};

// Guarantee: weights equal the formula within 1e-6 of the filter's peak.
class MelFilterbank {
 public:
  // Control thread; allocates. Errors: out_of_range (no band, or a range that is empty).
  [[nodiscard]] Status prepare(const StftGrid& grid, const MelParams& params = {});
  [[nodiscard]] int bands() const noexcept { return static_cast<int>(filters_.size()); }
  [[nodiscard]] double centre_hz(int band) const noexcept { return filters_[static_cast<std::size_t>(band)].centre_hz; }
  // Weight of a bin of the grid in a band.
  [[nodiscard]] float weight(int band, int bin) const noexcept;
  // power: the grid's bins(); out: bands(). A triangle so narrow that no bin falls into it reads 0.
  void apply(const float* power, float* out) const noexcept;

 private:
  struct Filter {
    double centre_hz = 0.0;
    int first_bin = 0;
    int count = 0;
    std::size_t weights_at = 0;
  };
  std::vector<Filter> filters_;
  std::vector<float> weights_;
};

}  // namespace ag06::analysis
