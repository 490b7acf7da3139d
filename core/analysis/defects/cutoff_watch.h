// Finds the wall that lossy encoders put at the top of the spectrum. Not for encodings without a low-pass, nor for dark songs that do not reach it,
// and not for telling codecs apart.
// Measured over the frames whose treble sounds, in groups of some 86 Hz: the mean level in dB, and how much the level moves beside that of the
// treble. The wall is where the level falls most within 600 Hz, by 18 dB at least, to a floor that stays flat. An encoder decides anew in every
// frame what it keeps next to its wall, so that the level there moves far more than the music's; behind a resampler or another filter it moves with
// the music. Where the wall could be a resampler's (recordings at 22.05, 24 and 32 kHz), that movement decides; elsewhere it does unless the wall is
// high. Thresholds: set by us on 64 encodings and conversions of four songs by libmp3lame, ffmpeg's aac, libvorbis, sox and swresample.
#pragma once

#include <array>
#include <vector>

#include "analysis/defects/defect_report.h"
#include "analysis/spectral/stft.h"

namespace ag06::analysis {

class CutoffWatch {
 public:
  // The grid is the long one.
  void prepare(const StftGrid& grid) noexcept;
  void reset() noexcept;
  void process(const SpectrumFrame& frame) noexcept;
  void find(std::vector<Defect>& found) const;

  static constexpr int kGroups = 280;  // up to 24 kHz

 private:
  struct Moments {
    double sum = 0.0;
    double squares = 0.0;
  };
  [[nodiscard]] int group_at(double freq_hz) const noexcept { return static_cast<int>(freq_hz / group_hz_); }
  // Relative to the treble.
  [[nodiscard]] double level_db(int group) const noexcept { return levels_[static_cast<std::size_t>(group)].sum / frames_; }
  [[nodiscard]] double drop_db(int group) const noexcept;
  [[nodiscard]] double deviation_db(const Moments& moments) const noexcept;
  [[nodiscard]] double largest_deviation_db(int from, int to) const noexcept;

  int bins_per_group_ = 32;
  int groups_ = 0;
  double group_hz_ = 86.0;
  double frames_ = 0.0;
  Moments treble_;
  std::array<Moments, kGroups> levels_{};
};

}  // namespace ag06::analysis
