#include "dsp/effects/reverb_setting.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd_math.h"
#include "base/stream_spec.h"

namespace ag06::dsp {
namespace {

constexpr float kDattorroMs = 1000.0f / 29761.0f;

constexpr ReverbLayout kRoom = {
    .lines = 16,
    .line_ms = {11.9f, 28.1f, 19.7f, 36.1f, 24.7f, 13.3f, 33.9f, 21.1f, 16.3f, 30.1f, 38.9f, 22.9f, 31.7f, 18.1f, 26.3f, 14.9f},
    .excursion = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
    .smallest_scale = 0.45f,
    .largest_scale = 1.35f,
    .lane_tap_ms = {{0.0f, 7.9f, 14.3f}, {0.0f, 9.1f, 16.7f}, {2.3f, 10.3f, 19.1f}, {3.7f, 12.7f, 21.7f}},
    .lane_tap_lin = {1.0f, 0.7f, 0.5f},
    .diffuser_ms = {{0.23f, 0.57f, 0.91f, 1.27f}, {0.37f, 1.03f, 1.73f, 2.47f}, {0.61f, 1.89f, 3.13f, 4.31f}, {0.97f, 2.83f, 5.21f, 7.69f}},
    .early_lin = 0.354f,
    .tank_lin = 1.0f,
    .early_energy = 2.75f,
    .tank_energy = 0.344f};

constexpr ReverbLayout kHall = {
    .lines = 16,
    .line_ms = {23.3f, 71.9f, 47.3f, 94.7f, 61.1f, 27.1f, 88.3f, 51.7f, 35.3f, 77.3f, 101.3f, 56.3f, 82.9f, 39.1f, 66.7f, 31.1f},
    .excursion = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
    .smallest_scale = 0.5f,
    .largest_scale = 1.2f,
    .lane_tap_ms = {{0.0f, 8.9f, 19.1f}, {0.7f, 10.3f, 21.7f}, {3.1f, 12.1f, 24.9f}, {4.3f, 14.3f, 27.7f}},
    .lane_tap_lin = {1.0f, 0.7f, 0.5f},
    .diffuser_ms = {{0.23f, 0.61f, 0.97f, 1.31f}, {0.41f, 1.09f, 1.87f, 2.59f}, {0.67f, 2.03f, 3.37f, 4.67f}, {1.03f, 3.07f, 5.59f, 8.23f}},
    .early_lin = 0.22f,
    .tank_lin = 1.0f,
    .early_energy = 3.06f,
    .tank_energy = 0.383f};

// Lines in the order of the figure-of-eight: allpass, delay, allpass, delay, left then right; the first of each half moves.
constexpr ReverbLayout kPlate = {
    .lines = 8,
    .line_ms = {672 * kDattorroMs, 4453 * kDattorroMs, 1800 * kDattorroMs, 3720 * kDattorroMs, 908 * kDattorroMs, 4217 * kDattorroMs,
                2656 * kDattorroMs, 3163 * kDattorroMs},
    .excursion = {1, 0, 0, 0, 1, 0, 0, 0},
    .smallest_scale = 0.55f,
    .largest_scale = 1.3f,
    .lane_tap_ms = {},
    .lane_tap_lin = {1.0f, 0.0f, 0.0f},
    .diffuser_ms = {{0.23f, 0.57f, 0.91f, 1.27f}, {0.37f, 1.03f, 1.73f, 2.47f}, {0.61f, 1.89f, 3.13f, 4.31f}, {0.97f, 2.83f, 5.21f, 7.69f}},
    .early_lin = 0.14f,
    .tank_lin = 1.0f,
    .early_energy = 2.0f,
    .tank_energy = 0.6f};

constexpr ReverbLayout kChamber = {
    .lines = 16,
    .line_ms = {43.7f, 47.3f, 50.9f, 56.3f, 61.1f, 67.9f, 72.7f, 78.1f, 45.1f, 48.7f, 52.9f, 58.3f, 63.1f, 69.7f, 74.9f, 79.9f},
    .excursion = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    .smallest_scale = 0.5f,
    .largest_scale = 1.2f,
    .lane_tap_ms = {{5.3f, 15.1f, 29.9f}, {6.7f, 16.9f, 32.3f}, {9.1f, 20.3f, 35.7f}, {11.9f, 24.7f, 39.1f}},
    .lane_tap_lin = {1.0f, 0.7f, 0.5f},
    .diffuser_ms = {},
    .early_lin = 0.354f,
    .tank_lin = 1.0f,
    .early_energy = 2.75f,
    .tank_energy = 0.344f};

// Dattorro's table 2, at 29761 Hz.
constexpr int kPlateTapFrames[kPlateTaps] = {266, 2974, 1913, 1996, 1990, 187, 1066, 1, 353, 3627, 1228, 2673, 2111, 335, 121, 1};

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }

[[nodiscard]] CutFilter design_cut(double freq_hz, double sample_rate_hz) noexcept {
  const double g = tan_exact(kPi * std::min(freq_hz / sample_rate_hz, 0.45));
  CutFilter cut;
  cut.a1 = 1.0 / (1.0 + g * (g + 1.41421356237309504880));
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
  if (&layout == &kPlate) {
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

const ReverbLayout& reverb_layout(ReverbType type) noexcept {
  switch (type) {
    case ReverbType::room: return kRoom;
    case ReverbType::plate: return kPlate;
    case ReverbType::chamber: return kChamber;
    case ReverbType::hall: break;
  }
  return kHall;
}

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
      s.lane_tap_lin[lane][tap] = layout.lane_tap_lin[tap] * db_to_lin_fast(-0.06f * static_cast<float>(scale) * (tap_ms[tap] - mean_ms) / decay.mid_s);
    }
  }
  s.lane_absorbents = absorption.design(lane_frames, decay);

