// How the level of an excerpt moves, as numbers: what a compressor, or its inverse, leaves behind. Not a loudness meter.
#pragma once

#include <cstddef>
#include <vector>

namespace ag06::assist {

// Pieces of 50 ms re the reference level in dB / 10: percentiles 5 10 25 50 75 90 95 99 of the rms (8), of the peak (8), 10 50 90 of peak re rms (3).
inline constexpr int kPieceNumbers = 19;
// Percentiles 5 25 50 75 95 of the change of the 10 ms level within 10 ms and within 150 ms, in dB / 10: first where it starts above 4 dB below the
// reference, then where it starts below (down to 40 dB below). The times are those of the compressor that is taken away.
inline constexpr int kSlopeNumbers = 20;
// Mean fall of the level 20, 50, 100 and 150 ms after a peak, mean rise in the 10 and 30 ms before it, in dB / 10.
inline constexpr int kPeakNumbers = 6;

// sorted: not empty; between two values it is linear.
[[nodiscard]] inline double percentile(const std::vector<double>& sorted, double share_ratio) noexcept {
  const double place = share_ratio * static_cast<double>(sorted.size() - 1);
  const auto at = static_cast<std::size_t>(place);
  if (at + 1 >= sorted.size()) return sorted.back();
  return sorted[at] + (place - static_cast<double>(at)) * (sorted[at + 1] - sorted[at]);
}

class EarLevels {
 public:
  // Control thread; allocates.
  void prepare(double sample_rate_hz, int most_frames);
  // Both channels together: powers are the mean of the two, peaks the larger. frames: at least one.
  void measure(const float* left, const float* right, int frames);
  [[nodiscard]] double mean_power() const noexcept { return mean_power_; }
  [[nodiscard]] double peak_power() const noexcept { return peak_power_; }
  // Control thread; allocates a little. pieces: kPieceNumbers, slopes: kSlopeNumbers, peaks: kPeakNumbers.
  void write(double reference_db, float* pieces, float* slopes, float* peaks) const;

 private:
  static constexpr int kStepsPerPiece = 5;
  struct Step {
    double power = 0.0;
    double peak_power = 0.0;
    int frames = 0;
  };
  void write_pieces(double reference_db, float* out) const;

  double sample_rate_hz_ = 48000.0;
  std::vector<Step> steps_;  // of 10 ms
  double mean_power_ = 0.0, peak_power_ = 0.0;
};

}  // namespace ag06::assist
