// Everything a running reverb derives from its parameters: delays, losses, cuts and loudness. Not its state: a change fades between two settings.
// Source: A. Simper, "Linear trapezoidal integrated state variable filter", Cytomic, 2013 (cuts); J. Dattorro, JAES 45(9), 1997, table 2 (taps).
#pragma once

#include "dsp/effects/reverb_absorption.h"
#include "dsp/effects/reverb_layout.h"
#include "dsp/effects/reverb_params.h"

namespace ag06::dsp {

inline constexpr double kCutDamping = 1.41421356237309504880;

// A two-pole Butterworth section for both channels.
struct CutFilter {
  double a1 = 1.0, a2 = 0.0, a3 = 0.0;
};

struct ReverbSetting {
  CutFilter low_cut, high_cut;
  int lane_tap_frames[kReverbLanes][kReverbLaneTaps] = {};  // predelay included
  float lane_tap_lin[kReverbLanes][kReverbLaneTaps] = {};
  Absorbents lane_absorbents;
  int line_frames[kReverbLines] = {};
  Absorbents absorbents[kReverbGroups];
  int plate_tap_frames[kPlateTaps] = {};
  Absorbents tap_absorbents[kReverbGroups];  // of the plate's taps
  float early_lin = 0.0f;  // reflections, loudness included
  float tank_lin = 0.0f;   // the tank, loudness included
};

// Params inside their domains; anything not finite takes its default, an unknown type is a hall.
[[nodiscard]] ReverbParams clamped(const ReverbParams& params) noexcept;
[[nodiscard]] ReverbDecay reverb_decay(const ReverbParams& params) noexcept;
// params as of clamped(). Bounded work without allocation: any thread.
[[nodiscard]] ReverbSetting design_reverb(const ReverbParams& params, const AbsorbentDesigner& absorption, double sample_rate_hz) noexcept;

}  // namespace ag06::dsp
