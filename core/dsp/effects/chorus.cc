#include "dsp/effects/chorus.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd_math.h"
#include "dsp/primitives/fractional_taps.h"
#include "dsp/primitives/ramp.h"

namespace ag06::dsp {
namespace {
constexpr double kFadeMs = 50.0;
constexpr double kSmoothingMs = 20.0;
constexpr double kRateSmoothingMs = 100.0;
constexpr double kLowCutHz = 120.0;
constexpr double kVoiceSpread = 0.25;
constexpr double kLongestMs = 40.0 * (1.0 + kVoiceSpread) + 10.0;
constexpr double kKernelBand = 0.5;
constexpr float kLoudestLin = 16.0f;
constexpr double kTurn32 = 4294967296.0, kTurn64 = kTurn32 * kTurn32;
static_assert(DspUnit<Chorus>);

// Third and fifth partial of a triangle, 1/9 and 1/25, by Lanczos' factors re that of the first (C. Lanczos, "Applied Analysis", 1956, section 4.6).
constexpr double kThird = 0.0833, kFifth = 0.0144;

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }

// sin of phases in 2^-32 turns: Abramowitz & Stegun 4.3.65 on a folded quarter turn, error <= 4e-6.
using u32x4 = std::uint32_t __attribute__((vector_size(16)));
[[nodiscard]] f32x4 sine4(u32x4 phase) noexcept {
  const f32x4 half_turns = __builtin_convertvector(reinterpret_cast<i32x4>(phase), f32x4) * splat4(static_cast<float>(2.0 / kTurn32));
  const f32x4 folded = max4(min4(half_turns, splat4(1.0f) - half_turns), splat4(-1.0f) - half_turns);
  const f32x4 x = splat4(static_cast<float>(kPi)) * folded, x2 = x * x;
  const f32x4 tail = splat4(1.0f / 120.0f) + x2 * (splat4(-1.0f / 5040.0f) + x2 * splat4(1.0f / 362880.0f));
  return x * (splat4(1.0f) + x2 * (splat4(-1.0f / 6.0f) + x2 * tail));
}
}  // namespace

Status Chorus::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  channels_ = spec.channels;
  kernels_.resize(static_cast<std::size_t>(2 * kTaps * (kRows + 1)));
  const FractionalTaps<kTaps> fractional(kKernelBand);
  for (int row = 0; row <= kRows; ++row) {
    float next[kTaps];
    float* taps = kernels_.data() + 2 * kTaps * row;
    fractional.design(static_cast<double>(row) / kRows, taps);
    fractional.design(std::min(1.0, static_cast<double>(row + 1) / kRows), next);
    for (int k = 0; k < kTaps; ++k) taps[kTaps + k] = next[k] - taps[k];
  }
  for (int c = 0; c < channels_; ++c) lines_[c].prepare(frames_for_ms(kLongestMs, sample_rate_hz_) + kTaps + kGridFrames);
  low_cut_gain_ = StereoOnePole::gain_for(tan_exact(kPi * kLowCutHz / sample_rate_hz_));
  fade_ = raised_cosine(frames_for_ms(kFadeMs, sample_rate_hz_));
  for (SmoothedValue* value : {&level_, &feed_}) value->prepare(sample_rate_hz_, kSmoothingMs);
  rate_hz_.prepare(sample_rate_hz_, kRateSmoothingMs);
  set_params({});
  reset();
  return Status::ok;
}

void Chorus::arrange(Bank& bank, const Settings& settings) const noexcept {
  bank.settings = settings;
  const double frames_per_ms = 0.001 * sample_rate_hz_;
  const double delay_frames = static_cast<double>(settings.delay_ms) * frames_per_ms;
  const double shortest = settings.voices > 1 ? delay_frames * (1.0 - kVoiceSpread) : delay_frames;
  bank.depth_frames = static_cast<float>(std::min(static_cast<double>(settings.depth_ms) * frames_per_ms, shortest - (kTaps / 2 + 1)));
  const bool triangle = settings.shape == ChorusShape::triangle;
  const double third = triangle ? kThird : 0.0, fifth = triangle ? kFifth : 0.0, peak = 1.0 + third + fifth;
  // sin 3x = 3 s - 4 s^3, sin 5x = 5 s - 20 s^3 + 16 s^5
  bank.shape[0] = static_cast<float>((1.0 - 3.0 * third + 5.0 * fifth) / peak);
  bank.shape[1] = static_cast<float>((4.0 * third - 20.0 * fifth) / peak);
  bank.shape[2] = static_cast<float>(16.0 * fifth / peak);
  const double spread = channels_ > 1 ? static_cast<double>(settings.spread_ratio) : 0.0;
  const double norm = 1.0 / std::sqrt(static_cast<double>(settings.voices));
  for (int k = 0; k < settings.voices; ++k) {
    const double place = settings.voices > 1 ? 2.0 * k / (settings.voices - 1) - 1.0 : 0.0;  // -1 left and short, 1 right and long
    const double rest_frames = delay_frames * (1.0 + kVoiceSpread * place);
    // Equal power: the squares of both sides sum to 2, and over all voices each side's to their number.
    const SinCos pan = sincos_exact(0.25 * kPi * spread * place);
    for (int c = 0; c < channels_; ++c) {
      const double side = c == 0 ? -1.0 : 1.0;
      Tap& tap = bank.taps[c][k];
      tap.whole_frames = static_cast<int>(rest_frames);
      tap.rest_frames = static_cast<float>(rest_frames - tap.whole_frames);
      const double turns = static_cast<double>(k) / settings.voices + 1.0 + 0.125 * spread * side;
      tap.phase = static_cast<std::uint32_t>(static_cast<std::uint64_t>(turns * kTurn32));
      tap.gain_lin = static_cast<float>(norm * (pan.cos + side * pan.sin));
    }
  }
}

