// Measures a whole stream in one pass and fixed memory: loudness, peaks, level, dynamics, offset. Not for display while it runs (engine/monitor.h).
#pragma once

#include <array>

#include "analysis/loudness.h"
#include "analysis/stream_report.h"
#include "analysis/true_peak.h"

namespace ag06::analysis {

class StreamMeter {
 public:
  // Control thread; allocates. 1 to 8 channels. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  // Equals a fresh prepare() with the same spec.
  void reset() noexcept;
  // The report does not depend on block cuts. Non-finite samples count as silence.
  void process(ConstAudioBlock in) noexcept;
  // The meter inside, for readings while the stream runs.
  [[nodiscard]] const LoudnessMeter& loudness() const noexcept { return loudness_; }
  // Ends the stream; reset() begins the next one.
  [[nodiscard]] StreamReport finish() noexcept;

 private:
  // In full-scale units of the samples as they came, unweighted; the LFE counts too.
  struct ChannelSums {
    double sum = 0.0;
    double energy = 0.0;
    float peak_lin = 0.0f;
  };

  template <class Meter>
  void feed_silence(Meter& meter, int frames) noexcept;

  StreamSpec spec_{};
  LoudnessMeter loudness_;
  TruePeakMeter true_peak_;
  std::array<ChannelSums, kMaxMeterChannels> sums_{};
  double frames_ = 0.0;
};

}  // namespace ag06::analysis
