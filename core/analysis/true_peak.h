// True-peak level of a stream. Not a limiter's detector, though it shares the interpolator.
// Source: ITU-R BS.1770-5 Annex 2, with the denser interpolator of dsp/primitives/peak_interpolator.h.
#pragma once

#include <array>

#include "base/audio_block.h"
#include "base/stream_spec.h"
#include "dsp/primitives/peak_interpolator.h"

namespace ag06::analysis {

class TruePeakMeter {
 public:
  // Control thread; allocates. 1 to 8 channels. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  // Audio thread. The result does not depend on block cuts. Non-finite samples count as silence.
  void process(ConstAudioBlock in) noexcept;
  // Largest of all channels since reset; NaN for silence. The last half millisecond of the stream is still inside the interpolator.
  [[nodiscard]] double max_dbtp() const noexcept { return level_dbtp(max_lin_); }
  // Since the last take.
  [[nodiscard]] double take_peak_dbtp() noexcept;
  // How much silence brings a stream's last peaks out of the interpolator.
  [[nodiscard]] int delay_frames() const noexcept { return interpolators_[0].delay_frames(); }

 private:
  [[nodiscard]] static double level_dbtp(float lin) noexcept;

  std::array<dsp::PeakInterpolator, kMaxMeterChannels> interpolators_;
  float max_lin_ = 0.0f;
  float interval_lin_ = 0.0f;
  bool intervals_wanted_ = false;  // whether anybody takes interval peaks: without, quieter passages cost next to nothing
};

}  // namespace ag06::analysis