// Starts with an empty memory and every control where it is wanted.
void Chorus::wake() noexcept {
  for (int c = 0; c < channels_; ++c) lines_[c].clear();
  first_low_cut_.reset();
  second_low_cut_.reset();
  rate_hz_.snap();
  fade_at_ = -1;
  if (bank_.settings != wanted_) arrange(bank_, wanted_);
}

void Chorus::reset() noexcept {
  arrange(bank_, wanted_);
  wake();
  level_.snap();
  feed_.set_target(1.0);
  feed_.snap();
  phase_ = 0;
  runs_ = level_.value() != 0.0;
  grid_frame_ = 0;
}

void Chorus::set_params(const ChorusParams& params) noexcept {
  constexpr ChorusParams fallback;
  rate_hz_.set_target(in_range(params.rate_hz, 0.05f, 8.0f, fallback.rate_hz));
  level_.set_target(in_range(params.level_lin, 0.0f, 1.0f, fallback.level_lin));
  wanted_.voices = clamp_to(params.voices, 1, kMostVoices);
  wanted_.shape = params.shape == ChorusShape::triangle ? ChorusShape::triangle : ChorusShape::sine;
  wanted_.delay_ms = in_range(params.delay_ms, 5.0f, 40.0f, fallback.delay_ms);
  wanted_.depth_ms = in_range(params.depth_ms, 0.0f, 10.0f, fallback.depth_ms);
  wanted_.spread_ratio = in_range(params.spread_ratio, 0.0f, 1.0f, fallback.spread_ratio);
  if (runs_) return;
  // Nothing is heard yet: only the level has to rise, and what enters the memory, whose edge would be heard from each voice.
  feed_.set_target(0.0);
  feed_.snap();
  runs_ = level_.target() != 0.0;
  if (!runs_) return;
  wake();
  feed_.set_target(1.0);
}

void Chorus::read(const Bank& bank, int channel, const std::uint32_t* phases, float* out, int frames) const noexcept {
  const HistoryLine& line = lines_[channel];
  const f32x4 depth = splat4(bank.depth_frames), one = splat4(1.0f);
  const f32x4 a = splat4(bank.shape[0]), b = splat4(bank.shape[1]), c = splat4(bank.shape[2]);
  // Where each voice reads for each frame: the kernel's first sample by its age, the table's row, the share of the next row.
  std::int32_t ages[kMostVoices][kGridFrames], rows[kMostVoices][kGridFrames];
  float shares[kMostVoices][kGridFrames];
  const int voices = bank.settings.voices;
  for (int k = 0; k < voices; ++k) {
    const Tap& tap = bank.taps[channel][k];
    const f32x4 rest = splat4(tap.rest_frames);
    const u32x4 ahead{tap.phase, tap.phase, tap.phase, tap.phase};
    // The frames' own samples are written already.
    const int oldest_age = tap.whole_frames + kTaps / 2 + frames;
    for (int i = 0; i < frames; i += 4) {
      u32x4 phase;
      std::memcpy(&phase, phases + i, sizeof(phase));
      const f32x4 s = sine4(phase + ahead), s2 = s * s;
      const f32x4 swing = rest + depth * (s * (a + s2 * (b + s2 * c)));
      i32x4 whole = __builtin_convertvector(swing, i32x4);
      whole += swing < __builtin_convertvector(whole, f32x4);
      const f32x4 row = (one - (swing - __builtin_convertvector(whole, f32x4))) * splat4(static_cast<float>(kRows));
      const i32x4 whole_row = __builtin_convertvector(row, i32x4);
      const i32x4 age = whole + i32x4{oldest_age - i, oldest_age - i - 1, oldest_age - i - 2, oldest_age - i - 3};
      std::memcpy(ages[k] + i, &age, sizeof(age));
      std::memcpy(rows[k] + i, &whole_row, sizeof(whole_row));
      store4(shares[k] + i, row - __builtin_convertvector(whole_row, f32x4));
    }
  }
  const float* kernels = kernels_.data();
  for (int i = 0; i < frames; ++i) {
    f32x4 sum{};
    for (int k = 0; k < voices; ++k) {
      const float* from = line.run_from(ages[k][i]);
      const float* taps = kernels + 2 * kTaps * rows[k][i];
      const f32x4 share = splat4(shares[k][i]);
      const f32x4 early = (load4(taps) + share * load4(taps + kTaps)) * load4(from);
      const f32x4 late = (load4(taps + 4) + share * load4(taps + kTaps + 4)) * load4(from + 4);
      sum += splat4(bank.taps[channel][k].gain_lin) * (early + late);
    }
    out[i] = sum4(sum);
  }
}

