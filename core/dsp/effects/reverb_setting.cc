#include "dsp/effects/reverb_setting.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd_math.h"
#include "base/stream_spec.h"

namespace ag06::dsp {
namespace {

// Dattorro's table 2, at 29761 Hz.
constexpr int kPlateTapFrames[kPlateTaps] = {266, 2974, 1913, 1996, 1990, 187, 1066, 1, 353, 3627, 1228, 2673, 2111, 335, 121, 1};

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }

[[nodiscard]] CutFilter design_cut(double freq_hz, double sample_rate_hz) noexcept {
  const double g = tan_exact(kPi * std::min(freq_hz / sample_rate_hz, 0.45));
  CutFilter cut;
  cut.a1 = 1.0 / (1.0 + g * (g + kCutDamping));
  cut.a2 = g * cut.a1;
  cut.a3 = g * cut.a2;
  return cut;
}

[[nodiscard]] f32x4 four(const int* frames) noexcept {
  return f32x4{static_cast<float>(frames[0]), static_cast<float>(frames[1]), static_cast<float>(frames[2]), static_cast<float>(frames[3])};
}

[[nodiscard]] float power_after(float delay_ms, float decay_s) noexcept { return db_to_lin_fast(std::max(-120.0f, -0.12f * delay_ms / decay_s)); }

// Mean way through the diffuser.
[[nodiscard]] float diffuser_ms(const ReverbLayout& layout) noexcept {
  float sum_ms = 0.0f;
  for (const auto& step : layout.diffuser_ms)
    for (const float lane_ms : step) sum_ms += lane_ms;
  return sum_ms / static_cast<float>(kReverbLanes);
}

// What the losses leave of the lanes' energy.
[[nodiscard]] double reflected_energy(const ReverbLayout& layout, double scale, float decay_s) noexcept {
  const float diffuser = diffuser_ms(layout);
  float left = 0.0f, all = 0.0f;
  for (const auto& lane : layout.lane_tap_ms)
    for (int tap = 0; tap < kReverbLaneTaps; ++tap) {
      const float power = layout.lane_tap_lin[tap] * layout.lane_tap_lin[tap];
      left += power * power_after(static_cast<float>(scale) * lane[tap] + diffuser, decay_s);
      all += power;
    }
  return static_cast<double>(left / all);
}

// Energy of an impulse's passes through the tank: what is left when they are first heard, then a geometric sum.
[[nodiscard]] double passes_energy(const ReverbLayout& layout, double scale, float decay_s) noexcept {
  float line_ms = 0.0f;
  for (int line = 0; line < layout.lines; ++line) line_ms += static_cast<float>(scale) * layout.line_ms[line] / static_cast<float>(layout.lines);
  float first = power_after(line_ms, decay_s);
  const float per_pass = first;
  if (layout.lines == kPlateLines) {
    first = 0.0f;
    for (const int frames : kPlateTapFrames)
      if (frames > 1) first += power_after(static_cast<float>(scale) * static_cast<float>(frames) * kDattorroMs, decay_s) / 14.0f;
  }
  return static_cast<double>(first / (1.0f - per_pass));
}

struct Band {
  double share;
  float decay_s;
};

}  // namespace

ReverbParams clamped(const ReverbParams& params) noexcept {
  constexpr ReverbParams fallback;
  const int type = static_cast<int>(params.type);
  ReverbParams p;
  p.type = type >= 0 && type <= static_cast<int>(ReverbType::chamber) ? params.type : fallback.type;
  p.level_lin = in_range(params.level_lin, 0.0f, 1.0f, fallback.level_lin);
  p.predelay_ms = in_range(params.predelay_ms, 0.0f, kLongestReverbPredelayMs, fallback.predelay_ms);
  p.decay_s = in_range(params.decay_s, 0.1f, 12.0f, fallback.decay_s);
  p.low_decay_ratio = in_range(params.low_decay_ratio, 0.25f, 2.5f, fallback.low_decay_ratio);
  p.high_decay_ratio = in_range(params.high_decay_ratio, 0.1f, 1.0f, fallback.high_decay_ratio);
  p.size_ratio = in_range(params.size_ratio, 0.0f, 1.0f, fallback.size_ratio);
  p.width_ratio = in_range(params.width_ratio, 0.0f, 1.0f, fallback.width_ratio);
  p.low_cut_hz = in_range(params.low_cut_hz, 20.0f, 1000.0f, fallback.low_cut_hz);
  p.high_cut_hz = in_range(params.high_cut_hz, 1000.0f, 20000.0f, fallback.high_cut_hz);
  p.modulation_ratio = in_range(params.modulation_ratio, 0.0f, 1.0f, fallback.modulation_ratio);
  return p;
}

