#include "analysis/true_peak.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::analysis {

Status TruePeakMeter::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec, kMaxMeterChannels); status != Status::ok) return status;
  for (int c = 0; c < spec.channels; ++c) interpolators_[static_cast<std::size_t>(c)].prepare(spec.sample_rate_hz);
  reset();
  return Status::ok;
}

void TruePeakMeter::reset() noexcept {
  for (dsp::PeakInterpolator& interpolator : interpolators_) interpolator.reset();
  max_lin_ = interval_lin_ = 0.0f;
}

void TruePeakMeter::process(ConstAudioBlock in) noexcept {
  for (int c = 0; c < in.channel_count; ++c) {
    dsp::PeakInterpolator& interpolator = interpolators_[static_cast<std::size_t>(c)];
    const float* samples = in.channel(c);
    for (int i = 0; i < in.frames; ++i) {
      const float x = is_finite(samples[i]) ? clamp_to(samples[i], -1e20f, 1e20f) : 0.0f;
      interval_lin_ = std::max(interval_lin_, interpolator.next(x, intervals_wanted_ ? interval_lin_ : max_lin_));
      max_lin_ = std::max(max_lin_, interval_lin_);
    }
  }
}

double TruePeakMeter::take_peak_dbtp() noexcept {
  const double level = level_dbtp(interval_lin_);
  interval_lin_ = 0.0f;
  intervals_wanted_ = true;
  return level;
}

double TruePeakMeter::level_dbtp(float lin) noexcept { return lin > 0.0f ? lin_to_db(lin) : __builtin_nan(""); }

}  // namespace ag06::analysis