void Chorus::process_segment(AudioBlock io, int at, int frames) noexcept {
  float feed[kGridFrames], level[kGridFrames], fed[kMaxStripChannels][kGridFrames], wet[kGridFrames], next[kGridFrames];
  ramp(feed_, feed, frames);
  ramp(level_, level, frames);
  std::uint32_t phases[kGridFrames];
  const double per_hz = kTurn64 / sample_rate_hz_;
  auto step = static_cast<std::uint64_t>(rate_hz_.value() * per_hz);
  for (int i = 0; i < frames; ++i) {
    phases[i] = static_cast<std::uint32_t>(phase_ >> 32);
    if (!rate_hz_.settled()) step = static_cast<std::uint64_t>(rate_hz_.next() * per_hz);
    phase_ += step;
  }
  std::fill(phases + frames, phases + whole_vectors(frames), 0u);

  const float* left = io.channel(0) + at;
  const float* right = io.channel(channels_ - 1) + at;
  const auto driving = [](float x) { return flush_tiny(clamp_to(x, -kLoudestLin, kLoudestLin)); };
  StereoOnePole first = first_low_cut_, second = second_low_cut_;
  const double low_cut_gain = low_cut_gain_;
  for (int i = 0; i < frames; ++i) {
    const f64x2 x{static_cast<double>(feed[i] * driving(left[i])), static_cast<double>(feed[i] * driving(right[i]))};
    const f64x2 once = x - first.low(x, low_cut_gain);
    const f64x2 high = once - second.low(once, low_cut_gain);
    fed[0][i] = flush_tiny(static_cast<float>(high[0]));
    fed[1][i] = flush_tiny(static_cast<float>(high[1]));
  }
  first_low_cut_ = first;
  second_low_cut_ = second;
  for (int c = 0; c < channels_; ++c) {
    lines_[c].write(fed[c], frames);
    read(bank_, c, phases, wet, frames);
    if (fade_at_ >= 0) {
      read(next_bank_, c, phases, next, frames);
      const float* weight = fade_.data() + fade_at_;
      for (int i = 0; i < frames; ++i) wet[i] += weight[i] * (next[i] - wet[i]);
    }
    float* samples = io.channel(c) + at;
    for (int i = 0; i < frames; ++i) samples[i] += flush_tiny(level[i] * wet[i]);
  }
  if (fade_at_ >= 0 && (fade_at_ += frames) == static_cast<int>(fade_.size())) {
    bank_ = next_bank_;
    fade_at_ = -1;
  }
}

void Chorus::process(AudioBlock io) noexcept {
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c);
    for (int i = 0; i < io.frames; ++i) samples[i] = is_finite(samples[i]) ? samples[i] : 0.0f;
  }
  for (int at = 0; at < io.frames;) {
    if (grid_frame_ == 0) {
      first_low_cut_.flush_tiny_state();
      second_low_cut_.flush_tiny_state();
      if (level_.settled() && level_.value() == 0.0) runs_ = false;
    }
    int frames = std::min(io.frames - at, kGridFrames - grid_frame_);
    if (runs_) {
      if (fade_at_ < 0 && bank_.settings != wanted_) {
        arrange(next_bank_, wanted_);
        fade_at_ = 0;
      }
      if (fade_at_ >= 0) frames = std::min(frames, static_cast<int>(fade_.size()) - fade_at_);
      process_segment(io, at, frames);
    }
    at += frames;
    grid_frame_ = (grid_frame_ + frames) % kGridFrames;
  }
}

}  // namespace ag06::dsp
