// Measures a whole stream into a StreamReport. Not for live display, which reads the meters themselves.
#pragma once

#include <array>

#include "analysis/level_histogram.h"
#include "analysis/loudness.h"
#include "analysis/stream_report.h"
#include "analysis/true_peak.h"

namespace ag06::analysis {

class StreamMeter {
 public:
  // Control thread; allocates. 1 to 8 channels. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  // The result does not depend on block cuts. Non-finite samples count as silence.
  void process(ConstAudioBlock in) noexcept;
  // Ends the stream; call reset() before the next.
  [[nodiscard]] StreamReport finish() noexcept;

 private:
  void feed_silence(double duration_s, bool loudness) noexcept;

  StreamSpec spec_;
  LoudnessMeter loudness_;
  TruePeakMeter true_peak_;
  LevelHistogram momentary_;
  std::array<double, kMaxMeterChannels> sum_{};
  std::array<double, kMaxMeterChannels> energy_{};
  float peak_lin_ = 0.0f;
  double frames_ = 0.0;
};

}  // namespace ag06::analysis
