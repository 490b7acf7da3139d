// A gate and downward expander with look-ahead, hysteresis, hold and a filtered side chain, driven by the louder channel. Not a noise reducer: what
// sounds together with the signal stays.
// Source: none published; peak detection, and a fade of fixed length whose gain in decibels is the cubic 3p^2 - 2p^3 of its progress p, so that both
// its ends are smooth. The expander's parts and their sources: dsp/dynamics/expander.h.
#pragma once

#include <vector>

#include "dsp/dynamics/expander.h"
#include "dsp/primitives/butterworth_pair.h"
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
  // [1, 100]; below 100 a closed gate does not go to its range but along the expander curve min(range, (ratio - 1) (threshold - level)), so that 1
  // has no effect. The level is the highest of the latest 10 ms and the look-ahead. It opens and closes as a gate does: coming from below, it opens
  // at the threshold, where the curve ends; going down, it stays open through the hysteresis and the hold, then fades onto the curve. Closed, it
  // follows the curve upwards in the attack time and downwards in the release time (63 % of a step).
  float ratio = 100.0f;
  float sidechain_low_hz = 20.0f;      // [20, 4000]; second-order high-pass before the detector, 20: off
  float sidechain_high_hz = 20000.0f;  // [200, 20000]; second-order low-pass before the detector, 20000: off
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
  [[nodiscard]] double next_closed_db(float level_lin) noexcept;
  [[nodiscard]] double curve_db(float level_lin, double range_db) noexcept;
  void detect_filtered(AudioBlock io, int at, int frames, float* peaks_lin) noexcept;
  void process_chunk(AudioBlock io, int at, int frames) noexcept;

  double sample_rate_hz_ = 48000.0;
  int latency_frames_ = 0;
  DelayLine audio_[kMaxStripChannels];
  std::vector<float> peaks_;  // ring of the louder channel's magnitudes
  int write_at_ = 0;
  int detector_delay_frames_ = 0;
  ButterworthPair low_cut_, high_cut_;
  bool cuts_low_ = false, cuts_high_ = false;
  float open_lin_ = 0.0f;
  float close_lin_ = 0.0f;
  SmoothedValue range_db_;
  double opening_step_ = 1.0;  // progress per frame
  double closing_step_ = 1.0;
  double progress_ = 0.0;      // 0 closed, 1 open
  // Expander; off while the closed gate rests at its range and the ratio asks for no more.
  bool expands_ = false;
  double threshold_dbfs_ = 0.0;
  double ratio_ = 100.0;
  PeakWindow recent_;
  float level_now_lin_ = -1.0f;
  double level_now_dbfs_ = 0.0;
  int window_frames_ = 1;
  TwoWayFollower closed_db_;
  double attack_coefficient_ = 1.0;
  double release_coefficient_ = 1.0;
  int hold_frames_ = 0;
  int held_frames_ = 0;
  bool open_ = false;
  float gain_lin_ = 1.0f;
  float reduction_now_db_ = 0.0f;
  float reported_reduction_db_ = 0.0f;
};

}  // namespace ag06::dsp
