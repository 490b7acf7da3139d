#include "engine/monitor.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::engine {
namespace {
constexpr double kGainSettleMs = 20.0;
constexpr double kRatioSettleMs = 30.0;
constexpr double kLowestGainDb = -60.0;

double monitor_gain_lin(double gain_db) noexcept {
  if (!is_finite(gain_db) || gain_db >= 0.0) return 1.0;
  return db_to_lin(std::max(gain_db, kLowestGainDb));
}

double monitor_ratio(double ratio) noexcept { return is_finite(ratio) ? clamp_to(ratio, 0.0, 1.0) : 1.0; }

float peak_dbfs(float lin) noexcept { return lin > 0.0f ? lin_to_db_fast(lin) : __builtin_nanf(""); }
}  // namespace

Status Monitor::prepare(const StreamSpec& spec, LatencyMode mode) {
  if (const Status status = session_.prepare(spec, mode); status != Status::ok) return status;
  if (const Status status = loudness_.prepare(spec); status != Status::ok) return status;
  if (const Status status = true_peak_.prepare(spec); status != Status::ok) return status;
  spec_ = spec;
  for (int c = 0; c < kMaxStripChannels; ++c) {
    const bool used = c < spec.channels;
    const std::size_t frames = used ? static_cast<std::size_t>(spec.max_block_frames) : 0;
    original_delay_[c].prepare(used ? session_.latency_frames() : 0);
    original_[c].assign(frames, 0.0f);
    heard_[c].assign(frames, 0.0f);
  }
  fade_frames_ = std::max(1, frames_for_ms(kCrossfadeMs, spec.sample_rate_hz));
  original_gain_.prepare(spec.sample_rate_hz, kGainSettleMs);
  processed_gain_.prepare(spec.sample_rate_hz, kGainSettleMs);
  processed_ratio_.prepare(spec.sample_rate_hz, kRatioSettleMs);
  set_monitor({});
  reset();
  return Status::ok;
}

void Monitor::reset() noexcept {
  session_.reset();
  for (dsp::DelayLine& delay : original_delay_) delay.reset();
  original_gain_.snap();
  processed_gain_.snap();
  processed_ratio_.snap();
  fade_at_ = processed_ ? fade_frames_ : 0;
  reset_meters();
}

void Monitor::reset_meters() noexcept {
  loudness_.reset();
  true_peak_.reset();
  dynamics_ = {};
  std::fill(std::begin(peak_lin_), std::end(peak_lin_), 0.0f);
}

void Monitor::set_monitor(const MonitorSettings& settings) noexcept {
  processed_ = settings.processed;
  original_gain_.set_target(monitor_gain_lin(settings.original_gain_db));
  processed_gain_.set_target(monitor_gain_lin(settings.processed_gain_db));
  processed_ratio_.set_target(monitor_ratio(settings.processed_ratio));
}

void Monitor::process(AudioBlock io) noexcept {
  for (int at = 0; at < io.frames; at += spec_.max_block_frames) {
    float* planes[kMaxStripChannels];
    for (int c = 0; c < io.channel_count; ++c) planes[c] = io.channel(c) + at;
    process_slice({planes, io.channel_count, std::min(spec_.max_block_frames, io.frames - at)});
  }
}

void Monitor::process_slice(AudioBlock io) noexcept {
  float* original_planes[kMaxStripChannels] = {original_[0].data(), original_[1].data()};
  float* heard_planes[kMaxStripChannels] = {heard_[0].data(), heard_[1].data()};
  const AudioBlock original{original_planes, io.channel_count, io.frames};
  const AudioBlock heard{heard_planes, io.channel_count, io.frames};
  for (int c = 0; c < io.channel_count; ++c) {
    original_delay_[c].process(io.channel(c), original.channel(c), io.frames);
    for (int i = 0; i < io.frames; ++i)
      if (!is_finite(original.channel(c)[i])) original.channel(c)[i] = 0.0f;
  }
  session_.process(io);
  dynamics_.include(session_.dynamics());
  mix(io, original, heard);
  loudness_.process(heard);
  true_peak_.process(heard);
  note_peaks(heard);
}

