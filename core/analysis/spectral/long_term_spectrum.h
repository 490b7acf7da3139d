// The mean spectrum of a song on the long grid, with what is steady in it. Not for what happens when: see spectral_shape.h.
// Levels are in dB re the power of a full-scale sine. Source of the scale of bands: F. J. Harris, "On the Use of Windows for Harmonic Analysis with
// the DFT", Proc. IEEE 66(1), 1978, table 1 (a Hann window's equivalent noise bandwidth is 1.5 bins).
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/spectral/mains_lines.h"
#include "analysis/spectral/narrow_bands.h"
#include "analysis/spectral/spectrum_report.h"
#include "analysis/spectral/stft.h"

namespace ag06::analysis {

// Guarantee: stationary noise reads its power in each band within 0.1 dB (plus chance), the same at every rate.
class LongTermSpectrum {
 public:
  // Control thread; allocates, and memory does not grow with the song, so its length does not matter.
  // Errors: out_of_range (the grid's frames are not a quarter window apart).
  [[nodiscard]] Status prepare(const StftGrid& grid, double max_duration_s);
  void reset() noexcept;
  void process(const SpectrumFrame& frame) noexcept;

  [[nodiscard]] const StftGrid& grid() const noexcept { return grid_; }
  [[nodiscard]] std::int64_t frames() const noexcept { return frames_; }
  // Nothing between 8 Hz and 20 kHz above -110 dB, or no frame.
  [[nodiscard]] bool silent() const noexcept;
  // Of the bin, channels averaged: 1 for a full-scale sine in both. 0 before the first frame.
  [[nodiscard]] double mean_power(int bin) const noexcept;
  // Of all that sounds between the frequencies, clipped to Nyquist: 1 for a full-scale sine.
  [[nodiscard]] double band_power(double lower_hz, double upper_hz) const noexcept;
  // Mean of X(now) conj(X(before)) over bin - 1..bin + 1, channels averaged: {re, im}.
  struct Advance {
    double re = 0.0, im = 0.0;
  };
  [[nodiscard]] Advance advance(int bin) const noexcept;
  // How many frames of equal power would scatter as these do: a song whose power sits in one hit has about 1.
  [[nodiscard]] double effective_frames() const noexcept;
  [[nodiscard]] const NarrowBands& narrow_bands() const noexcept { return narrow_; }
  [[nodiscard]] const MainsLines& mains_lines() const noexcept { return mains_; }

 private:
  void flush() noexcept;

  StftGrid grid_;
  int tracked_bins_ = 0;  // whose phases are followed: up to 20 kHz
  std::vector<float> previous_[kMaxStripChannels];
  // Sums of up to kFlushFrames frames in single precision, then moved on.
  std::vector<float> power_part_, straight_part_, crossed_part_;
  std::vector<double> power_, straight_, crossed_;
  int frames_in_part_ = 0;
  std::int64_t frames_ = 0;
  double frame_power_sum_ = 0.0, frame_power_square_sum_ = 0.0;
  NarrowBands narrow_;
  MainsLines mains_;
};

// Of 20 Hz to 20 kHz; all 0 when silent.
[[nodiscard]] std::array<double, kBands> find_band_share(const LongTermSpectrum& heard) noexcept;
// Power per sixth octave around curve_point_hz(); NaN where the band is cut by Nyquist, everywhere when silent.
[[nodiscard]] std::array<double, kCurvePoints> find_curve_db(const LongTermSpectrum& heard) noexcept;

}  // namespace ag06::analysis
