// True-peak meter of 1 to 8 channels, the largest of all of them. Not a sample-peak meter with a correction.
// Source: ITU-R BS.1770-5, 2023, Annex 2; EBU Tech 3341 v4, 2023, table 1 cases 15-23 (tests/core/analysis/true_peak_test.cc runs them).
#pragma once

#include "base/audio_block.h"
#include "base/stream_spec.h"
#include "dsp/primitives/peak_interpolator.h"

namespace ag06::analysis {

// Guarantee: same reading whatever the block cuts. Samples count at once, peaks between them kHalfTaps frames later, so the inter-sample
// peaks of a stream's last 32 frames are not read. NaN and infinity count as silence, magnitudes above 1e5 as 1e5.
class TruePeakMeter {
 public:
  // Control thread; allocates. Errors: those of validate() for 1 to 8 channels.
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  void process(ConstAudioBlock in) noexcept;
  // Since reset; NaN while only digital silence, or nothing, came.
  [[nodiscard]] double max_dbtp() const noexcept;
  // Since the latest take; NaN as above.
  [[nodiscard]] double take_peak_dbtp() noexcept;
  // How much silence brings the peaks between a stream's last samples out.
  [[nodiscard]] int delay_frames() const noexcept { return kHalfTaps; }

 private:
  static constexpr int kHalfTaps = 32;

  int channels_ = 0;
  dsp::PeakInterpolator interpolator_[kMaxMeterChannels];
  float max_lin_ = 0.0f;
  float taken_since_lin_ = 0.0f;
};

}  // namespace ag06::analysis
