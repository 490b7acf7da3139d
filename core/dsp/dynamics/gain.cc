#include "dsp/dynamics/gain.h"

namespace ag06::dsp {
namespace {
constexpr double kSmoothingMs = 16.0;
static_assert(DspUnit<Gain>);
}  // namespace

Status Gain::prepare(const StreamSpec& spec) noexcept {
  if (const Status status = validate(spec); status != Status::ok) return status;
  gain_lin_.prepare(spec.sample_rate_hz, kSmoothingMs);
  set_params({});
  reset();
  return Status::ok;
}

void Gain::set_params(const GainParams& params) noexcept {
  const float gain_db = is_finite(params.gain_db) ? clamp_to(params.gain_db, -120.0f, 60.0f) : 0.0f;
  gain_lin_.set_target(gain_db == 0.0f ? 1.0 : db_to_lin(gain_db));
}

void Gain::process(AudioBlock io) noexcept {
  int settled_from = 0;
  for (; settled_from < io.frames && !gain_lin_.settled(); ++settled_from) {
    const auto gain = static_cast<float>(gain_lin_.next());
    for (int c = 0; c < io.channel_count; ++c) io.channel(c)[settled_from] *= gain;
  }
  const auto gain = static_cast<float>(gain_lin_.value());
  if (gain == 1.0f) return;
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c);
    for (int i = settled_from; i < io.frames; ++i) samples[i] *= gain;
  }
}

}  // namespace ag06::dsp
