#include "dsp/dynamics/gate.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::dsp {
namespace {
constexpr float kLongestLookaheadMs = 50.0f;
// Ramps are never flatter than for this range, so that a range set to 0 dB is reached too.
constexpr float kSmallestRampDb = 6.0f;
static_assert(DspUnit<Gate>);

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }
}  // namespace

Status Gate::prepare(const StreamSpec& spec, float max_lookahead_ms) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  if (!(max_lookahead_ms >= 0.0f && max_lookahead_ms <= kLongestLookaheadMs)) return Status::out_of_range;
  sample_rate_hz_ = spec.sample_rate_hz;
  latency_frames_ = frames_for_ms(max_lookahead_ms, sample_rate_hz_);
  for (int c = 0; c < kMaxStripChannels; ++c) audio_[c].prepare(c < spec.channels ? latency_frames_ : 0);
  peaks_.assign(static_cast<std::size_t>(latency_frames_ + 1), 0.0f);
  set_params({});
  reset();
  return Status::ok;
}

void Gate::reset() noexcept {
  for (DelayLine& line : audio_) line.reset();
  std::fill(peaks_.begin(), peaks_.end(), 0.0f);
  write_at_ = 0;
  open_ = false;
  held_frames_ = 0;
  gain_lin_ = range_lin_;
  reduction_db_ = 0.0f;
}

void Gate::set_params(const GateParams& params) noexcept {
  constexpr GateParams fallback;
  const float threshold_dbfs = in_range(params.threshold_dbfs, -120.0f, 0.0f, fallback.threshold_dbfs);
  const float hysteresis_db = in_range(params.hysteresis_db, 0.0f, 24.0f, fallback.hysteresis_db);
  const float range_db = in_range(params.range_db, 0.0f, 120.0f, fallback.range_db);
  const double attack_frames = in_range(params.attack_ms, 0.02f, 1000.0f, fallback.attack_ms) * 0.001 * sample_rate_hz_;
  const double release_frames = in_range(params.release_ms, 1.0f, 10000.0f, fallback.release_ms) * 0.001 * sample_rate_hz_;
  open_lin_ = static_cast<float>(db_to_lin(threshold_dbfs));
  close_lin_ = static_cast<float>(db_to_lin(threshold_dbfs - hysteresis_db));
  range_lin_ = range_db == 0.0f ? 1.0f : static_cast<float>(db_to_lin(-range_db));
  const float ramp_db = std::max(range_db, kSmallestRampDb);
  opening_ratio_ = static_cast<float>(db_to_lin(ramp_db / std::max(1.0, attack_frames)));
  closing_ratio_ = static_cast<float>(db_to_lin(-ramp_db / std::max(1.0, release_frames)));
  hold_frames_ = frames_for_ms(in_range(params.hold_ms, 0.0f, 5000.0f, fallback.hold_ms), sample_rate_hz_);
  const int lookahead_frames = frames_for_ms(in_range(params.lookahead_ms, 0.0f, kLongestLookaheadMs, fallback.lookahead_ms), sample_rate_hz_);
  detector_delay_frames_ = std::max(0, latency_frames_ - lookahead_frames);
}

// The magnitude the detector hears now: the ring delays it so that it leads the delayed audio by the look-ahead.
float Gate::detect(float peak_lin) noexcept {
  const int size = static_cast<int>(peaks_.size());
  peaks_[static_cast<std::size_t>(write_at_)] = peak_lin;
  int read_at = write_at_ - detector_delay_frames_;
  if (read_at < 0) read_at += size;
  if (++write_at_ == size) write_at_ = 0;
  return peaks_[static_cast<std::size_t>(read_at)];
}

void Gate::move_gain() noexcept {
  const float target = open_ ? 1.0f : range_lin_;
  if (gain_lin_ < target) gain_lin_ = std::min(target, gain_lin_ * opening_ratio_);
  else if (gain_lin_ > target) gain_lin_ = std::max(target, gain_lin_ * closing_ratio_);
}

void Gate::process(AudioBlock io) noexcept {
  float lowest_gain = 1.0f;
  for (int i = 0; i < io.frames; ++i) {
    float peak_lin = 0.0f;
    for (int c = 0; c < io.channel_count; ++c) {
      float& x = io.channel(c)[i];
      if (!is_finite(x)) x = 0.0f;
      peak_lin = std::max(peak_lin, std::fabs(x));
    }
    const float level_lin = detect(peak_lin);
    if (level_lin >= open_lin_) open_ = true;
    if (level_lin >= close_lin_) held_frames_ = 0;
    else if (open_ && ++held_frames_ > hold_frames_) open_ = false;
    move_gain();
    lowest_gain = std::min(lowest_gain, gain_lin_);
    for (int c = 0; c < io.channel_count; ++c) io.channel(c)[i] = audio_[c].next(io.channel(c)[i]) * gain_lin_;
  }
  reduction_db_ = lowest_gain < 1.0f ? -lin_to_db_fast(lowest_gain) : 0.0f;
}

}  // namespace ag06::dsp
