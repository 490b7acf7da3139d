#include "analysis/stream_meter.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kNan = __builtin_nan("");
// EBU Tech 3342: a file is followed by at least 1.5 s of silence, so that its end counts in the short-term loudness like its middle.
constexpr double kRangePaddingS = 1.5;
constexpr double kDynamicsFloorLufs = -70.0;
constexpr int kSliceFrames = 256;
}  // namespace

Status StreamMeter::prepare(const StreamSpec& spec) {
  if (const Status status = loudness_.prepare(spec); status != Status::ok) return status;
  if (const Status status = true_peak_.prepare(spec); status != Status::ok) return status;
  spec_ = spec;
  reset();
  return Status::ok;
}

void StreamMeter::reset() noexcept {
  loudness_.reset();
  true_peak_.reset();
  momentary_.clear();
  sum_ = {};
  energy_ = {};
  peak_lin_ = 0.0f;
  frames_ = 0.0;
}

void StreamMeter::process(ConstAudioBlock in) noexcept {
  for (int at = 0; at < in.frames;) {
    const int frames = std::min(in.frames - at, loudness_.frames_to_update());
    const float* planes[kMaxMeterChannels];
    for (int c = 0; c < in.channel_count; ++c) planes[c] = in.channel(c) + at;
    const ConstAudioBlock slice{planes, in.channel_count, frames};
    const bool updates = frames == loudness_.frames_to_update();
    loudness_.process(slice);
    if (updates) momentary_.add(loudness_.momentary_lufs());
    at += frames;
  }
  true_peak_.process(in);
  for (int c = 0; c < in.channel_count; ++c) {
    double sum = sum_[static_cast<std::size_t>(c)];
    double energy = energy_[static_cast<std::size_t>(c)];
    float peak = peak_lin_;
    for (int i = 0; i < in.frames; ++i) {
      const float x = is_finite(in.channel(c)[i]) ? in.channel(c)[i] : 0.0f;
      sum += x;
      energy += static_cast<double>(x) * x;
      peak = std::max(peak, std::fabs(x));
    }
    sum_[static_cast<std::size_t>(c)] = sum;
    energy_[static_cast<std::size_t>(c)] = energy;
    peak_lin_ = peak;
  }
  frames_ += in.frames;
}

// Lets out what the meters still hold. Only the range hears the padding of the loudness meter.
void StreamMeter::feed_silence(double duration_s, bool loudness) noexcept {
  const float zeros[kSliceFrames] = {};
  const float* planes[kMaxMeterChannels];
  std::fill(std::begin(planes), std::end(planes), zeros);
  for (auto left = static_cast<int>(duration_s * spec_.sample_rate_hz + 1.0); left > 0; left -= kSliceFrames) {
    const ConstAudioBlock silence{planes, spec_.channels, std::min(left, kSliceFrames)};
    if (loudness) loudness_.process(silence);
    else true_peak_.process(silence);
  }
}

StreamReport StreamMeter::finish() noexcept {
  StreamReport report{};
  report.frames = frames_;
  report.integrated_lufs = loudness_.integrated_lufs();
  report.momentary_max_lufs = loudness_.momentary_max_lufs();
  report.short_term_max_lufs = loudness_.short_term_max_lufs();
  feed_silence(kRangePaddingS, true);
  report.range_lu = loudness_.range_lu();
  feed_silence(true_peak_.delay_frames() / spec_.sample_rate_hz, false);
  report.true_peak_dbtp = true_peak_.max_dbtp();
  report.sample_peak_dbfs = peak_lin_ > 0.0f ? lin_to_db(peak_lin_) : kNan;
  double energy = 0.0;
  for (int c = 0; c < spec_.channels; ++c) {
    energy += energy_[static_cast<std::size_t>(c)];
    report.dc_offset_ratio = std::max(report.dc_offset_ratio, frames_ > 0.0 ? std::fabs(sum_[static_cast<std::size_t>(c)]) / frames_ : 0.0);
  }
  report.rms_dbfs = energy > 0.0 ? 0.5 * lin_to_db(energy / (frames_ * spec_.channels)) : kNan;
  report.crest_factor_db = report.sample_peak_dbfs - report.rms_dbfs;
  report.plr_db = report.true_peak_dbtp - report.integrated_lufs;
  report.noise_floor_lufs = momentary_.percentile_db(0.02);
  report.dynamic_range_db = momentary_.percentile_db(0.95, kDynamicsFloorLufs) - momentary_.percentile_db(0.10, kDynamicsFloorLufs);
  return report;
}

}  // namespace ag06::analysis
