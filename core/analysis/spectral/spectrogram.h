// A picture of the spectrum over time, whose size does not depend on the length of the song. Not for measurement: one byte a pixel.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

// 0 stands for -100 dB re full-scale sine or less, 255 for 0 dB or more; a pixel is the loudest bin of its frames. When the columns are full,
// neighbours become one, and a column stands for twice the time. Guarantee: the picture is that of the maximum over each column's frames exactly.
class Spectrogram {
 public:
  static constexpr int kBands = 96;
  static constexpr int kMaxColumns = 1200;
  static constexpr double kLowestHz = 30.0;
  static constexpr double kHighestHz = 16000.0;
  static constexpr double kLowestDb = -100.0;

  // Control thread; allocates. Frames past max_duration_s are ignored.
  [[nodiscard]] Status prepare(const StftGrid& grid, double max_duration_s);
  void reset() noexcept;
  void process(const SpectrumFrame& frame) noexcept;

  // The last may stand for less time than the others.
  [[nodiscard]] int columns() const noexcept { return columns_; }
  [[nodiscard]] static constexpr int bands() noexcept { return kBands; }
  // Spaced evenly in log frequency; those above Nyquist stay 0.
  [[nodiscard]] static double band_hz(int band) noexcept;
  // Time that a column stands for; column c begins at c * step_s().
  [[nodiscard]] double step_s() const noexcept { return static_cast<double>(frames_per_column_) * grid_.hop_s(); }
  // columns() times bands(), column by column, lowest band first. Valid until the next call that is not const.
  [[nodiscard]] const std::uint8_t* data() const noexcept { return pixels_.data(); }

 private:
  void merge_columns() noexcept;

  StftGrid grid_;
  std::int64_t max_frames_ = 0, frames_ = 0;
  std::vector<int> first_bins_, last_bins_;
  std::vector<std::uint8_t> pixels_;
  int columns_ = 0;
  std::int64_t frames_per_column_ = 1, frames_in_column_ = 0;
};

}  // namespace ag06::analysis
