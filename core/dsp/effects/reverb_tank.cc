#include "dsp/effects/reverb_tank.h"

#include <algorithm>

namespace ag06::dsp {
namespace {

// Rows of a 4 x 4 Hadamard matrix: lanes into groups, and groups into the two outputs, are orthogonal.
constexpr f32x4 kHalf[4] = {{0.5f, 0.5f, 0.5f, 0.5f}, {0.5f, -0.5f, 0.5f, -0.5f}, {0.5f, 0.5f, -0.5f, -0.5f}, {0.5f, -0.5f, -0.5f, 0.5f}};
constexpr float kOut = 0.25f;
constexpr f32x4 kLeft[4] = {{kOut, -kOut, kOut, kOut}, {-kOut, kOut, kOut, kOut}, {kOut, kOut, -kOut, kOut}, {kOut, kOut, kOut, -kOut}};
constexpr f32x4 kRight[4] = {{kOut, kOut, kOut, -kOut}, {kOut, kOut, -kOut, kOut}, {-kOut, kOut, kOut, kOut}, {kOut, -kOut, kOut, kOut}};

[[nodiscard]] float heard(const f32x4* side, const f32x4* group) noexcept {
  return sum4((side[0] * group[0] + side[1] * group[1]) + (side[2] * group[2] + side[3] * group[3]));
}

// Dattorro's allpass coefficients in the tank.
constexpr float kDecayDiffusion1 = 0.7f, kDecayDiffusion2 = 0.5f;
constexpr int kTapLine[kPlateTaps] = {5, 5, 6, 7, 1, 2, 3, 0, 1, 1, 2, 3, 5, 6, 7, 0};
constexpr f32x4 kTapLin[2] = {{0.6f, 0.6f, -0.6f, 0.6f}, {-0.6f, -0.6f, -0.6f, 0.0f}};

}  // namespace

void ReverbTank::prepare(double sample_rate_hz) {
  lines_.prepare(sample_rate_hz);
  diffuser_.prepare(sample_rate_hz);
  allpasses_.prepare(sample_rate_hz);
}

void ReverbTank::clear_part(int part, int parts) noexcept {
  lines_.clear_part(part, parts);
  diffuser_.clear_part(part, parts);
  allpasses_.clear_part(part, parts);
}

void ReverbTank::start(ReverbType type) noexcept {
  type_ = type;
  lines_.start(type);
  diffuser_.start(type);
  allpasses_.start(type);
  for (auto& side : tap_losses_) std::fill(side, side + kReverbGroups, AbsorbentState{});
}

void ReverbTank::copy_reading(int from, int to) noexcept {
  lines_.copy_reading(from, to);
  std::copy(tap_losses_[from], tap_losses_[from] + kReverbGroups, tap_losses_[to]);
}

void ReverbTank::step(const ReverbSetting& now, int index, const ReverbSetting* incoming) noexcept {
  lines_.move();
  lines_.aim(now, index);
  if (incoming) lines_.aim(*incoming, 1 - index);
  for (auto& side : tap_losses_)
    for (AbsorbentState& losses : side) flush(losses);
}

void ReverbTank::mix_network(const float* lanes, float* rows, int frames, float* left, float* right) const noexcept {
  for (int i = 0; i < frames; ++i) {
    float* row = rows + kReverbLines * i;
    f32x4 group[4] = {load4(row), load4(row + 4), load4(row + 8), load4(row + 12)};
    left[i] = heard(kLeft, group);
    right[i] = heard(kRight, group);
    // Householder across the groups, then within each: every line hears every other equally loud.
    const f32x4 across = splat4(0.5f) * ((group[0] + group[1]) + (group[2] + group[3]));
    const f32x4 in = load4(lanes + kReverbLanes * i);
    for (int g = 0; g < 4; ++g) {
      const f32x4 mixed = group[g] - across;
      store4(row + 4 * g, flushed4(mixed - splat4(0.5f * sum4(mixed)) + kHalf[g] * in));
    }
  }
}

void ReverbTank::mix_plate(const float* left_in, const float* right_in, float* rows, int frames) const noexcept {
  for (int i = 0; i < frames; ++i) {
    float* row = rows + kReverbLines * i;
    const float to_left = left_in[i] + row[7], to_right = right_in[i] + row[3];
    const auto half = [](float* line, float in) {
      const float first = in + kDecayDiffusion1 * line[0], after_first = line[0] - kDecayDiffusion1 * first;
      const float second = line[1] - kDecayDiffusion2 * line[2], after_second = line[2] + kDecayDiffusion2 * second;
      line[0] = first;
      line[1] = after_first;
      line[2] = second;
      line[3] = after_second;
    };
    half(row, to_left);
    half(row + 4, to_right);
    store4(row, flushed4(load4(row)));
    store4(row + 4, flushed4(load4(row + 4)));
  }
}

void ReverbTank::tap_plate(const ReverbSetting& setting, int index, int frames, float* left, float* right) noexcept {
  float taps[kPlateTaps * kReverbGridFrames];
  for (int tap = 0; tap < kPlateTaps; ++tap)
    lines_.copy_entered(kTapLine[tap], setting.plate_tap_frames[tap] + frames, frames, taps + tap, kPlateTaps);
  for (int side = 0; side < 2; ++side) {
    float* out = side == 0 ? left : right;
    AbsorbentState* losses = tap_losses_[index] + 2 * side;
    const Absorbents a = setting.tap_absorbents[2 * side], b = setting.tap_absorbents[2 * side + 1];
    AbsorbentState a_state = losses[0], b_state = losses[1];
    for (int i = 0; i < frames; ++i) {
      const float* row = taps + kPlateTaps * i + 8 * side;
      out[i] = sum4(kTapLin[0] * absorbed(load4(row), a, a_state) + kTapLin[1] * absorbed(load4(row + 4), b, b_state));
    }
    losses[0] = a_state;
    losses[1] = b_state;
  }
}

void ReverbTank::mix_combs(const float* lanes, float* rows, int frames, float* left, float* right) const noexcept {
  for (int i = 0; i < frames; ++i) {
    float* row = rows + kReverbLines * i;
    const f32x4 group[4] = {load4(row), load4(row + 4), load4(row + 8), load4(row + 12)};
    left[i] = heard(kLeft, group);
    right[i] = heard(kRight, group);
    const f32x4 in = load4(lanes + kReverbLanes * i);
    for (int g = 0; g < 4; ++g) store4(row + 4 * g, flushed4(group[g] + kHalf[g] * in));
  }
}

void ReverbTank::process(float* lanes, const ReverbSetting& now, int index, const ReverbSetting& incoming, const float* fade, int frames, float* left,
                         float* right) noexcept {
  float rows[kReverbLines * kReverbGridFrames], next[kReverbLines * kReverbGridFrames];
  float tank_left[kReverbGridFrames], tank_right[kReverbGridFrames];
  const auto fade_in = [&](float* to, const float* from) {
    for (int i = 0; i < frames; ++i) to[i] += fade[i] * (from[i] - to[i]);
  };
  lines_.read(now, index, frames, rows);
  if (fade) {
    lines_.read(incoming, 1 - index, frames, next);
    for (int i = 0; i < frames; ++i)
      for (int line = kReverbLines * i; line < kReverbLines * i + lines_.line_count(); line += 4)
        store4(rows + line, load4(rows + line) + splat4(fade[i]) * (load4(next + line) - load4(rows + line)));
  }

  if (type_ == ReverbType::plate) {
    diffuser_.process(lanes, frames);
    for (int i = 0; i < frames; ++i) {
      tank_left[i] = lanes[kReverbLanes * i];
      tank_right[i] = lanes[kReverbLanes * i + 1];
    }
    allpasses_.process(tank_left, tank_right, frames);
    mix_plate(tank_left, tank_right, rows, frames);
    lines_.write(rows, frames);
    tap_plate(now, index, frames, tank_left, tank_right);
    if (fade) {
      float next_left[kReverbGridFrames], next_right[kReverbGridFrames];
      tap_plate(incoming, 1 - index, frames, next_left, next_right);
      fade_in(tank_left, next_left);
      fade_in(tank_right, next_right);
    }
  } else {
    if (type_ == ReverbType::chamber) {
      mix_combs(lanes, rows, frames, tank_left, tank_right);
    } else {
      diffuser_.process(lanes, frames);
      mix_network(lanes, rows, frames, tank_left, tank_right);
    }
    lines_.write(rows, frames);
    if (type_ == ReverbType::chamber) allpasses_.process(tank_left, tank_right, frames);
  }
  for (int i = 0; i < frames; ++i) {
    const float* lane = lanes + kReverbLanes * i;
    const float weight = fade ? fade[i] : 0.0f;
    const float early = now.early_lin + weight * (incoming.early_lin - now.early_lin);
    const float tank = now.tank_lin + weight * (incoming.tank_lin - now.tank_lin);
    left[i] = early * (lane[0] + lane[2]) + tank * tank_left[i];
    right[i] = early * (lane[1] + lane[3]) + tank * tank_right[i];
  }
}

}  // namespace ag06::dsp
