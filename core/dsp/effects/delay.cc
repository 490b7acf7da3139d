#include "dsp/effects/delay.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd_math.h"
#include "dsp/primitives/ramp.h"

namespace ag06::dsp {
namespace {
constexpr double kLongestMs = 4000.0;
constexpr double kFadeMs = 50.0;
constexpr double kSmoothingMs = 20.0;
constexpr double kCornerSmoothingMs = 30.0;
constexpr double kHighestToRateRatio = 0.45;
constexpr float kLoudestLin = 16.0f;
static_assert(DspUnit<Delay>);
static_assert(DelayParams{}.time_ms <= kLongestMs);

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }
[[nodiscard]] f32x4 without_tiny(f32x4 x) noexcept { return select4((x < splat4(1e-15f)) & (x > splat4(-1e-15f)), f32x4{}, x); }

// The identity up to +-1, then bent smoothly towards +-2: 2 - 1 / |x|.
[[nodiscard]] f32x4 soft_clip(f32x4 x) noexcept {
  const f32x4 one = splat4(1.0f);
  const f32x4 magnitude = max4(one, max4(x, -x));
  const f32x4 bent = one - one / magnitude;
  return max4(-one, min4(x, one)) + select4(x < f32x4{}, -bent, bent);
}

}  // namespace

struct Delay::Ramps {
  float feedback[kGridFrames], ping_pong[kGridFrames], level[kGridFrames], feed[kGridFrames];
  double low_cut[kGridFrames], high_cut[kGridFrames];
};

Status Delay::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  channels_ = spec.channels;
  const int longest_frames = frames_for_ms(kLongestMs, sample_rate_hz_) + kTaps;
  for (int c = 0; c < channels_; ++c) lines_[c].prepare(longest_frames);
  fade_ = raised_cosine(frames_for_ms(kFadeMs, sample_rate_hz_));
  for (SmoothedValue* value : {&feedback_, &ping_pong_, &level_, &feed_}) value->prepare(sample_rate_hz_, kSmoothingMs);
  for (SmoothedValue* value : {&low_cut_gain_, &high_cut_gain_}) value->prepare(sample_rate_hz_, kCornerSmoothingMs);
  ducker_.prepare(sample_rate_hz_);
  set_params({});
  reset();
  return Status::ok;
}

void Delay::point_at(Tap& tap, double delay_frames) const noexcept {
  tap.delay_frames = delay_frames;
  const int whole = static_cast<int>(delay_frames);
  tap.oldest_age = whole + kTaps / 2;
  fractional_.design(1.0 - (delay_frames - whole), tap.coefficients);
}

// Starts with an empty memory and every control where it is wanted.
void Delay::wake() noexcept {
  for (int c = 0; c < channels_; ++c) lines_[c].forget();
  for (SmoothedValue* value : {&feedback_, &ping_pong_, &low_cut_gain_, &high_cut_gain_}) value->snap();
  low_cut_.reset();
  high_cut_.reset();
  ducker_.reset();
  fade_at_ = -1;
  if (tap_.delay_frames != wanted_delay_frames_) point_at(tap_, wanted_delay_frames_);
}

void Delay::reset() noexcept {
  wake();
  level_.snap();
  feed_.set_target(1.0);
  feed_.snap();
  runs_ = level_.value() != 0.0;
  grid_frame_ = 0;
}

void Delay::set_params(const DelayParams& params) noexcept {
  constexpr DelayParams fallback;
  const auto tangent = [&](float freq_hz) { return tan_exact(kPi * std::min(static_cast<double>(freq_hz) / sample_rate_hz_, kHighestToRateRatio)); };
  const double low_g = tangent(in_range(params.low_cut_hz, 20.0f, 2000.0f, fallback.low_cut_hz));
  const double high_g = tangent(in_range(params.high_cut_hz, 500.0f, 20000.0f, fallback.high_cut_hz));
  low_cut_gain_.set_target(StereoOnePole::gain_for(low_g));
  high_cut_gain_.set_target(StereoOnePole::gain_for(high_g));
  feedback_.set_target(in_range(params.feedback_ratio, 0.0f, 1.0f, fallback.feedback_ratio));
  ping_pong_.set_target(channels_ < 2 ? 0.0f : in_range(params.ping_pong_ratio, 0.0f, 1.0f, fallback.ping_pong_ratio));
  level_.set_target(in_range(params.level_lin, 0.0f, 1.0f, fallback.level_lin));
  ducker_.set_depth_db(in_range(params.duck_db, 0.0f, 24.0f, fallback.duck_db));
  // The low-pass G (1 + z^-1) / (1 - p z^-1) delays its passband by 1 / (2 g) frames.
  const double time_frames = static_cast<double>(in_range(params.time_ms, 1.0f, 4000.0f, fallback.time_ms)) * 0.001 * sample_rate_hz_;
  wanted_delay_frames_ = std::max(kTaps / 2 + 1.0, time_frames - 0.5 / high_g);
  if (runs_) return;
  // Nothing is heard yet: only the level has to rise, and what enters the memory, whose edge would be heard as often as it comes round.
  wake();
  feed_.set_target(0.0);
  feed_.snap();
  runs_ = level_.target() != 0.0;
  if (runs_) feed_.set_target(1.0);
}

void Delay::start_due_fade() noexcept {
  if (fade_at_ >= 0 || wanted_delay_frames_ == tap_.delay_frames) return;
  point_at(next_tap_, wanted_delay_frames_);
  fade_at_ = 0;
}

