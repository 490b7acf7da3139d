// Mode auto: from the latest seconds of what comes in and goes out, small steps of the chain's settings towards what the models or the Musical rule
// want of them. Deterministic; no threads.
// Not for whole songs, which the planner renders and re-measures (core/assist/planner.h).
#pragma once

#include <array>
#include <bitset>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assist/opinion.h"
#include "assist/profiles.gen.h"
#include "live/auto_move.h"
#include "params/params.gen.h"

namespace ag06::bridge {

struct AutoOptions {
  assist::MixProfile style = assist::kBuiltInProfiles[0];
  double target_lufs = -16.0;         // of the output
  double largest_step_db = 1.0;       // what one step may change a level
  double largest_step_ratio = 0.1;    // of any other knob's way
  // What the models say of the input, asked once there is enough to hear; null, or an empty answer: the Musical rule decides.
  std::function<std::optional<assist::Opinion>()> ask;
};

struct AutoStep {
  std::vector<AutoMove> moves;
  std::string waiting_for;            // why there are none yet, for people; empty: there was enough to hear
};

using ParamArray = std::array<double, params::kCount>;
using ParamSet = std::bitset<params::kCount>;

inline constexpr double kAutoListen_s = 20.0;
inline constexpr double kAutoLeast_s = 8.0;

// input, output: interleaved stereo of the same seconds, at most kAutoListen_s. held: what a person set and auto leaves alone. Allocates; takes about a tenth of a second.
[[nodiscard]] AutoStep next_auto_step(std::span<const float> input, std::span<const float> output, double sample_rate_hz, const ParamArray& current, const ParamSet& held,
                                      const AutoOptions& options);

}  // namespace ag06::bridge
