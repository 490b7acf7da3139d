#include "analysis/true_peak.h"

#include <algorithm>
#include <limits>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr int kChunkFrames = 64;
constexpr float kLargestSample = 1e5f;

double level_dbtp(float lin) noexcept { return lin > 0.0f ? lin_to_db(static_cast<double>(lin)) : std::numeric_limits<double>::quiet_NaN(); }
}  // namespace

Status TruePeakMeter::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec, kMaxMeterChannels); status != Status::ok) return status;
  channels_ = spec.channels;
  for (int c = 0; c < channels_; ++c) interpolator_[c].prepare(kHalfTaps);
  reset();
  return Status::ok;
}

void TruePeakMeter::reset() noexcept {
  for (int c = 0; c < channels_; ++c) interpolator_[c].reset();
  max_lin_ = taken_since_lin_ = 0.0f;
}

void TruePeakMeter::process(ConstAudioBlock in) noexcept {
  const int channels = std::min(in.channel_count, channels_);
  float peak = taken_since_lin_;
  for (int at = 0; at < in.frames; at += kChunkFrames) {
    const int frames = std::min(kChunkFrames, in.frames - at);
    for (int c = 0; c < channels; ++c) {
      float cleaned[kChunkFrames], peaks_lin[kChunkFrames] = {};
      for (int i = 0; i < frames; ++i) {
        const float x = in.channel(c)[at + i];
        cleaned[i] = is_finite(x) ? clamp_to(x, -kLargestSample, kLargestSample) : 0.0f;
        peak = std::max(peak, cleaned[i] < 0.0f ? -cleaned[i] : cleaned[i]);
      }
      // Nothing at or under the peak read so far is of interest: after the loudest moment the interpolator mostly skips.
      if (!interpolator_[c].process(cleaned, frames, peak, peaks_lin)) continue;
      for (int i = 0; i < frames; ++i) peak = std::max(peak, peaks_lin[i]);
    }
  }
  taken_since_lin_ = peak;
  max_lin_ = std::max(max_lin_, peak);
}

double TruePeakMeter::max_dbtp() const noexcept { return level_dbtp(max_lin_); }

double TruePeakMeter::take_peak_dbtp() noexcept {
  const double peak_dbtp = level_dbtp(taken_since_lin_);
  taken_since_lin_ = 0.0f;
  return peak_dbtp;
}

}  // namespace ag06::analysis
