#include "analysis/stream_meter.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kNan = __builtin_nan("");
// Tech 3342: a file is followed by at least 1.5 s of silence, so that its end counts in the short-term loudness like its middle.
constexpr double kRangePaddingMs = 1500.0;
constexpr int kSilenceFrames = 256;
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
  sums_ = {};
  frames_ = 0.0;
}

void StreamMeter::process(ConstAudioBlock in) noexcept {
  loudness_.process(in);
  true_peak_.process(in);
  for (int c = 0; c < in.channel_count; ++c) {
    ChannelSums sums = sums_[static_cast<std::size_t>(c)];
    const float* samples = in.channel(c);
    for (int i = 0; i < in.frames; ++i) {
      const float x = is_finite(samples[i]) ? samples[i] : 0.0f;
      sums.sum += x;
      sums.energy += static_cast<double>(x) * x;
      sums.peak_lin = std::max(sums.peak_lin, std::fabs(x));
    }
    sums_[static_cast<std::size_t>(c)] = sums;
  }
  frames_ += in.frames;
}

template <class Meter>
void StreamMeter::feed_silence(Meter& meter, int frames) noexcept {
  const float zeros[kSilenceFrames] = {};
  const float* planes[kMaxMeterChannels];
  std::fill(std::begin(planes), std::end(planes), zeros);
  for (int left = frames; left > 0; left -= kSilenceFrames) meter.process({planes, spec_.channels, std::min(left, kSilenceFrames)});
}

StreamReport StreamMeter::finish() noexcept {
  StreamReport report{};
  report.integrated_lufs = loudness_.integrated_lufs();
  report.momentary_max_lufs = loudness_.momentary_max_lufs();
  report.short_term_max_lufs = loudness_.short_term_max_lufs();
  report.noise_floor_lufs = loudness_.block_percentile_lufs(0.02, GatingHistogram::kLowestLufs);
  report.dynamic_range_db = loudness_.block_percentile_lufs(0.95, kAbsoluteGateLufs) - loudness_.block_percentile_lufs(0.10, kAbsoluteGateLufs);
  feed_silence(loudness_, frames_for_ms(kRangePaddingMs, spec_.sample_rate_hz));
  report.range_lu = loudness_.range_lu();
  // The last peaks are still inside the interpolator.
  feed_silence(true_peak_, true_peak_.delay_frames());
  report.true_peak_dbtp = true_peak_.max_dbtp();

  ChannelSums all;
  double largest_sum = 0.0;
  for (const ChannelSums& sums : sums_) {
    all.energy += sums.energy;
    all.peak_lin = std::max(all.peak_lin, sums.peak_lin);
    largest_sum = std::max(largest_sum, std::fabs(sums.sum));
  }
  report.sample_peak_dbfs = all.peak_lin > 0.0f ? lin_to_db(all.peak_lin) : kNan;
  report.rms_dbfs = all.energy > 0.0 ? 0.5 * lin_to_db(all.energy / (frames_ * spec_.channels)) : kNan;
  report.crest_factor_db = report.sample_peak_dbfs - report.rms_dbfs;
  report.plr_db = report.true_peak_dbtp - report.integrated_lufs;
  report.dc_offset_ratio = frames_ > 0.0 ? largest_sum / frames_ : kNan;
  report.frames = frames_;
  return report;
}

}  // namespace ag06::analysis
