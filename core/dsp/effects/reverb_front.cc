#include "dsp/effects/reverb_front.h"

#include <algorithm>

#include "base/math.h"
#include "base/stream_spec.h"

namespace ag06::dsp {
namespace {
[[nodiscard]] f64x2 flushed2(f64x2 v) noexcept { return f64x2{flush_tiny(v[0]), flush_tiny(v[1])}; }
}  // namespace

void ReverbFront::prepare(double sample_rate_hz) {
  const int longest = frames_for_ms(static_cast<double>(kLongestReverbPredelayMs + kLongestReverbEarlyMs), sample_rate_hz) + kReverbGridFrames;
  ring_frames_ = reverb_ring_frames(longest);
  memory_.assign(2u * ring_frames_, 0.0f);
}

void ReverbFront::clear_part(int part, int parts) noexcept { clear_memory_part(memory_, part, parts); }

void ReverbFront::start(ReverbType type) noexcept {
  const ReverbLayout& layout = reverb_layout(type);
  taps_ = kReverbLaneTaps;
  while (taps_ > 1 && layout.lane_tap_lin[taps_ - 1] == 0.0f) --taps_;
  readings_[0] = readings_[1] = Reading{};
  at_ = 0;
}

void ReverbFront::flush() noexcept {
  for (Reading& reading : readings_) {
    for (f64x2* state : {&reading.low_1, &reading.low_2, &reading.high_1, &reading.high_2}) *state = flushed2(*state);
    dsp::flush(reading.losses);
  }
}

void ReverbFront::cut(const float* in, const ReverbSetting& setting, int index, int frames, float* out) noexcept {
  Reading s = readings_[index];
  const f64x2 l1 = splat2(setting.low_cut.a1), l2 = splat2(setting.low_cut.a2), l3 = splat2(setting.low_cut.a3);
  const f64x2 h1 = splat2(setting.high_cut.a1), h2 = splat2(setting.high_cut.a2), h3 = splat2(setting.high_cut.a3);
  const f64x2 two = splat2(2.0), damping = splat2(kCutDamping);
  for (int i = 0; i < frames; ++i) {
    const f64x2 x = {static_cast<double>(in[2 * i]), static_cast<double>(in[2 * i + 1])};
    f64x2 v3 = x - s.low_2;
    f64x2 v1 = l1 * s.low_1 + l2 * v3, v2 = s.low_2 + l2 * s.low_1 + l3 * v3;
    s.low_1 = two * v1 - s.low_1;
    s.low_2 = two * v2 - s.low_2;
    const f64x2 high_passed = x - damping * v1 - v2;
    v3 = high_passed - s.high_2;
    v1 = h1 * s.high_1 + h2 * v3;
    v2 = s.high_2 + h2 * s.high_1 + h3 * v3;
    s.high_1 = two * v1 - s.high_1;
    s.high_2 = two * v2 - s.high_2;
    for (int c = 0; c < 2; ++c) out[2 * i + c] = flushed(static_cast<float>(v2[c]));
  }
  readings_[index] = s;
}

void ReverbFront::reflect(const ReverbSetting& setting, int index, int frames, float* lanes) noexcept {
  const std::uint32_t mask = ring_frames_ - 1u;
  std::fill(lanes, lanes + frames * kReverbLanes, 0.0f);
  for (int tap = 0; tap < taps_; ++tap)
    for (int lane = 0; lane < kReverbLanes; ++lane) {
      // Even lanes hear the left first, odd ones the right; each next reflection comes from the other side.
      const std::size_t channel = static_cast<std::size_t>((lane + tap) & 1);
      const float* ring = memory_.data() + channel * ring_frames_;
      const std::uint32_t from = (at_ - static_cast<std::uint32_t>(setting.lane_tap_frames[lane][tap])) & mask;
      const int before_wrap = std::min(frames, static_cast<int>(ring_frames_ - from));
      const float tap_lin = setting.lane_tap_lin[lane][tap];
      for (int i = 0; i < before_wrap; ++i) lanes[i * kReverbLanes + lane] += tap_lin * ring[from + static_cast<std::uint32_t>(i)];
      for (int i = before_wrap; i < frames; ++i) lanes[i * kReverbLanes + lane] += tap_lin * ring[i - before_wrap];
    }
  AbsorbentState losses = readings_[index].losses;
  for (int i = 0; i < frames; ++i) store4(lanes + i * kReverbLanes, absorbed(load4(lanes + i * kReverbLanes), setting.lane_absorbents, losses));
  readings_[index].losses = losses;
}

void ReverbFront::process(const float* in, const ReverbSetting& now, int index, const ReverbSetting& incoming, const float* fade, int frames,
                          float* lanes) noexcept {
  float cut_now[2 * kReverbGridFrames], cut_next[2 * kReverbGridFrames];
  cut(in, now, index, frames, cut_now);
  if (fade) {
    cut(in, incoming, 1 - index, frames, cut_next);
    for (int i = 0; i < 2 * frames; ++i) cut_now[i] += fade[i / 2] * (cut_next[i] - cut_now[i]);
  }
  const std::uint32_t mask = ring_frames_ - 1u;
  for (int i = 0; i < frames; ++i)
    for (std::uint32_t c = 0; c < 2; ++c)
      memory_[c * ring_frames_ + ((at_ + static_cast<std::uint32_t>(i)) & mask)] = cut_now[2 * i + static_cast<int>(c)];
  reflect(now, index, frames, lanes);
  if (fade) {
    float next[kReverbLanes * kReverbGridFrames];
    reflect(incoming, 1 - index, frames, next);
    for (int i = 0; i < kReverbLanes * frames; ++i) lanes[i] += fade[i / kReverbLanes] * (next[i] - lanes[i]);
  }
  at_ += static_cast<std::uint32_t>(frames);
}

}  // namespace ag06::dsp
