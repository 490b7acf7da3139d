// Tells whether the device returns what is played to its input (an AG06 whose TO PC switch stands at LOOPBACK) and keeps that from howling. Runs off the audio thread.
// A closed loop cannot be told from music that repeats itself by listening alone (L. Ljung, System Identification, 2nd ed. 1999, section 13.4): it is suspected by listening and proven by a probe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "live/probe.h"
#include "live/probe_echo.h"
#include "live/tap_history.h"
#include "protocol/studio_state.h"

namespace ag06::bridge {

struct GuardLimits {
  double probe_dbfs = -50.0;
  double loop_gain_db = -12.0;        // a probe that returns louder than this came by wire; loudspeakers heard by a microphone return less
  double limited_gain_db = -20.0;     // of the output while the loop stands
  double recheck_s = 5.0;             // between probes while it stands
  int clear_probes = 2;               // in a row without an echo lift the limit
};

class FeedbackGuard {
 public:
  // set_output_gain_db: 0 or limits.limited_gain_db; smoothed by whoever applies it, behind the chain and in front of the probe.
  FeedbackGuard(const TapHistory& input, const TapHistory& output, Probe& probe, std::function<void(double gain_db)> set_output_gain_db, const GuardLimits& limits = {});

  // A stream begins: the first thing it plays is a probe.
  void begin(double sample_rate_hz);
  // It ended.
  void end();
  // Looks at what was heard since the last call; a few times a second.
  void step();
  [[nodiscard]] GuardPhase phase() const noexcept { return phase_; }
  // Of the latest probe that came back.
  [[nodiscard]] const std::optional<ProbeEcho>& echo() const noexcept { return echo_; }

 private:
  struct Window {
    std::vector<float> input, output;   // left + right, differenced: steady basses say little about a delay
    double output_dbfs = 0.0;           // rms
  };
  void start_probe(const ProbeForm& form);
  void judge_probe();
  void set_loop(bool stands);
  [[nodiscard]] bool is_suspicious();
  [[nodiscard]] bool read_window(Window& window);

  const TapHistory& input_;
  const TapHistory& output_;
  Probe& probe_;
  std::function<void(double)> set_output_gain_db_;
  GuardLimits limits_;
  double sample_rate_hz_ = 0.0;
  GuardPhase phase_ = GuardPhase::idle;
  bool probing_ = false;
  std::optional<ProbeEcho> echo_;
  int clear_in_a_row_ = 0;
  std::uint64_t next_probe_frame_ = 0;  // not before this place in the tap
  double patience_s_ = 0.0;             // after a false alarm, doubled by each
  TapCursor input_cursor_, output_cursor_;
  std::vector<double> likeness_;        // running mean of the normalised correlation, by lag
  std::vector<float> scratch_;
};

}  // namespace ag06::bridge