  // A line must outlast a step of the grid and its own movement; odd lengths share fewer modes.
  const int shortest = kReverbGridFrames + 8 + frames_for_ms(static_cast<double>(kReverbExcursionMs), sample_rate_hz);
  for (int line = 0; line < layout.lines; ++line)
    s.line_frames[line] = std::max(shortest + 2 * line, frames_for_ms(scale * static_cast<double>(layout.line_ms[line]), sample_rate_hz)) | 1;
  for (int group = 0; 4 * group < layout.lines; ++group) s.absorbents[group] = absorption.design(four(s.line_frames + 4 * group), decay);
  // A tap inside a line has heard none of the line's losses yet.
  for (int tap = 0; tap < kPlateTaps; ++tap)
    s.plate_tap_frames[tap] = frames_for_ms(scale * static_cast<double>(static_cast<float>(kPlateTapFrames[tap]) * kDattorroMs), sample_rate_hz);
  for (int group = 0; group < kReverbGroups; ++group) s.tap_absorbents[group] = absorption.design(four(s.plate_tap_frames + 4 * group), decay);

  // A quarter, a half and a quarter of music's power is taken to lie below, between and above the shelves.
  const double early = static_cast<double>(layout.early_lin), tank = static_cast<double>(layout.tank_lin);
  double energy = 0.0;
  for (const auto& [share, decay_s] : {Band{0.25, decay.low_s}, Band{0.5, decay.mid_s}, Band{0.25, decay.high_s}}) {
    const double passes = passes_energy(layout, scale, decay_s);
    energy += share * reflected_energy(layout, scale, decay_s) *
              (static_cast<double>(layout.early_energy) * early * early + static_cast<double>(layout.tank_energy) * tank * tank * passes);
  }
  const double loudness = 1.0 / std::sqrt(energy);
  s.early_lin = static_cast<float>(early * loudness);
  s.tank_lin = static_cast<float>(tank * loudness);
  return s;
}

int longest_line_frames(ReverbType type, double sample_rate_hz) noexcept {
  const ReverbLayout& layout = reverb_layout(type);
  float longest_ms = 0.0f;
  for (const float line_ms : layout.line_ms) longest_ms = std::max(longest_ms, line_ms);
  const int shortest = kReverbGridFrames + 8 + frames_for_ms(static_cast<double>(kReverbExcursionMs), sample_rate_hz) + 2 * kReverbLines;
  return std::max(shortest, frames_for_ms(static_cast<double>(longest_ms * layout.largest_scale), sample_rate_hz)) +
         frames_for_ms(static_cast<double>(kReverbExcursionMs), sample_rate_hz) + kReverbGridFrames + 8;
}

}  // namespace ag06::dsp
