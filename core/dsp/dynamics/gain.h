// A smoothed gain. Not for fades with a shape of their own.
#pragma once

#include "dsp/primitives/smoothed_value.h"
#include "dsp/unit.h"

namespace ag06::dsp {

struct GainParams {
  float gain_db = 0.0f;  // [-120, 60]
};

// Guarantee: at 0 dB and settled, the output is the input bit for bit; a jump of any size is a C1-smooth 20 ms transition.
class Gain {
 public:
  using Params = GainParams;
  [[nodiscard]] Status prepare(const StreamSpec& spec) noexcept;
  void reset() noexcept { gain_lin_.snap(); }
  void set_params(const GainParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return 0; }

 private:
  PoleSmoother<3> gain_lin_;
};

}  // namespace ag06::dsp
