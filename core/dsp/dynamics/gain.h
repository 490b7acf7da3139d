// A smoothed gain. Not for fades with a shape of their own.
#pragma once

#include "dsp/primitives/smoothed_value.h"
#include "dsp/unit.h"

namespace ag06::dsp {

struct GainParams {
  float gain_db = 0.0f;  // [-120, 60]
};

// Guarantee: at 0 dB and settled, the output is the input bit for bit; a jump glides smoothly in decibels, at most
// 0.4 dB per millisecond, so that a limiter behind it can follow without a click.
class Gain {
 public:
  using Params = GainParams;
  [[nodiscard]] Status prepare(const StreamSpec& spec) noexcept;
  void reset() noexcept;
  void set_params(const GainParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return 0; }

 private:
  [[nodiscard]] bool settled() const noexcept { return ramp_db_ == target_db_ && gain_db_.settled(); }
  [[nodiscard]] float next() noexcept;

  double target_db_ = 0.0;
  float target_lin_ = 1.0f;
  double ramp_db_ = 0.0;  // on its straight way to the target
  double most_db_per_frame_ = 1.0;
  PoleSmoother<3> gain_db_;
};

}  // namespace ag06::dsp
