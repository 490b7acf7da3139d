#include "dsp/resample/resampler.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <numeric>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::dsp {
namespace {

using Lanes = ResamplerTable::Lanes;
constexpr int kLanes = ResamplerTable::kLanes;

constexpr float kLargest = 1e30f;
constexpr float kSmallest = 1e-15f;  // as flush_tiny()
constexpr int kSpareFrames = 1024;

float bounded(float x) noexcept { return flush_tiny(clamp_to(x, -kLargest, kLargest)); }

// As bounded() lane by lane; false, and nothing stored, where a lane is beyond the bounds or no number.
bool store_ordinary(float* to, f32x4 x) noexcept {
  const f32x4 magnitude = lanes_of(bits_of(x) & 0x7fffffff);
  const i32x4 ordinary = magnitude <= splat4(kLargest);  // false of NaN
  if ((ordinary[0] & ordinary[1] & ordinary[2] & ordinary[3]) == 0) return false;
  store4(to, select4(magnitude < splat4(kSmallest), splat4(0.0f), x));
  return true;
}

// From both ends to the large taps in the middle, so that the sums stay small, and with them their rounding errors, until the last steps; four sums
// side by side hide the latency of the additions.
float weigh(const Lanes* taps, const float* x, int count) noexcept {
  f32x4 a{}, b{}, c{}, d{};
  for (std::ptrdiff_t k = 0, m = count / kLanes - 2; k < m; k += 2, m -= 2) {
    a += taps[k].v * load4(x + k * kLanes);
    b += taps[k + 1].v * load4(x + (k + 1) * kLanes);
    c += taps[m + 1].v * load4(x + (m + 1) * kLanes);
    d += taps[m].v * load4(x + m * kLanes);
  }
  return sum4((a + c) + (b + d));
}

// weigh() of both channels, the taps read once.
void weigh_two(const Lanes* taps, const float* x, const float* y, int count, float* out_x, float* out_y) noexcept {
  f32x4 a{}, b{}, c{}, d{}, e{}, f{}, g{}, h{};
  for (std::ptrdiff_t k = 0, m = count / kLanes - 2; k < m; k += 2, m -= 2) {
    const f32x4 t0 = taps[k].v, t1 = taps[k + 1].v, t2 = taps[m + 1].v, t3 = taps[m].v;
    a += t0 * load4(x + k * kLanes);
    b += t1 * load4(x + (k + 1) * kLanes);
    c += t2 * load4(x + (m + 1) * kLanes);
    d += t3 * load4(x + m * kLanes);
    e += t0 * load4(y + k * kLanes);
    f += t1 * load4(y + (k + 1) * kLanes);
    g += t2 * load4(y + (m + 1) * kLanes);
    h += t3 * load4(y + m * kLanes);
  }
  *out_x = sum4((a + c) + (b + d));
  *out_y = sum4((e + g) + (f + h));
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
    written = emit(out, written, std::numeric_limits<int>::max());
  }
  return written;
}

int Resampler::drain(AudioBlock out) noexcept {
  if (copies_) return 0;
  const int total = std::min(out.frames, frames_left());
  int written = emit(out, 0, total);
  while (written < total) {
    make_room();
    const int frames = std::min(table_.half_taps, capacity_frames_ - end_);
    for (int c = 0; c < channels_; ++c) std::fill_n(history_[c].begin() + end_, frames, 0.0f);
    end_ += frames;
    padding_frames_ += frames;
    written = emit(out, written, total);
  }
  return written;
}

// Frame j is one of round(frames in * up / down) where (2 j + 1) * down <= 2 * frames in * up; here counted from the next output to the end of the input.
int Resampler::frames_left() const noexcept {
  const std::int64_t left_frames = end_ - padding_frames_ - at_frame_;
  const std::int64_t slack = 2 * (left_frames * up_ - at_rest_) - down_;
  return slack < 0 ? 0 : static_cast<int>(slack / (2 * down_)) + 1;
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
    int i = 0;
    for (; i + kLanes <= frames; i += kLanes)
      if (!store_ordinary(to + i, load4(from + i)))
        for (int k = i; k < i + kLanes; ++k) to[k] = bounded(finite_or_counted(from[k]));
    for (; i < frames; ++i) to[i] = bounded(finite_or_counted(from[i]));
  }
  end_ += frames;
}

// Writes output frames at .. to - 1, as far as the history reaches, and returns where it stopped.
template <class WriteFrame>
int Resampler::walk(int at, int to, WriteFrame write_frame) noexcept {
  const int half_taps = table_.half_taps, end = end_ - half_taps, step_frames = static_cast<int>(step_frames_);
  int frame = at_frame_;
  std::int64_t rest = at_rest_;
  for (; frame < end && at < to; ++at) {
    write_frame(at, frame - half_taps + 1, rest);
    frame += step_frames;
    rest += step_rest_;
    if (rest >= up_) {
      rest -= up_;
      ++frame;
    }
  }
  at_frame_ = frame;
  at_rest_ = rest;
  return at;
}

int Resampler::emit(AudioBlock out, int at, int to) noexcept {
  const int count = 2 * table_.half_taps;
  if (!table_.exact) {
    return walk(at, to, [&](int j, int first, std::int64_t rest) {
      const std::int64_t scaled = rest * table_.phases;
      const f32x4 weights = cubic_weights(static_cast<double>(scaled % up_) / static_cast<double>(up_));
      const Lanes* taps = table_.row(scaled / up_);
      for (int c = 0; c < channels_; ++c) out.channel(c)[j] = weigh_between(taps, weights, history_[c].data() + first, count);
    });
  }
  const float *x = history_[0].data(), *y = history_[channels_ - 1].data();
  float *out_x = out.channel(0), *out_y = out.channel(channels_ - 1);
  if (channels_ == 1) return walk(at, to, [&](int j, int first, std::int64_t rest) { out_x[j] = weigh(table_.row(rest), x + first, count); });
  return walk(at, to, [&](int j, int first, std::int64_t rest) { weigh_two(table_.row(rest), x + first, y + first, count, out_x + j, out_y + j); });
}

}  // namespace ag06::dsp