// out has room for whole vectors.
void Delay::read(const Tap& tap, const HistoryLine& line, float* out, int frames) const noexcept {
  // Frames whose whole kernel lies in the forgotten past.
  const int silent = clamp_to(tap.oldest_age - (kTaps - 1) - line.remembered_frames(), 0, frames);
  if (silent == frames) {
    std::fill_n(out, frames, 0.0f);
    return;
  }
  const float* from = line.run_from(tap.oldest_age);
  for (int i = 0; i < frames; i += 4) {
    f32x4 even{}, odd{};
    for (int k = 0; k < kTaps; k += 2) {
      even += splat4(tap.coefficients[k]) * load4(from + i + k);
      odd += splat4(tap.coefficients[k + 1]) * load4(from + i + k + 1);
    }
    store4(out + i, even + odd);
  }
  std::fill_n(out, silent, 0.0f);
}

void Delay::read_faded(int channel, float* out, int frames) const noexcept {
  read(tap_, lines_[channel], out, frames);
  if (fade_at_ < 0) return;
  float next[kGridFrames];
  read(next_tap_, lines_[channel], next, frames);
  const float* weight = fade_.data() + fade_at_;
  for (int i = 0; i < frames; ++i) out[i] += weight[i] * (next[i] - out[i]);
}

void Delay::filter(const Ramps& ramps, float (*wet)[kGridFrames], int frames) noexcept {
  StereoOnePole high_cut = high_cut_, low_cut = low_cut_;
  for (int i = 0; i < frames; ++i) {
    const f64x2 below = high_cut.low(f64x2{static_cast<double>(wet[0][i]), static_cast<double>(wet[1][i])}, ramps.high_cut[i]);
    const f64x2 kept = below - low_cut.low(below, ramps.low_cut[i]);
    wet[0][i] = static_cast<float>(kept[0]);
    wet[1][i] = static_cast<float>(kept[1]);
  }
  high_cut_ = high_cut;
  low_cut_ = low_cut;
}

void Delay::process_segment(AudioBlock io, int at, int frames) noexcept {
  Ramps ramps;
  ramp(feedback_, ramps.feedback, frames);
  ramp(ping_pong_, ramps.ping_pong, frames);
  ramp(level_, ramps.level, frames);
  ramp(feed_, ramps.feed, frames);
  ramp(low_cut_gain_, ramps.low_cut, frames);
  ramp(high_cut_gain_, ramps.high_cut, frames);

  float dry[kMaxStripChannels][kGridFrames], wet[kMaxStripChannels][kGridFrames], peaks_lin[kGridFrames];
  for (int c = 0; c < kMaxStripChannels; ++c) {
    if (c < channels_) {
      const float* samples = io.channel(c) + at;
      for (int i = 0; i < frames; ++i) dry[c][i] = flush_tiny(clamp_to(samples[i], -kLoudestLin, kLoudestLin));
      read_faded(c, wet[c], frames);
    }
    const int filled = c < channels_ ? frames : 0;
    std::fill(dry[c] + filled, dry[c] + whole_vectors(frames), 0.0f);
    std::fill(wet[c] + filled, wet[c] + whole_vectors(frames), 0.0f);
  }
  for (int i = 0; i < frames; ++i) peaks_lin[i] = std::max(std::fabs(dry[0][i]), std::fabs(dry[1][i]));
  filter(ramps, wet, frames);

  float to_line[kMaxStripChannels][kGridFrames];
  for (int i = 0; i < frames; i += 4) {
    const f32x4 left = without_tiny(load4(wet[0] + i)), right = without_tiny(load4(wet[1] + i));
    store4(wet[0] + i, left);
    store4(wet[1] + i, right);
    const f32x4 across = load4(ramps.ping_pong + i), along = splat4(1.0f) - across;
    const f32x4 feed = load4(ramps.feed + i), feedback = load4(ramps.feedback + i);
    const f32x4 dry_left = load4(dry[0] + i), dry_right = load4(dry[1] + i);
    const f32x4 in_left = along * dry_left + across * (splat4(0.5f) * (dry_left + dry_right)), in_right = along * dry_right;
    store4(to_line[0] + i, soft_clip(feed * in_left + feedback * (along * left + across * right)));
    store4(to_line[1] + i, soft_clip(feed * in_right + feedback * (along * right + across * left)));
  }
  ducker_.process(peaks_lin, ramps.level, frames);
  for (int c = 0; c < channels_; ++c) {
    lines_[c].write(to_line[c], frames);
    float* samples = io.channel(c) + at;
    for (int i = 0; i < frames; ++i) samples[i] += ramps.level[i] * wet[c][i];
  }
  if (fade_at_ >= 0 && (fade_at_ += frames) == static_cast<int>(fade_.size())) {
    tap_ = next_tap_;
    fade_at_ = -1;
  }
}

void Delay::process(AudioBlock io) noexcept {
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c);
    for (int i = 0; i < io.frames; ++i) samples[i] = is_finite(samples[i]) ? samples[i] : 0.0f;
  }
  for (int at = 0; at < io.frames;) {
    if (grid_frame_ == 0) {
      low_cut_.flush_tiny_state();
      high_cut_.flush_tiny_state();
      if (level_.settled() && level_.value() == 0.0) runs_ = false;
    }
    int frames = std::min(io.frames - at, kGridFrames - grid_frame_);
    if (runs_) {
      start_due_fade();
      frames = std::min(frames, longest_segment(tap_));
      if (fade_at_ >= 0) frames = std::min({frames, longest_segment(next_tap_), static_cast<int>(fade_.size()) - fade_at_});
      process_segment(io, at, frames);
    }
    at += frames;
    grid_frame_ = (grid_frame_ + frames) % kGridFrames;
  }
}

}  // namespace ag06::dsp
