// What a listener hears: the session's chain and the equally delayed original, crossfaded, with gains that exist only on this
// path, and the meters of the version that is heard. Not for exports, which use Session alone.
#pragma once

#include <vector>

#include "analysis/loudness.h"
#include "analysis/true_peak.h"
#include "dsp/primitives/delay_line.h"
#include "dsp/primitives/smoothed_value.h"
#include "engine/session.h"
#include "engine/telemetry.h"

namespace ag06::engine {

struct MonitorSettings {
  bool processed = true;
  double original_gain_db = 0.0;   // match loudness; [-60, 0]: a monitor only ever attenuates
  double processed_gain_db = 0.0;
  double processed_ratio = 1.0;    // [0, 1]: how far the crossfade goes towards the processed version, with equal gain
};

// Guarantee: settled on the processed version at 0 dB and ratio 1 the output is Session's, bit for bit; on the original (or at ratio 0) at 0 dB,
// the input delayed.
class Monitor {
 public:
  static constexpr double kCrossfadeMs = 8.0;

  // Control thread; allocates. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec, LatencyMode mode = LatencyMode::studio);
  void reset() noexcept;         // clears all state and meters; settings and parameters stay
  void reset_meters() noexcept;
  // Audio thread, between blocks.
  void set_monitor(const MonitorSettings& settings) noexcept;
  // In place; the result does not depend on block cuts.
  void process(AudioBlock io) noexcept;
  [[nodiscard]] Session& session() noexcept { return session_; }
  // Reading starts the next interval of the peaks, levels and reductions. Audio thread.
  [[nodiscard]] const Telemetry& take_telemetry() noexcept;

 private:
  void process_slice(AudioBlock io) noexcept;
  void note_peaks(ConstAudioBlock heard) noexcept;
  void mix(AudioBlock io, AudioBlock original, AudioBlock heard) noexcept;

  Session session_;
  StreamSpec spec_;
  dsp::DelayLine original_delay_[kMaxStripChannels];
  std::vector<float> original_[kMaxStripChannels];
  std::vector<float> heard_[kMaxStripChannels];
  dsp::SmoothedValue original_gain_;
  dsp::SmoothedValue processed_gain_;
  dsp::PoleSmoother<3> processed_ratio_;
  bool processed_ = true;
  int fade_frames_ = 1;
  int fade_at_ = 1;  // 0: original, fade_frames_: processed
  analysis::LoudnessMeter loudness_;
  analysis::TruePeakMeter true_peak_;
  float peak_lin_[kMaxStripChannels] = {};
  Dynamics dynamics_;
  Telemetry telemetry_{};
};

}  // namespace ag06::engine
