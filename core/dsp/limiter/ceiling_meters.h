// Three true-peak meters over one stream, for whoever must be at or below a ceiling on all of them. Not a display meter: it answers at the end.
// Sources: ITU-R BS.1770-5, 2023, Annex 2 (the 48 coefficients of its four-phase interpolator, used at every rate); libebur128 1.2, its
// documentation of EBUR128_MODE_TRUE_PEAK (49-tap sinc under a Hann window, four phases below 96 kHz, two below 192 kHz, the samples alone from
// there); J. F. Kaiser, 1974 (window of the long interpolator: 512 taps, 16 phases, flat within 0.01 dB to 0.496 of the rate).
//
// How an iteration meets a ceiling: render and measure; while highest_dbtp() lies above the ceiling, lower the limiter's own ceiling by the
// excess plus 0.001 dB (at least one step of its parameter) and render again. Lowering a gain by a constant scales nearly everything that the
// limiter touches, so one repetition does for most material and two for all that was tried (tests/core/assist/planner_ceiling_test.cc).
#pragma once

#include <vector>

#include "base/audio_block.h"
#include "base/simd.h"
#include "base/stream_spec.h"
#include "dsp/limiter/nyquist_allowance.h"
#include "dsp/primitives/peak_interpolator.h"

namespace ag06::dsp {

struct CeilingPeaks {
  double ideal_dbtp;  // 16 points a sample; NaN, as the others, if nothing but digital silence came
  double itu_dbtp;    // the samples count too
  double hann_dbtp;   // as libebur128 reads
  [[nodiscard]] double highest_dbtp() const noexcept {
    const double two = itu_dbtp > hann_dbtp ? itu_dbtp : hann_dbtp;
    return two > ideal_dbtp ? two : ideal_dbtp;
  }
};

// Guarantee: readings depend on the samples alone, not on block cuts. NaN and infinity count as silence, magnitudes above 1e5 as 1e5. The long
// interpolator runs only where a short one, with what it may have missed next to the Nyquist frequency, comes near the highest peak so far.
class CeilingMeters {
 public:
  // Control thread; allocates. 1 to 8 channels. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  // Equals a fresh prepare() with the same spec.
  void reset() noexcept;
  void process(ConstAudioBlock in) noexcept;
  // Of all channels. Ends the stream; reset() begins the next one.
  [[nodiscard]] CeilingPeaks finish() noexcept;

 private:
  static constexpr int kGridFrames = 64;
  static constexpr int kHalfTaps = 256;
  static constexpr int kPhases = 16;
  static constexpr int kScreenHalfTaps = 40;
  static constexpr int kKeptFrames = 2 * kHalfTaps;
  static constexpr int kBufferFrames = kKeptFrames + 16 * kGridFrames;
  static constexpr int kShortTaps = 24;

  // One phase of a short interpolator; taps[k] belongs to the sample k frames back, every lane the same.
  struct ShortPhase {
    f32x4 taps[kShortTaps];
    int count = 0;
  };
  struct ShortMeter {
    void add_phase(const double* taps, int count) noexcept;
    // Raises the peak to what lies in the grid period that begins at x; the samples before it are there.
    void process(const float* x, float largest_lin) noexcept;
    ShortPhase phases[4];
    int phase_count = 0;
    float largest_gain = 0.0f;  // no output exceeds this times the largest sample
    float peak_lin = 0.0f;
  };
  struct Channel {
    PeakInterpolator screen;
    NyquistAllowance allowance;
    std::vector<float> samples;    // kKeptFrames old ones, then those of the current grid periods
    std::vector<float> estimates;  // of the interval that begins with the sample at the same place
    float grid[kGridFrames] = {};  // not yet a whole period
  };

  void process_grid(Channel& channel) noexcept;
  [[nodiscard]] float long_peak(const float* begin) const noexcept;

  int channels_ = 0;
  std::vector<float> long_taps_;  // phase by phase, without phase 0, which is the sample
  std::vector<Channel> channel_;
  ShortMeter itu_, hann_;
  float ideal_peak_lin_ = 0.0f;
  int grid_at_ = 0;
  int end_ = kKeptFrames;  // where the next grid period goes in every channel's buffer
};

}  // namespace ag06::dsp
