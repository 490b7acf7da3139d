// Which periods the onsets of each stretch of a song repeat with. Not for deciding which of them is the beat (tempo.h).
// Source: P. Grosche, M. Mueller and F. Kurth, "Cyclic Tempogram - A Mid-level Tempo Representation for Music Signals", Proc.
// ICASSP 2010 (autocorrelation tempogram).
#pragma once

#include <array>
#include <vector>

#include "analysis/rhythm/onset_curve.h"

namespace ag06::analysis {

class Tempogram {
 public:
  static constexpr double kWindowS = 12.0;
  static constexpr double kHopS = 2.0;
  static constexpr double kLongestLagS = 6.0;

  // Allocates. A song shorter than a window gives one. Errors: out_of_memory.
  [[nodiscard]] Status compute(const OnsetCurve& curve);

  // How clearly each range repeats over the whole song, against the others; all zero if there is nothing in any.
  [[nodiscard]] const std::array<float, kOnsetRanges>& shares() const noexcept { return shares_; }
  [[nodiscard]] int windows() const noexcept { return windows_; }
  [[nodiscard]] int lags() const noexcept { return lags_; }
  [[nodiscard]] double rate_hz() const noexcept { return rate_hz_; }
  [[nodiscard]] double centre_frame(int window) const noexcept { return window * hop_ + 0.5 * size_; }
  // Correlation of the curve with itself a lag later, about -1..1, averaged over the ranges by how clearly each repeats;
  // by linear interpolation, 0 past the longest lag.
  [[nodiscard]] float correlation(int window, double lag_frames) const noexcept;
  // The same of the whole song, windows weighted by their onsets.
  [[nodiscard]] float mean_correlation(double lag_frames) const noexcept;

 private:
  double rate_hz_ = 100.0;
  int size_ = 0;
  int hop_ = 1;
  int lags_ = 0;
  int windows_ = 0;
  std::array<float, kOnsetRanges> shares_{};
  std::vector<float> rows_;  // windows x lags
  std::vector<float> mean_;
};

}  // namespace ag06::analysis
