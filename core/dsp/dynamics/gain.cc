#include "dsp/dynamics/gain.h"

namespace ag06::dsp {
namespace {
constexpr double kSmoothingMs = 16.0;
constexpr double kMostDbPerMs = 0.4;  // a swing over the whole range, into a limiter, then clicks below -75 dB
static_assert(DspUnit<Gain>);
}  // namespace

Status Gain::prepare(const StreamSpec& spec) noexcept {
  if (const Status status = validate(spec); status != Status::ok) return status;
  gain_db_.prepare(spec.sample_rate_hz, kSmoothingMs);
  most_db_per_frame_ = kMostDbPerMs * 1000.0 / spec.sample_rate_hz;
  set_params({});
  reset();
  return Status::ok;
}

void Gain::reset() noexcept {
  ramp_db_ = target_db_;
  gain_db_.set_target(target_db_);
  gain_db_.snap();
}

void Gain::set_params(const GainParams& params) noexcept {
  const float gain_db = is_finite(params.gain_db) ? clamp_to(params.gain_db, -120.0f, 60.0f) : 0.0f;
  target_db_ = static_cast<double>(gain_db);
  target_lin_ = gain_db == 0.0f ? 1.0f : static_cast<float>(db_to_lin(target_db_));
}

float Gain::next() noexcept {
  ramp_db_ += clamp_to(target_db_ - ramp_db_, -most_db_per_frame_, most_db_per_frame_);
  gain_db_.set_target(ramp_db_);
  return db_to_lin_fast(static_cast<float>(gain_db_.next()));
}

void Gain::process(AudioBlock io) noexcept {
  int settled_from = 0;
  for (; settled_from < io.frames && !settled(); ++settled_from) {
    const float gain = next();
    for (int c = 0; c < io.channel_count; ++c) io.channel(c)[settled_from] *= gain;
  }
  if (target_lin_ == 1.0f) return;
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c);
    for (int i = settled_from; i < io.frames; ++i) samples[i] *= target_lin_;
  }
}

}  // namespace ag06::dsp
