#include "dsp/resample/resampler.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "base/math.h"

namespace ag06::dsp {
namespace {

using Lanes = ResamplerTable::Lanes;
constexpr int kLanes = ResamplerTable::kLanes;

constexpr float kLargest = 1e30f;
constexpr int kSpareFrames = 1024;

// From both ends to the large taps in the middle, so that the sums stay small, and with them their rounding errors, until the last steps; four sums
// side by side hide the latency of the additions.
float weigh(const Lanes* taps, const float* x, int count) noexcept {
  f32x4 a{}, b{}, c{}, d{};
  const Lanes* last = taps + count / kLanes;
  const float* y = x + count;
  while (taps < last) {
    last -= 2;
    y -= 2 * kLanes;
    a += taps[0].v * load4(x);
    b += taps[1].v * load4(x + kLanes);
    c += last[1].v * load4(y + kLanes);
    d += last[0].v * load4(y);
    taps += 2;
    x += 2 * kLanes;
  }
  return sum4((a + c) + (b + d));
}

// weigh() of both channels, the taps read once.
void weigh_two(const Lanes* taps, const float* left, const float* right, int count, float* out_left, float* out_right) noexcept {
  f32x4 a{}, b{}, c{}, d{}, e{}, f{}, g{}, h{};
  const Lanes* last = taps + count / kLanes;
  const float *left_end = left + count, *right_end = right + count;
  while (taps < last) {
    last -= 2;
    left_end -= 2 * kLanes;
    right_end -= 2 * kLanes;
    const f32x4 t0 = taps[0].v, t1 = taps[1].v, t2 = last[1].v, t3 = last[0].v;
    a += t0 * load4(left);
    b += t1 * load4(left + kLanes);
    c += t2 * load4(left_end + kLanes);
    d += t3 * load4(left_end);
    e += t0 * load4(right);
    f += t1 * load4(right + kLanes);
    g += t2 * load4(right_end + kLanes);
    h += t3 * load4(right_end);
    taps += 2;
    left += 2 * kLanes;
    right += 2 * kLanes;
  }
  *out_left = sum4((a + c) + (b + d));
  *out_right = sum4((e + g) + (f + h));
}

// Four rows at once, again from both ends, the samples read once; joined by their weights.
float weigh_between(const Lanes* taps, const f32x4& weights, const float* x, int count) noexcept {
  f32x4 a0{}, a1{}, a2{}, a3{}, b0{}, b1{}, b2{}, b3{};
  const int lanes = count / kLanes;
  const Lanes *r0 = taps, *r1 = r0 + lanes, *r2 = r1 + lanes, *r3 = r2 + lanes;
  for (int k = 0, m = lanes - 1; k < m; ++k, --m) {
    const f32x4 p = load4(x + k * kLanes), q = load4(x + m * kLanes);
    a0 += r0[k].v * p;
    b0 += r0[m].v * q;
    a1 += r1[k].v * p;
    b1 += r1[m].v * q;
    a2 += r2[k].v * p;
    b2 += r2[m].v * q;
    a3 += r3[k].v * p;
    b3 += r3[m].v * q;
  }
  return (weights[0] * sum4(a0 + b0) + weights[3] * sum4(a3 + b3)) + (weights[1] * sum4(a1 + b1) + weights[2] * sum4(a2 + b2));
}

// Lagrange's cubic through the points -1, 0, 1, 2 at u in [0, 1).
f32x4 cubic_weights(double u) noexcept {
  const double before = u + 1.0, to_next = 1.0 - u, to_last = 2.0 - u;
  return f32x4{static_cast<float>(-u * to_next * to_last / 6.0), static_cast<float>(before * to_next * to_last / 2.0),
               static_cast<float>(before * u * to_last / 2.0), static_cast<float>(-before * u * to_next / 6.0)};
}

}  // namespace

Status Resampler::prepare(const ResamplerSpec& spec) {
  if (const Status status = validate(StreamSpec{spec.in_rate_hz, spec.channels, 1}); status != Status::ok) return status;
  if (const Status status = validate(StreamSpec{spec.out_rate_hz, spec.channels, 1}); status != Status::ok) return status;
  const auto in_mhz = static_cast<std::int64_t>(spec.in_rate_hz * 1000.0 + 0.5), out_mhz = static_cast<std::int64_t>(spec.out_rate_hz * 1000.0 + 0.5);
  const std::int64_t common = std::gcd(in_mhz, out_mhz);
  up_ = out_mhz / common;
  down_ = in_mhz / common;
  step_frames_ = down_ / up_;
  step_rest_ = down_ % up_;
  copies_ = up_ == down_;
  channels_ = spec.channels;
  if (copies_) {
    table_ = {};
    capacity_frames_ = 0;
  } else {
    table_.design(up_, down_);
    capacity_frames_ = 4 * table_.half_taps + kSpareFrames;
  }
  for (int c = 0; c < kMaxStripChannels; ++c) history_[c].assign(c < channels_ ? static_cast<std::size_t>(capacity_frames_) : 0, 0.0f);
  reset();
  return Status::ok;
}

void Resampler::reset() noexcept {
  // Silence before the first frame.
  end_ = at_frame_ = copies_ ? 0 : table_.half_taps - 1;
  for (int c = 0; c < channels_; ++c) std::fill_n(history_[c].begin(), end_, 0.0f);
  at_rest_ = 0;
  padding_frames_ = 0;
  fault_count_ = 0;
}

int Resampler::max_output_frames(int in_frames) const noexcept {
  if (in_frames <= 0) return 0;
  const std::int64_t frames = copies_ ? in_frames : static_cast<std::int64_t>(in_frames) * up_ / down_ + 2;
  return static_cast<int>(std::min<std::int64_t>(frames, std::numeric_limits<int>::max()));
}

int Resampler::process(ConstAudioBlock in, AudioBlock out) noexcept {
  if (copies_) return copy(in, out);
  int written = 0;
  for (int at = 0; at < in.frames;) {
    make_room();
    const int frames = std::min(in.frames - at, capacity_frames_ - end_);
    take(in.channels, at, frames);
    at += frames;
    written = emit(out, written);
  }
  return written;
}

int Resampler::drain(AudioBlock out) noexcept {
  if (copies_) return 0;
  int written = 0;
  while (written < out.frames) {
    // Frame j is within round(frames in * up / down) where (2 j + 1) * down <= 2 * frames in * up; seen from the end of the input.
    const std::int64_t left = end_ - padding_frames_ - at_frame_;
    if (2 * at_rest_ + down_ > 2 * left * up_) break;
    if (at_frame_ + table_.half_taps < end_) {
      write_frame(out, written++);
      advance();
    } else {
      make_room();
      for (int c = 0; c < channels_; ++c) history_[c][static_cast<std::size_t>(end_)] = 0.0f;
      ++end_;
      ++padding_frames_;
    }
  }
  return written;
}

int Resampler::copy(ConstAudioBlock in, AudioBlock out) noexcept {
  for (int c = 0; c < channels_; ++c) {
    const float* from = in.channel(c);
    float* to = out.channel(c);
    for (int i = 0; i < in.frames; ++i) to[i] = finite_or_counted(from[i]);
  }
  return in.frames;
}

float Resampler::finite_or_counted(float x) noexcept {
  if (is_finite(x)) return x;
  ++fault_count_;
  return 0.0f;
}

// Once the history is full, moves what the next output frame still reaches to its beginning.
void Resampler::make_room() noexcept {
  if (end_ < capacity_frames_) return;
  const int first = at_frame_ - table_.half_taps + 1;
  for (int c = 0; c < channels_; ++c) std::memmove(history_[c].data(), history_[c].data() + first, sizeof(float) * static_cast<std::size_t>(end_ - first));
  end_ -= first;
  at_frame_ -= first;
}

void Resampler::take(const float* const* planes, int at, int frames) noexcept {
  for (int c = 0; c < channels_; ++c) {
    const float* from = planes[c] + at;
    float* to = history_[c].data() + end_;
    for (int i = 0; i < frames; ++i) to[i] = flush_tiny(clamp_to(finite_or_counted(from[i]), -kLargest, kLargest));
  }
  end_ += frames;
}

int Resampler::emit(AudioBlock out, int at) noexcept {
  for (; at_frame_ + table_.half_taps < end_; advance()) write_frame(out, at++);
  return at;
}

void Resampler::advance() noexcept {
  at_frame_ += static_cast<int>(step_frames_);
  at_rest_ += step_rest_;
  if (at_rest_ >= up_) {
    at_rest_ -= up_;
    ++at_frame_;
  }
}

void Resampler::write_frame(AudioBlock out, int at) const noexcept {
  const int first = at_frame_ - table_.half_taps + 1, count = 2 * table_.half_taps;
  if (table_.exact) {
    const Lanes* taps = table_.row(at_rest_);
    if (channels_ == 1) {
      out.channel(0)[at] = weigh(taps, history_[0].data() + first, count);
    } else {
      weigh_two(taps, history_[0].data() + first, history_[1].data() + first, count, out.channel(0) + at, out.channel(1) + at);
    }
    return;
  }
  const std::int64_t scaled = at_rest_ * table_.phases;
  const f32x4 weights = cubic_weights(static_cast<double>(scaled % up_) / static_cast<double>(up_));
  const Lanes* taps = table_.row(scaled / up_);
  for (int c = 0; c < channels_; ++c) out.channel(c)[at] = weigh_between(taps, weights, history_[c].data() + first, count);
}

}  // namespace ag06::dsp
