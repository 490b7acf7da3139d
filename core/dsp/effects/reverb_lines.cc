#include "dsp/effects/reverb_lines.h"

#include <algorithm>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::dsp {
namespace {
constexpr double kDepthSettleMs = 400.0;
constexpr double kSlowestHz = 0.31, kHzPerLine = 0.047;
constexpr double kGoldenTurn = 0.381966011250105;  // phases spread as evenly as any count allows

// Weights of the points 0 to 5 for the value at 2 + fraction; (3, -25, 150, 150, -25, 3) / 256 halfway.
void lagrange(f32x4 fraction, f32x4* weight) noexcept {
  constexpr float kPerProduct[6] = {-1.0f / 120.0f, 1.0f / 24.0f, -1.0f / 12.0f, 1.0f / 12.0f, -1.0f / 24.0f, 1.0f / 120.0f};
  f32x4 distance[6];
  for (int k = 0; k < 6; ++k) distance[k] = fraction + splat4(2.0f - static_cast<float>(k));
  for (int k = 0; k < 6; ++k) {
    f32x4 product = splat4(kPerProduct[k]);
    for (int j = 0; j < 6; ++j)
      if (j != k) product *= distance[j];
    weight[k] = product;
  }
}
}  // namespace

void ReverbLines::prepare(double sample_rate_hz) {
  sample_rate_hz_ = sample_rate_hz;
  int longest = longest_line_frames(ReverbType::room, sample_rate_hz);
  longest = std::max(longest, longest_line_frames(ReverbType::hall, sample_rate_hz));
  longest = std::max(longest, longest_line_frames(ReverbType::chamber, sample_rate_hz));
  longest = std::max(longest, (longest_line_frames(ReverbType::plate, sample_rate_hz) + 1) / 2);
  sixteen_ring_frames_ = reverb_ring_frames(longest);
  memory_.assign(kReverbLines * static_cast<std::size_t>(sixteen_ring_frames_), 0.0f);
  depth_.prepare(sample_rate_hz / kReverbGridFrames, kDepthSettleMs);
  start(ReverbType::hall);
}

void ReverbLines::clear_part(int part, int parts) noexcept { clear_memory_part(memory_, part, parts); }

void ReverbLines::start(ReverbType type) noexcept {
  const ReverbLayout& layout = reverb_layout(type);
  groups_ = layout.lines / 4;
  ring_frames_ = sixteen_ring_frames_ * (kReverbLines / static_cast<std::uint32_t>(layout.lines));
  at_ = 0;
  readings_[0] = readings_[1] = Reading{};
  depth_.snap();
  for (int line = 0; line < kReverbLines; ++line) {
    const int group = line / 4, lane = line % 4;
    const SinCos phase = sincos_exact(2.0 * kPi * kGoldenTurn * line);
    const SinCos turn = sincos_exact(2.0 * kPi * (kSlowestHz + kHzPerLine * line) * kReverbGridFrames / sample_rate_hz_);
    sine_[group][lane] = static_cast<float>(phase.sin);
    cosine_[group][lane] = static_cast<float>(phase.cos);
    turn_sine_[group][lane] = static_cast<float>(turn.sin);
    turn_cosine_[group][lane] = static_cast<float>(turn.cos);
    if (lane == 0) moves_[group] = false;
    moves_[group] = moves_[group] || layout.excursion[line] > 0.0f;
    excursion_frames_[group][lane] = layout.excursion[line] * static_cast<float>(static_cast<double>(kReverbExcursionMs) * 0.001 * sample_rate_hz_);
  }
  for (int group = 0; group < kReverbGroups; ++group)
    next_offset_frames_[group] = splat4(static_cast<float>(depth_.value())) * excursion_frames_[group] * sine_[group];
}

void ReverbLines::move() noexcept {
  const f32x4 depth = splat4(static_cast<float>(depth_.next()));
  for (int group = 0; group < groups_; ++group) {
    if (!moves_[group]) continue;
    const f32x4 c = cosine_[group] * turn_cosine_[group] - sine_[group] * turn_sine_[group];
    const f32x4 s = sine_[group] * turn_cosine_[group] + cosine_[group] * turn_sine_[group];
    // One Newton step towards unit length keeps the rotation from growing or dying.
    const f32x4 length = splat4(1.5f) - splat4(0.5f) * (c * c + s * s);
    cosine_[group] = c * length;
    sine_[group] = s * length;
    offset_frames_[group] = next_offset_frames_[group];
    next_offset_frames_[group] = depth * excursion_frames_[group] * sine_[group];
  }
}

