// Estimates the peaks between the samples of one channel. Not a resampler: only magnitudes come out.
// Source: ITU-R BS.1770-5 Annex 2 (oversampled peak); interpolator: sinc under a Kaiser window (J. F. Kaiser, R. W. Schafer, IEEE TASSP 28(1), 1980)
// of up to 48 taps at up to 8 points per sample, longer and denser than the annex's, whose 4 points under-read by up to 0.69 dB near Nyquist.
#pragma once

#include <vector>

#include "base/math.h"
#include "base/simd.h"

namespace ag06::dsp {

class PeakInterpolator {
 public:
  // Control thread; allocates.
  void prepare(double sample_rate_hz);
  void reset() noexcept;
  // How far the estimate lies behind the input.
  [[nodiscard]] int delay_frames() const noexcept { return half_taps_; }

  // Takes a finite sample; returns the largest magnitude from the sample delay_frames() ago up to the one after it, that one excluded.
  // Where that cannot exceed interest_lin, a lower figure may come out: the interpolation is left out by a rigorous bound.
  [[nodiscard]] float next(float x, float interest_lin) noexcept {
    if (interest_lin < last_interest_lin_) loud_left_ = taps_;
    last_interest_lin_ = interest_lin;
    const float magnitude = x < 0.0f ? -x : x;
    if (magnitude * gain_bound_ > interest_lin) loud_left_ = taps_;
    history_[static_cast<std::size_t>(at_)] = history_[static_cast<std::size_t>(at_ + taps_)] = x;
    if (++at_ == taps_) at_ = 0;
    if (loud_left_ == 0) {
      const float then = history_[static_cast<std::size_t>(at_ + half_taps_ - 1)];
      return then < 0.0f ? -then : then;
    }
    --loud_left_;
    return interpolated_peak(history_.data() + at_);
  }

 private:
  [[nodiscard]] float interpolated_peak(const float* window) const noexcept;

  int half_taps_ = 1;
  int taps_ = 2;
  int vectors_ = 1;               // of four points each
  std::vector<float> kernel_;     // [tap][point]
  std::vector<float> history_;    // written twice, so that a window is always contiguous
  float gain_bound_ = 1.0f;       // largest sum of magnitudes of any point's taps
  float last_interest_lin_ = 0.0f;
  int at_ = 0;
  int loud_left_ = 0;
};

}  // namespace ag06::dsp