// Writes the gained crossfade to io and the crossfade without gains to heard, which the meters read.
void Monitor::mix(AudioBlock io, AudioBlock original, AudioBlock heard) noexcept {
  for (int i = 0; i < io.frames; ++i) {
    const auto original_gain = static_cast<float>(original_gain_.next());
    const auto processed_gain = static_cast<float>(processed_gain_.next());
    if (fade_at_ != (processed_ ? fade_frames_ : 0)) fade_at_ += processed_ ? 1 : -1;
    const double ratio = processed_ratio_.next();
    if (fade_at_ == fade_frames_ && ratio == 1.0) {
      for (int c = 0; c < io.channel_count; ++c) {
        heard.channel(c)[i] = io.channel(c)[i];
        io.channel(c)[i] *= processed_gain;
      }
    } else if (fade_at_ == 0 || ratio == 0.0) {
      for (int c = 0; c < io.channel_count; ++c) {
        heard.channel(c)[i] = original.channel(c)[i];
        io.channel(c)[i] = original.channel(c)[i] * original_gain;
      }
    } else {
      // Equal gain, not equal power: the two are the same programme.
      const double faded = fade_at_ == fade_frames_ ? 1.0 : 0.5 - 0.5 * cos_exact(kPi * fade_at_ / fade_frames_);
      const auto share = static_cast<float>(ratio * faded);
      for (int c = 0; c < io.channel_count; ++c) {
        const float a = original.channel(c)[i];
        const float b = io.channel(c)[i];
        heard.channel(c)[i] = a + share * (b - a);
        io.channel(c)[i] = a * original_gain + share * (b * processed_gain - a * original_gain);
      }
    }
  }
}

void Monitor::note_peaks(ConstAudioBlock heard) noexcept {
  for (int c = 0; c < heard.channel_count; ++c)
    for (int i = 0; i < heard.frames; ++i) peak_lin_[c] = std::max(peak_lin_[c], std::fabs(heard.channel(c)[i]));
}

const Telemetry& Monitor::take_telemetry() noexcept {
  telemetry_.momentary_lufs = static_cast<float>(loudness_.momentary_lufs());
  telemetry_.short_term_lufs = static_cast<float>(loudness_.short_term_lufs());
  telemetry_.integrated_lufs = static_cast<float>(loudness_.integrated_lufs());
  telemetry_.loudness_range_lu = static_cast<float>(loudness_.range_lu());
  telemetry_.momentary_max_lufs = static_cast<float>(loudness_.momentary_max_lufs());
  telemetry_.short_term_max_lufs = static_cast<float>(loudness_.short_term_max_lufs());
  telemetry_.true_peak_dbtp = static_cast<float>(true_peak_.take_peak_dbtp());
  telemetry_.true_peak_max_dbtp = static_cast<float>(true_peak_.max_dbtp());
  telemetry_.peak_left_dbfs = peak_dbfs(peak_lin_[0]);
  telemetry_.peak_right_dbfs = peak_dbfs(peak_lin_[spec_.channels == 2 ? 1 : 0]);
  telemetry_.gate_reduction_db = dynamics_.gate_reduction_db;
  telemetry_.compressor_reduction_db = dynamics_.compressor_reduction_db;
  telemetry_.limiter_reduction_db = dynamics_.limiter_reduction_db;
  telemetry_.processed_mix_ratio = static_cast<float>(processed_ratio_.value()) * static_cast<float>(fade_at_) / static_cast<float>(fade_frames_);
  telemetry_.fault_count = static_cast<float>(session_.fault_count());
  telemetry_.gate_input_dbfs = peak_dbfs(dynamics_.gate_input_lin);
  telemetry_.compressor_input_dbfs = peak_dbfs(dynamics_.compressor_input_lin);
  std::fill(std::begin(peak_lin_), std::end(peak_lin_), 0.0f);
  dynamics_ = {};
  return telemetry_;
}

}  // namespace ag06::engine
