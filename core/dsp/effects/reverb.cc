#include "dsp/effects/reverb.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::dsp {
namespace {
constexpr double kFadeMs = 40.0;
constexpr double kGateMs = 15.0;
constexpr double kEmptyMs = 20.0;
constexpr double kLevelSettleMs = 30.0;
constexpr float kLoudestInputLin = 16.0f;
static_assert(DspUnit<Reverb>);

// 10p^3 - 15p^4 + 6p^5: slope and curvature are zero at both ends.
[[nodiscard]] float smooth_step(double p) noexcept { return static_cast<float>(p * p * p * (10.0 + p * (6.0 * p - 15.0))); }

// All that a setting is designed from; level, width and modulation move by themselves.
[[nodiscard]] bool same_setting(const ReverbParams& a, const ReverbParams& b) noexcept {
  return a.predelay_ms == b.predelay_ms && a.decay_s == b.decay_s && a.low_decay_ratio == b.low_decay_ratio &&
         a.high_decay_ratio == b.high_decay_ratio && a.size_ratio == b.size_ratio && a.low_cut_hz == b.low_cut_hz && a.high_cut_hz == b.high_cut_hz;
}
}  // namespace

Status Reverb::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  channels_ = spec.channels;
  absorption_.prepare(sample_rate_hz_);
  front_.prepare(sample_rate_hz_);
  tank_.prepare(sample_rate_hz_);
  fade_step_ = 1.0 / (kFadeMs * 0.001 * sample_rate_hz_);
  gate_step_ = 1.0 / (kGateMs * 0.001 * sample_rate_hz_);
  empty_parts_ = std::max(1, static_cast<int>(kEmptyMs * 0.001 * sample_rate_hz_) / kReverbGridFrames);
  level_lin_.prepare(sample_rate_hz_, kLevelSettleMs);
  width_ratio_.prepare(sample_rate_hz_, kLevelSettleMs);
  set_params({});
  reset();
  return Status::ok;
}

void Reverb::clear_part(int part, int parts) noexcept {
  front_.clear_part(part, parts);
  tank_.clear_part(part, parts);
}

void Reverb::reset() noexcept {
  clear_part(0, 1);
  level_lin_.snap();
  width_ratio_.snap();
  side_lin_ = static_cast<float>(width_ratio_.value());
  width_loudness_lin_ = static_cast<float>(std::sqrt(2.0 / (1.0 + width_ratio_.value() * width_ratio_.value())));
  grid_at_ = 0;
  phase_ = Phase::resting;
  if (level_lin_.value() > 0.0) start();
  gate_progress_ = 1.0;  // whatever comes first is the signal's own beginning
}

void Reverb::set_params(const ReverbParams& params) noexcept {
  wanted_ = clamped(params);
  level_lin_.set_target(static_cast<double>(wanted_.level_lin));
  // One channel hears both sides as one.
  width_ratio_.set_target(channels_ == 1 ? 0.0 : static_cast<double>(wanted_.width_ratio));
  tank_.set_modulation(static_cast<double>(wanted_.modulation_ratio));
}

void Reverb::start() noexcept {
  applied_ = wanted_;
  index_ = 0;
  fading_ = false;
  settings_[0] = design_reverb(applied_, absorption_, sample_rate_hz_);
  front_.start(applied_.type);
  tank_.start(applied_.type);
  gate_progress_ = 0.0;
  phase_ = Phase::running;
}

void Reverb::begin_fade() noexcept {
  applied_ = wanted_;
  settings_[1 - index_] = design_reverb(applied_, absorption_, sample_rate_hz_);
  front_.copy_reading(index_, 1 - index_);
  tank_.copy_reading(index_, 1 - index_);
  fade_progress_ = 0.0;
  fading_ = true;
}

