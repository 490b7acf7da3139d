// How much of our own delay and reverb is missing from music: the fine structure of its spectrum against that of the two units' responses.
// Not for other rooms or other times of delay. Music x = y / (1 + s W), W a unit's wet response, has log|X|^2 = log|Y|^2 - log|1 + s W|^2;
// W changes within a hertz, what music adds by itself is mostly coarser or of another period.
// Source: A. V. Oppenheim, R. W. Schafer, T. G. Stockham, "Nonlinear Filtering of Multiplied and Convolved Signals", Proc. IEEE 56(8), 1968.
#pragma once

#include <vector>

#include "analysis/spectral/real_fft.h"
#include "base/status.h"

namespace ag06::assist {

class EchoTemplates {
 public:
  static constexpr int kUnits = 2;    // delay (350 ms), reverb (hall, 1.8 s), both as the chain sets them by default
  static constexpr int kAmounts = 3;  // send ratios 0.1, 0.25, 0.45
  static constexpr int kRanges = 3;   // 150 Hz to 7 kHz, its part below 1.5 kHz, its part above
  static constexpr int kJoint = 2;    // delay and reverb at 0.25 fitted together
  static constexpr int kWhite = 4;    // delay and reverb fitted together, every echo time by how little the music itself has there; then each over its error
  static constexpr int kNumbers = kUnits * kAmounts * kRanges + kJoint + kWhite;

  // Control thread; allocates. fft: prepared for the excerpt, used as scratch. Errors: those of the units and of RealFft.
  [[nodiscard]] Status prepare(double sample_rate_hz, analysis::RealFft& fft);
  // left, right: bins() pairs (re, im) of an excerpt's spectrum, finite. out: kNumbers; a send of 0.25 that was taken away reads about -1, one of 0.5
  // about -2, whatever the template. Order: [unit][amount][range], then joint, then white.
  void measure(const float* left, const float* right, float* out) noexcept;

 private:
  struct Shape {
    std::vector<float> fine[2];   // of left and right, by bin
    std::vector<float> times[2];  // its transform, pairs by echo time; only of kWhiteAmount
  };
  void render(int unit, double sample_rate_hz, std::vector<float>* wet) const;
  void make_fine(const std::vector<float>& power, std::vector<float>& fine) noexcept;
  void transform(const std::vector<float>& fine, std::vector<float>& pairs) noexcept;
  void fit_white(const std::vector<float>* fine, float* out) noexcept;

  int first_ = 0, count_ = 0;    // bins of the range
  int margin_ = 0;               // half the moving average, in bins
  int split_ = 0;                // first of the upper part
  int first_time_ = 0, last_time_ = 0;
  analysis::RealFft time_fft_;
  Shape shapes_[kUnits][kAmounts];
  std::vector<float> power_, log_;  // of the range and its margins
  std::vector<double> sums_;
  std::vector<float> fine_[2], pairs_[2];
};

}  // namespace ag06::assist
