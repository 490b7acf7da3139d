// A downward gate with look-ahead, hysteresis and hold, driven by the louder channel. Not an expander with a ratio.
// Source: none published; peak detection, and a fade of fixed length whose gain in decibels is the cubic 3p^2 - 2p^3 of its progress p, so that both
// its ends are smooth.
#pragma once

#include <vector>

#include "dsp/primitives/delay_line.h"
#include "dsp/primitives/smoothed_value.h"
#include "dsp/unit.h"

namespace ag06::dsp {

struct GateParams {
  float threshold_dbfs = -55.0f;  // [-120, 0]; opens at or above
  float hysteresis_db = 4.0f;     // [0, 24]; closes below threshold - hysteresis
  float range_db = 24.0f;         // [0, 120]; how far a closed gate turns down
  float attack_ms = 1.0f;         // [0.02, 1000]; from closed to fully open
  float hold_ms = 50.0f;          // [0, 5000]; a tone stays open between its own peaks when this exceeds half its period
  float release_ms = 150.0f;      // [1, 10000]; from open to fully closed
  float lookahead_ms = 2.0f;      // [0, the prepared maximum]
};

// Guarantee: an open gate passes its input bit for bit, delayed by latency_frames(), which no parameter changes.
class Gate {
 public:
  using Params = GateParams;
  // Control thread; allocates. Errors: those of validate(); out_of_range for a look-ahead outside [0, 50] ms.
  [[nodiscard]] Status prepare(const StreamSpec& spec, float max_lookahead_ms = 5.0f);
  void reset() noexcept;
  void set_params(const GateParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return latency_frames_; }
  // Largest reduction, 0 or positive, during the latest process() call.
  [[nodiscard]] float gain_reduction_db() const noexcept { return reported_reduction_db_; }

 private:
  static constexpr int kChunkFrames = 64;

  [[nodiscard]] float detector_level(float peak_lin) noexcept;
  [[nodiscard]] float next_gain(float level_lin) noexcept;
  void process_chunk(AudioBlock io, int at, int frames) noexcept;

  double sample_rate_hz_ = 48000.0;
  int latency_frames_ = 0;
  DelayLine audio_[kMaxStripChannels];
  std::vector<float> peaks_;  // ring of the louder channel's magnitudes
  int write_at_ = 0;
  int detector_delay_frames_ = 0;
  float open_lin_ = 0.0f;
  float close_lin_ = 0.0f;
  SmoothedValue range_db_;
  double opening_step_ = 1.0;  // progress per frame
  double closing_step_ = 1.0;
  double progress_ = 0.0;      // 0 closed, 1 open
  int hold_frames_ = 0;
  int held_frames_ = 0;
  bool open_ = false;
  float gain_lin_ = 1.0f;
  float reduction_now_db_ = 0.0f;
  float reported_reduction_db_ = 0.0f;
};

}  // namespace ag06::dsp