void ReverbLines::aim(const ReverbSetting& setting, int index) noexcept {
  constexpr int kBias = 1024;  // makes truncation a floor; far above any excursion
  Reading& reading = readings_[index];
  for (int group = 0; group < groups_; ++group) {
    flush(reading.losses[group]);
    if (!moves_[group]) {
      for (int line = 4 * group; line < 4 * group + 4; ++line) reading.tap_frames[line] = static_cast<std::uint32_t>(setting.line_frames[line]);
      continue;
    }
    const i32x4 whole = __builtin_convertvector(offset_frames_[group] + splat4(static_cast<float>(kBias)), i32x4) - kBias;
    const f32x4 whole_frames = __builtin_convertvector(whole, f32x4);
    f32x4 next[kPoints];
    lagrange(offset_frames_[group] - whole_frames, reading.weight[group]);
    lagrange(next_offset_frames_[group] - whole_frames, next);
    for (int k = 0; k < kPoints; ++k) reading.weight_step[group][k] = (next[k] - reading.weight[group][k]) * splat4(1.0f / kReverbGridFrames);
    for (int lane = 0; lane < 4; ++lane) {
      const int line = 4 * group + lane;
      const int tap_frames = setting.line_frames[line] + whole[lane] - 2;  // two of the six points are newer than the wanted pair
      reading.tap_frames[line] = static_cast<std::uint32_t>(tap_frames);
      for (int k = 0; k < kPoints - 1; ++k) reading.earlier[group][k][lane] = entered(line, tap_frames + 1 + k);
    }
  }
}

void ReverbLines::copy_entered(int line, int frames_ago, int frames, float* to, int stride) const noexcept {
  const float* ring = memory_.data() + static_cast<std::size_t>(line) * ring_frames_;
  const std::uint32_t from = (at_ - static_cast<std::uint32_t>(frames_ago)) & (ring_frames_ - 1u);
  const int before_wrap = std::min(frames, static_cast<int>(ring_frames_ - from));
  for (int i = 0; i < before_wrap; ++i) to[i * stride] = ring[from + static_cast<std::uint32_t>(i)];
  for (int i = before_wrap; i < frames; ++i) to[i * stride] = ring[i - before_wrap];
}

void ReverbLines::interpolate(Reading& reading, int group, int frames, float* rows) noexcept {
  f32x4 weight[kPoints], step[kPoints], x[kPoints];
  for (int k = 0; k < kPoints; ++k) {
    weight[k] = reading.weight[group][k];
    step[k] = reading.weight_step[group][k];
    if (k > 0) x[k] = reading.earlier[group][k - 1];
  }
  for (int i = 0; i < frames; ++i) {
    float* row = rows + i * kReverbLines;
    x[0] = load4(row);
    store4(row, ((weight[0] * x[0] + weight[1] * x[1]) + (weight[2] * x[2] + weight[3] * x[3])) + (weight[4] * x[4] + weight[5] * x[5]));
    for (int k = kPoints - 1; k > 0; --k) x[k] = x[k - 1];
    for (int k = 0; k < kPoints; ++k) weight[k] += step[k];
  }
  for (int k = 0; k < kPoints; ++k) {
    reading.weight[group][k] = weight[k];
    if (k > 0) reading.earlier[group][k - 1] = x[k];
  }
}

void ReverbLines::read(const ReverbSetting& setting, int index, int frames, float* rows) noexcept {
  Reading& reading = readings_[index];
  for (int line = 0; line < 4 * groups_; ++line)
    copy_entered(line, static_cast<int>(reading.tap_frames[line]), frames, rows + line, kReverbLines);
  for (int group = 0; group < groups_; ++group)
    if (moves_[group]) interpolate(reading, group, frames, rows + 4 * group);
  // Two groups at a time: each waits for its own recursion.
  for (int group = 0; group < groups_; group += 2) {
    const Absorbents a = setting.absorbents[group], b = setting.absorbents[group + 1];
    AbsorbentState a_state = reading.losses[group], b_state = reading.losses[group + 1];
    float* row = rows + 4 * group;
    for (int i = 0; i < frames; ++i, row += kReverbLines) {
      store4(row, absorbed(load4(row), a, a_state));
      store4(row + 4, absorbed(load4(row + 4), b, b_state));
    }
    reading.losses[group] = a_state;
    reading.losses[group + 1] = b_state;
  }
}

void ReverbLines::write(const float* rows, int frames) noexcept {
  const std::uint32_t at = at_ & (ring_frames_ - 1u);
  const int before_wrap = std::min(frames, static_cast<int>(ring_frames_ - at));
  for (int line = 0; line < 4 * groups_; ++line) {
    float* ring = memory_.data() + static_cast<std::size_t>(line) * ring_frames_;
    for (int i = 0; i < before_wrap; ++i) ring[at + static_cast<std::uint32_t>(i)] = rows[i * kReverbLines + line];
    for (int i = before_wrap; i < frames; ++i) ring[i - before_wrap] = rows[i * kReverbLines + line];
  }
  at_ += static_cast<std::uint32_t>(frames);
}

}  // namespace ag06::dsp
