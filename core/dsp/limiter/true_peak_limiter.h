// Holds the true peak at a ceiling with look-ahead and a programme-dependent release. Not a clipper, and not a maximiser: it adds no gain.
// Source: P. Hamalainen, "Smoothing of the Control Signal without Clipped Output in Digital Peak Limiters", DAFx-02 (minimum filter, then a
// non-negative FIR of the same length, never overshoots); D. Lemire, "Streaming Maximum-Minimum Filter", 2006 (sliding minimum).
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/limiter/sliding_minimum.h"
#include "dsp/primitives/delay_line.h"
#include "dsp/primitives/peak_interpolator.h"
#include "dsp/unit.h"

namespace ag06::dsp {

struct TruePeakLimiterParams {
  float ceiling_dbtp = -1.0f;  // [-60, 0]
  float release_ms = 120.0f;   // [1, 5000]; 63 % of the way back after sustained limiting, about a third of it after a single peak
};

// Guarantee: settled and with nothing above the ceiling the output is the input bit for bit, delayed; no output sample lies above the ceiling.
// Both channels get the same gain. A changed ceiling acts on what comes in after it.
class TruePeakLimiter {
 public:
  using Params = TruePeakLimiterParams;
  // Control thread; allocates. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  void set_params(const TruePeakLimiterParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  // At most 2 ms.
  [[nodiscard]] int latency_frames() const noexcept { return latency_frames_; }
  [[nodiscard]] float gain_reduction_db() const noexcept { return reduction_db_; }

 private:
  // A running sum over a fixed length, in integers: exact, so that it never drifts.
  class Boxcar {
   public:
    void prepare(int length) { ring_.assign(static_cast<std::size_t>(length), 0); }
    void fill(std::int64_t value) noexcept;
    [[nodiscard]] std::int64_t next(std::int64_t value) noexcept {
      sum_ += value - ring_[at_];
      ring_[at_] = value;
      if (++at_ == ring_.size()) at_ = 0;
      return sum_;
    }

   private:
    std::vector<std::int64_t> ring_;
    std::size_t at_ = 0;
    std::int64_t sum_ = 0;
  };

  [[nodiscard]] double released(double wanted) noexcept;
  [[nodiscard]] float smoothed(double gain) noexcept;

  double sample_rate_hz_ = 48000.0;
  int latency_frames_ = 0;
  DelayLine audio_[kMaxStripChannels];
  PeakInterpolator peaks_[kMaxStripChannels];
  SlidingMinimum lookahead_;
  Boxcar first_, second_;
  std::int64_t unity_sum_ = 1;  // what the boxcars hold when nothing is limited
  double sum_to_gain_ = 1.0;
  float ceiling_lin_ = 1.0f;
  double fast_release_ = 0.0, slow_attack_ = 0.0, slow_release_ = 0.0;  // one-pole coefficients per frame
  int hold_frames_ = 0, held_frames_ = 0;
  double fast_gain_ = 1.0, slow_gain_ = 1.0;
  int quiet_frames_ = 0;  // frames since anything moved, up to settled_frames_
  int settled_frames_ = 1;
  float reduction_db_ = 0.0f;
};

}  // namespace ag06::dsp
