// Everything a running reverb derives from its parameters: delays, losses, filters and loudness. Not its state; a change fades from one setting to another.
// Source: J. Dattorro, "Effect design, part 1: reverberator and other filters", JAES 45(9), 1997, tables 1 and 2 (plate: lengths and output taps at
// 29761 Hz); J. A. Moorer, "About this reverberation business", Computer Music Journal 3(2), 1979 (chamber: comb lengths of 50 to 78 ms);
// A. Simper, "Linear trapezoidal integrated state variable filter", Cytomic, 2013 (the cuts).
#pragma once

#include "dsp/effects/reverb_absorption.h"
#include "dsp/effects/reverb_params.h"

namespace ag06::dsp {

inline constexpr int kReverbLines = 16;
inline constexpr int kReverbGroups = kReverbLines / 4;
inline constexpr int kReverbLanes = 4;         // channels of the diffuser, which feed the lines
inline constexpr int kReverbLaneTaps = 3;      // reflections per lane
inline constexpr int kReverbDiffuserSteps = 4;
inline constexpr int kPlateLines = 8;
inline constexpr int kPlateTaps = 16;          // eight per channel, one of them unused
inline constexpr int kReverbGridFrames = 32;   // control rate; no line is shorter
inline constexpr float kLongestReverbPredelayMs = 250.0f;
inline constexpr float kLongestReverbEarlyMs = 60.0f;
inline constexpr float kReverbExcursionMs = 0.6f;  // of a line, at full modulation

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

// What a type is made of, size and decay aside.
struct ReverbLayout {
  int lines;
  float line_ms[kReverbLines];
  float excursion[kReverbLines];  // of kReverbExcursionMs
  float smallest_scale, largest_scale;  // of line_ms and lane_tap_ms, over the size
  float lane_tap_ms[kReverbLanes][kReverbLaneTaps];
  float lane_tap_lin[kReverbLaneTaps];
  float diffuser_ms[kReverbDiffuserSteps][kReverbLanes];
  float early_lin;
  float tank_lin;
  float early_energy, tank_energy;  // of the lossless wet response, per early_lin^2, and per tank_lin^2 and pass
};
[[nodiscard]] const ReverbLayout& reverb_layout(ReverbType type) noexcept;

// Params inside their domains; anything not finite takes its default, an unknown type is a hall.
[[nodiscard]] ReverbParams clamped(const ReverbParams& params) noexcept;
[[nodiscard]] ReverbDecay reverb_decay(const ReverbParams& params) noexcept;
// params as of clamped(). Bounded work without allocation: any thread.
[[nodiscard]] ReverbSetting design_reverb(const ReverbParams& params, const AbsorbentDesigner& absorption, double sample_rate_hz) noexcept;
// Frames of the longest line of a type, its movement included.
[[nodiscard]] int longest_line_frames(ReverbType type, double sample_rate_hz) noexcept;

}  // namespace ag06::dsp
