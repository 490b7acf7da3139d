// Inter-sample peak estimator of one channel: 4x polyphase interpolation plus a sinusoid through each local maximum. Not a resampler: only peaks come out.
// Source: ITU-R BS.1770-5, 2023, Annex 2 (4x FIR interpolation, magnitude, maximum); deviations: a longer Kaiser-windowed sinc
// (J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974) and the maximum between grid points.
#pragma once

#include <vector>

#include "base/simd.h"

namespace ag06::dsp {

// Guarantee: results depend on the samples alone, not on how they are cut into calls, nor on which groups the bound below let it skip.
class PeakInterpolator {
 public:
  // Control thread; allocates. half_taps in [2, 64]: taps on each side of the estimated point, and the delay.
  void prepare(int half_taps);
  void reset() noexcept;
  // The estimate for the interval [n, n + 1) is ready when sample n + delay_frames() has been pushed.
  [[nodiscard]] int delay_frames() const noexcept { return half_taps_; }

  // Pushes finite samples |x| <= 1e12. For each, raises peaks_lin[i] to the largest magnitude in the interval that begins
  // delay_frames() before it, unless that magnitude cannot exceed floor_lin >= 0. False: no estimate exceeded floor_lin.
  bool process(const float* in, int frames, float floor_lin, float* peaks_lin) noexcept;

 private:
  static constexpr int kChunkFrames = 32;
  static constexpr int kLanes = 4;

  bool process_chunk(int frames, float floor_lin, float* peaks_lin) noexcept;
  void interpolate(int group) noexcept;
  bool raise_peaks(int group, int frames, float floor_lin, float* peaks_lin) const noexcept;

  // Taps at distance j from the interval's ends, every lane the same: even and odd part of the quarter phases, and the half phase.
  struct Taps {
    f32x4 quarter_even, quarter_odd, half;
  };
  int half_taps_ = 0;
  std::vector<Taps> taps_;
  float curvature_bound_ = 0.0f;  // |interpolated| <= larger neighbour + curvature_bound_ * largest second difference
  std::vector<float> history_;
  int end_ = 0;                   // samples in history_
  const float* first_ = nullptr;  // the sample that begins the chunk's first interval
  // The three interpolated phases of the chunk, after the four frames before it.
  float quarter_[kChunkFrames + kLanes] = {}, half_[kChunkFrames + kLanes] = {}, three_quarter_[kChunkFrames + kLanes] = {};
};

}  // namespace ag06::dsp
