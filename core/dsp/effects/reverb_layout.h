// What each reverb type is made of: lengths of lines, reflections and diffusers at a size of one. Not what depends on decay.
// Source: J. Dattorro, "Effect design, part 1: reverberator and other filters", JAES 45(9), 1997, table 1 (plate: lengths at 29761 Hz);
// J. A. Moorer, "About this reverberation business", Computer Music Journal 3(2), 1979 (chamber: combs of 50 to 78 ms, here
// of 42 to 81 ms, searched so that no band holds many more modes than its neighbours). Room and hall: own, spread evenly so that few echoes coincide.
#pragma once

#include "dsp/effects/reverb_params.h"

namespace ag06::dsp {

inline constexpr int kReverbLines = 16;
inline constexpr int kReverbGroups = kReverbLines / 4;
inline constexpr int kReverbLanes = 4;         // channels of the diffuser, which feed the lines
inline constexpr int kReverbLaneTaps = 3;      // reflections per lane
inline constexpr int kReverbDiffuserSteps = 4;
inline constexpr int kPlateLines = 8;
inline constexpr int kPlateTaps = 16;          // eight per channel, one of them unused
inline constexpr float kDattorroMs = 1000.0f / 29761.0f;  // his frame
inline constexpr int kReverbGridFrames = 32;   // control rate; no line is shorter
inline constexpr float kLongestReverbPredelayMs = 250.0f;
inline constexpr float kLongestReverbEarlyMs = 60.0f;
inline constexpr float kReverbExcursionMs = 0.6f;  // of a line, at full modulation

// What a type is made of, size and decay aside.
struct ReverbLayout {
  int lines;
  float line_ms[kReverbLines];
  float excursion[kReverbLines];  // of kReverbExcursionMs
  float smallest_scale, largest_scale;  // of line_ms and lane_tap_ms, over the size
  float lane_tap_ms[kReverbLanes][kReverbLaneTaps];
  float lane_tap_lin[kReverbLaneTaps];
  float diffuser_ms[kReverbDiffuserSteps][kReverbLanes];
  float early_lin;  // of the reflections, when the tank has 1
  float early_energy, tank_energy;  // of the lossless wet response, per early_lin^2, and per pass
};
[[nodiscard]] const ReverbLayout& reverb_layout(ReverbType type) noexcept;
// Frames of the shortest line that may be, and of the longest of a type; the movement included.
[[nodiscard]] int shortest_line_frames(double sample_rate_hz) noexcept;
[[nodiscard]] int longest_line_frames(ReverbType type, double sample_rate_hz) noexcept;

}  // namespace ag06::dsp