ReverbDecay reverb_decay(const ReverbParams& params) noexcept {
  return {params.decay_s * params.low_decay_ratio, params.decay_s, params.decay_s * params.high_decay_ratio};
}

ReverbSetting design_reverb(const ReverbParams& params, const AbsorbentDesigner& absorption, double sample_rate_hz) noexcept {
  const ReverbLayout& layout = reverb_layout(params.type);
  const ReverbDecay decay = reverb_decay(params);
  const double scale = static_cast<double>(layout.smallest_scale + params.size_ratio * (layout.largest_scale - layout.smallest_scale));
  ReverbSetting s;
  s.low_cut = design_cut(static_cast<double>(params.low_cut_hz), sample_rate_hz);
  s.high_cut = design_cut(static_cast<double>(params.high_cut_hz), sample_rate_hz);
  const int predelay_frames = frames_for_ms(static_cast<double>(params.predelay_ms), sample_rate_hz);
  // Reflections lose on their way what the lines lose: a lane's mean delay in its filter, each tap's rest of it, at the mids, in its gain.
  f32x4 lane_frames = splat4(0.0f);
  for (int lane = 0; lane < kReverbLanes; ++lane) {
    const float* tap_ms = layout.lane_tap_ms[lane];
    const float mean_ms = (tap_ms[0] + tap_ms[1] + tap_ms[2]) / 3.0f;
    const double lane_ms = scale * static_cast<double>(mean_ms) + static_cast<double>(diffuser_ms(layout));
    lane_frames[lane] = static_cast<float>(std::max(1.0, lane_ms * 0.001 * sample_rate_hz));
    for (int tap = 0; tap < kReverbLaneTaps; ++tap) {
      s.lane_tap_frames[lane][tap] = predelay_frames + frames_for_ms(scale * static_cast<double>(tap_ms[tap]), sample_rate_hz);
      const float rest_ms = static_cast<float>(scale) * (tap_ms[tap] - mean_ms);
      s.lane_tap_lin[lane][tap] = layout.lane_tap_lin[tap] * db_to_lin_fast(-0.06f * rest_ms / decay.mid_s);
    }
  }
  s.lane_absorbents = absorption.design(lane_frames, decay);

  // A line must outlast a step of the grid and its own movement; odd lengths share fewer modes.
  const int shortest = shortest_line_frames(sample_rate_hz);
  for (int line = 0; line < layout.lines; ++line)
    s.line_frames[line] = std::max(shortest + 2 * line, frames_for_ms(scale * static_cast<double>(layout.line_ms[line]), sample_rate_hz)) | 1;
  for (int group = 0; 4 * group < layout.lines; ++group) s.absorbents[group] = absorption.design(four(s.line_frames + 4 * group), decay);
  // A tap inside a line has heard none of the line's losses yet.
  for (int tap = 0; tap < kPlateTaps; ++tap)
    s.plate_tap_frames[tap] = frames_for_ms(scale * static_cast<double>(static_cast<float>(kPlateTapFrames[tap]) * kDattorroMs), sample_rate_hz);
  for (int group = 0; group < kReverbGroups; ++group) s.tap_absorbents[group] = absorption.design(four(s.plate_tap_frames + 4 * group), decay);

  // A quarter, a half and a quarter of music's power is taken to lie below, between and above the shelves.
  const double early = static_cast<double>(layout.early_lin);
  double energy = 0.0;
  for (const auto& [share, decay_s] : {Band{0.25, decay.low_s}, Band{0.5, decay.mid_s}, Band{0.25, decay.high_s}}) {
    const double passes = passes_energy(layout, scale, decay_s);
    energy += share * reflected_energy(layout, scale, decay_s) *
              (static_cast<double>(layout.early_energy) * early * early + static_cast<double>(layout.tank_energy) * passes);
  }
  const double loudness = 1.0 / std::sqrt(energy);
  s.early_lin = static_cast<float>(early * loudness);
  s.tank_lin = static_cast<float>(loudness);
  return s;
}

}  // namespace ag06::dsp