void Reverb::step() noexcept {
  if (phase_ == Phase::emptying) {
    clear_part(emptied_parts_, empty_parts_);
    if (++emptied_parts_ == empty_parts_) phase_ = Phase::resting;
  } else if (phase_ == Phase::resting) {
    if (level_lin_.target() > 0.0) start();
  } else {
    if (phase_ == Phase::running && gate_progress_ >= 1.0 && wanted_.type != applied_.type) {
      phase_ = Phase::stopping;
      gate_progress_ = 0.0;
    }
    const bool silent = level_lin_.settled() && level_lin_.value() == 0.0;
    if (silent || (phase_ == Phase::stopping && gate_progress_ >= 1.0)) {
      phase_ = Phase::emptying;
      emptied_parts_ = 0;
      return;
    }
    if (fading_ && fade_progress_ >= 1.0) {
      fading_ = false;
      index_ = 1 - index_;
    }
    if (!fading_ && phase_ == Phase::running && wanted_.type == applied_.type && !same_setting(wanted_, applied_)) begin_fade();
  }
  if (phase_ == Phase::running || phase_ == Phase::stopping) {
    front_.flush();
    tank_.step(settings_[index_], index_, fading_ ? &settings_[1 - index_] : nullptr);
  }
}

void Reverb::process_chunk(AudioBlock io, int at, int frames) noexcept {
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c) + at;
    for (int i = 0; i < frames; ++i) samples[i] = is_finite(samples[i]) ? samples[i] : 0.0f;
  }
  if (phase_ == Phase::resting || phase_ == Phase::emptying) return;

  float in[2 * kReverbGridFrames], lanes[kReverbLanes * kReverbGridFrames], left[kReverbGridFrames], right[kReverbGridFrames];
  float fade[kReverbGridFrames], stop_lin[kReverbGridFrames];
  const float* from[2] = {io.channel(0) + at, io.channel(io.channel_count - 1) + at};
  for (int i = 0; i < frames; ++i) {
    float gate = 1.0f;
    if (gate_progress_ < 1.0) {
      gate_progress_ = std::min(1.0, gate_progress_ + gate_step_);
      gate = smooth_step(gate_progress_);
    }
    stop_lin[i] = phase_ == Phase::stopping ? 1.0f - gate : 1.0f;
    const float start_lin = phase_ == Phase::stopping ? 1.0f : gate;
    for (int c = 0; c < 2; ++c) in[2 * i + c] = start_lin * std::max(-kLoudestInputLin, std::min(from[c][i], kLoudestInputLin));
  }
  if (fading_)
    for (int i = 0; i < frames; ++i) {
      fade_progress_ = std::min(1.0, fade_progress_ + fade_step_);
      fade[i] = smooth_step(fade_progress_);
    }
  const float* weights = fading_ ? fade : nullptr;
  front_.process(in, settings_[index_], index_, settings_[1 - index_], weights, frames, lanes);
  tank_.process(lanes, settings_[index_], index_, settings_[1 - index_], weights, frames, left, right);

  for (int i = 0; i < frames; ++i) {
    if (!width_ratio_.settled()) {
      const double width = width_ratio_.next();
      side_lin_ = static_cast<float>(width);
      width_loudness_lin_ = static_cast<float>(std::sqrt(2.0 / (1.0 + width * width)));
    }
    const float level = static_cast<float>(level_lin_.next()) * width_loudness_lin_ * stop_lin[i];
    const float mid = 0.5f * (left[i] + right[i]), side = 0.5f * side_lin_ * (left[i] - right[i]);
    io.channel(0)[at + i] += level * (mid + side);
    if (io.channel_count > 1) io.channel(1)[at + i] += level * (mid - side);
  }
}

void Reverb::process(AudioBlock io) noexcept {
  for (int at = 0; at < io.frames;) {
    if (grid_at_ == 0) step();
    const int frames = std::min(kReverbGridFrames - grid_at_, io.frames - at);
    process_chunk(io, at, frames);
    at += frames;
    grid_at_ = (grid_at_ + frames) % kReverbGridFrames;
  }
}

}  // namespace ag06::dsp
