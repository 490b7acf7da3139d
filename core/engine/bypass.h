// A unit with an on/off switch: lets the unit hear the signal fade in, then crossfades between the equally delayed input and the unit, so that
// switching neither clicks, now or in an echo, nor shifts time. Not for latency changes: the latency is the unit's whether it is on or off.
#pragma once

#include <algorithm>
#include <vector>

#include "base/math.h"
#include "dsp/primitives/delay_line.h"
#include "dsp/unit.h"

namespace ag06::engine {

// Guarantee: off and settled, the output is the delayed input bit for bit; on and settled, it is the unit's output bit for bit.
template <dsp::DspUnit Unit>
class Bypass {
 public:
  static constexpr double kFadeMs = 20.0;  // raised cosine: click metric <= -75 dB (TARGETS 5, "crossfade 10 ms raised cosine")

  // Control thread; allocates. Errors: the unit's. `more`: what the unit's prepare() takes beside the spec.
  template <class... More>
  [[nodiscard]] Status prepare(const StreamSpec& spec, More... more) {
    if (const Status status = unit_.prepare(spec, more...); status != Status::ok) return status;
    fade_frames_ = std::max(1, frames_for_ms(kFadeMs, spec.sample_rate_hz));
    max_frames_ = spec.max_block_frames;
    for (int c = 0; c < kMaxStripChannels; ++c) {
      const bool used = c < spec.channels;
      dry_delay_[c].prepare(used ? unit_.latency_frames() : 0);
      scratch_[c].assign(used ? static_cast<std::size_t>(max_frames_) : 0, 0.0f);
    }
    reset();
    return Status::ok;
  }

  void reset() noexcept {
    unit_.reset();
    for (dsp::DelayLine& delay : dry_delay_) delay.reset();
    phase_ = enabled_ ? Phase::on : Phase::off;
    fade_at_ = enabled_ ? fade_frames_ : 0;
  }

  void set_enabled(bool enabled) noexcept { enabled_ = enabled; }
  [[nodiscard]] Unit& unit() noexcept { return unit_; }
  [[nodiscard]] int latency_frames() const noexcept { return unit_.latency_frames(); }
  // Largest reduction during the latest process() call, 0 while off. For units that report one.
  [[nodiscard]] float gain_reduction_db() const noexcept { return reduction_db_; }

  // io.frames <= the prepared max_block_frames.
  void process(AudioBlock io) noexcept {
    turn();
    reduction_db_ = 0.0f;
    for (int at = 0; at < io.frames;) {
      const int frames = std::min(io.frames - at, frames_in_phase());
      float* planes[kMaxStripChannels];
      for (int c = 0; c < io.channel_count; ++c) planes[c] = io.channel(c) + at;
      run({planes, io.channel_count, frames});
      at += frames;
    }
  }

 private:
  // warming: the unit runs unheard until the signal has faded in and its look-ahead is filled.
  enum class Phase { off, warming, fading, on };

  void turn() noexcept {
    if (enabled_ && phase_ == Phase::off) {
      unit_.reset();
      warmed_ = 0;
      phase_ = Phase::warming;
    } else if (!enabled_ && phase_ == Phase::on) {
      phase_ = Phase::fading;
    } else if (!enabled_ && phase_ == Phase::warming) {
      phase_ = Phase::off;
    }
  }

  [[nodiscard]] int frames_in_phase() const noexcept {
    if (phase_ == Phase::warming) return fade_frames_ + unit_.latency_frames() - warmed_;
    if (phase_ == Phase::fading) return std::max(1, enabled_ ? fade_frames_ - fade_at_ : fade_at_);
    return max_frames_;
  }

  void run(AudioBlock io) noexcept {
    float* other[kMaxStripChannels] = {scratch_[0].data(), scratch_[1].data()};
    const AudioBlock scratch{other, io.channel_count, io.frames};
    if (phase_ == Phase::off) {
      for (int c = 0; c < io.channel_count; ++c) dry_delay_[c].process(io.channel(c), io.channel(c), io.frames);
      return;
    }
    if (phase_ == Phase::on) {
      for (int c = 0; c < io.channel_count; ++c) dry_delay_[c].process(io.channel(c), scratch.channel(c), io.frames);
      run_unit(io);
      return;
    }
    for (int c = 0; c < io.channel_count; ++c) std::copy(io.channel(c), io.channel(c) + io.frames, scratch.channel(c));
    if (phase_ == Phase::warming) fade_in(scratch);
    run_unit(scratch);
    for (int c = 0; c < io.channel_count; ++c) dry_delay_[c].process(io.channel(c), io.channel(c), io.frames);
    if (phase_ == Phase::warming) {
      warmed_ += io.frames;
      if (warmed_ == fade_frames_ + unit_.latency_frames()) phase_ = Phase::fading;
      return;
    }
    blend(io, scratch);
    if (enabled_ && fade_at_ >= fade_frames_) phase_ = Phase::on;
    if (!enabled_ && fade_at_ <= 0) phase_ = Phase::off;
  }

  // Half a cosine from 0 to 1.
  [[nodiscard]] float share_at(int frame) const noexcept { return static_cast<float>(0.5 - 0.5 * cos_exact(kPi * frame / fade_frames_)); }

  void fade_in(AudioBlock io) noexcept {
    for (int i = 0; i < std::min(io.frames, fade_frames_ - warmed_); ++i) {
      const float share = share_at(warmed_ + i);
      for (int c = 0; c < io.channel_count; ++c) io.channel(c)[i] *= share;
    }
  }

  void blend(AudioBlock dry, AudioBlock wet) noexcept {
    const int step = enabled_ ? 1 : -1;
    for (int i = 0; i < dry.frames; ++i, fade_at_ += step) {
      const float share = share_at(fade_at_);
      for (int c = 0; c < dry.channel_count; ++c) dry.channel(c)[i] += share * (wet.channel(c)[i] - dry.channel(c)[i]);
    }
  }

  void run_unit(AudioBlock io) noexcept {
    unit_.process(io);
    if constexpr (requires { unit_.gain_reduction_db(); }) reduction_db_ = std::max(reduction_db_, unit_.gain_reduction_db());
  }

  Unit unit_;
  dsp::DelayLine dry_delay_[kMaxStripChannels];
  std::vector<float> scratch_[kMaxStripChannels];
  Phase phase_ = Phase::off;
  bool enabled_ = false;
  int fade_frames_ = 1;
  int fade_at_ = 0;  // 0: input heard, fade_frames_: unit heard
  int warmed_ = 0;   // frames of the warming phase
  int max_frames_ = 1;
  float reduction_db_ = 0.0f;
};

}  // namespace ag06::engine
