#include "dsp/dynamics/gate.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::dsp {
namespace {
constexpr float kLongestLookaheadMs = 50.0f;
constexpr double kSmoothingMs = 20.0;
constexpr float kGateRatio = 100.0f;
// Half a period of 50 Hz: from there upwards the expander hears a tone's peak, not its wave.
constexpr double kLevelWindowMs = 10.0;
constexpr float kSidechainLowOffHz = 20.0f;
constexpr float kSidechainHighOffHz = 20000.0f;
// The side chain hears nothing louder than +24 dBFS, so that its filters forget a burst of any size as soon as one of that size.
constexpr float kLoudestLin = 16.0f;
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
  range_db_.prepare(sample_rate_hz_, kSmoothingMs);
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
  progress_ = 0.0;
  range_db_.snap();
  low_cut_.reset();
  high_cut_.reset();
  expands_ = ratio_ < kGateRatio;
  recent_.restart(window_frames_);
  closed_db_.snap(expands_ ? curve_db(0.0f, range_db_.value()) : range_db_.value());
  reduction_now_db_ = static_cast<float>(closed_db_.value());
  gain_lin_ = db_to_lin_fast(-reduction_now_db_);
  reported_reduction_db_ = 0.0f;
}

void Gate::set_params(const GateParams& params) noexcept {
  constexpr GateParams fallback;
  const float threshold_dbfs = in_range(params.threshold_dbfs, -120.0f, 0.0f, fallback.threshold_dbfs);
  const float hysteresis_db = in_range(params.hysteresis_db, 0.0f, 24.0f, fallback.hysteresis_db);
  const double attack_frames = in_range(params.attack_ms, 0.02f, 1000.0f, fallback.attack_ms) * 0.001 * sample_rate_hz_;
  const double release_frames = in_range(params.release_ms, 1.0f, 10000.0f, fallback.release_ms) * 0.001 * sample_rate_hz_;
  open_lin_ = static_cast<float>(db_to_lin(threshold_dbfs));
  close_lin_ = static_cast<float>(db_to_lin(threshold_dbfs - hysteresis_db));
  range_db_.set_target(in_range(params.range_db, 0.0f, 120.0f, fallback.range_db));
  opening_step_ = 1.0 / std::max(1.0, attack_frames);
  closing_step_ = 1.0 / std::max(1.0, release_frames);
  const int lookahead_frames =
      std::min(latency_frames_, frames_for_ms(in_range(params.lookahead_ms, 0.0f, kLongestLookaheadMs, fallback.lookahead_ms), sample_rate_hz_));
  detector_delay_frames_ = latency_frames_ - lookahead_frames;
  // The detector leads the audio, so it holds for the lead as well: the hold is what is heard.
  hold_frames_ = lookahead_frames + frames_for_ms(in_range(params.hold_ms, 0.0f, 5000.0f, fallback.hold_ms), sample_rate_hz_);

  threshold_dbfs_ = threshold_dbfs;
  ratio_ = in_range(params.ratio, 1.0f, kGateRatio, fallback.ratio);
  attack_coefficient_ = TwoWayFollower::coefficient(attack_frames);
  release_coefficient_ = TwoWayFollower::coefficient(release_frames);
  const int window_frames = std::max(1, lookahead_frames + frames_for_ms(kLevelWindowMs, sample_rate_hz_));
  const bool starts_expanding = ratio_ < kGateRatio && !expands_;
  if (starts_expanding) closed_db_.snap(range_db_.value());
  if (starts_expanding || window_frames != window_frames_) recent_.restart(window_frames);
  window_frames_ = window_frames;
  expands_ = expands_ || starts_expanding;

  // A filter that was off starts from rest.
  const float low_hz = in_range(params.sidechain_low_hz, kSidechainLowOffHz, 4000.0f, fallback.sidechain_low_hz);
  const float high_hz = in_range(params.sidechain_high_hz, 200.0f, kSidechainHighOffHz, fallback.sidechain_high_hz);
  cuts_low_ = low_hz > kSidechainLowOffHz;
  cuts_high_ = high_hz < kSidechainHighOffHz;
  if (!cuts_low_) low_cut_.reset();
  if (!cuts_high_) high_cut_.reset();
  low_cut_.set_cutoff(low_hz, sample_rate_hz_);
  high_cut_.set_cutoff(high_hz, sample_rate_hz_);
}

// The window holds its level for many frames: its logarithm is taken once.
double Gate::curve_db(float level_lin, double range_db) noexcept {
  if (level_lin != level_now_lin_) {
    level_now_lin_ = level_lin;
    level_now_dbfs_ = static_cast<double>(lin_to_db_fast(level_lin));
  }
  return expander_reduction_db(level_now_dbfs_, threshold_dbfs_, ratio_, range_db);
}

void Gate::detect_filtered(AudioBlock io, int at, int frames, float* peaks_lin) noexcept {
  const float* left = io.channel(0) + at;
  const float* right = io.channel(io.channel_count - 1) + at;
  ButterworthPair low_cut = low_cut_, high_cut = high_cut_;
  for (int i = 0; i < frames; ++i) {
    f64x2 x{clamp_to(left[i], -kLoudestLin, kLoudestLin), clamp_to(right[i], -kLoudestLin, kLoudestLin)};
    if (cuts_low_) x = low_cut.high_pass(x);
    if (cuts_high_) x = high_cut.low_pass(x);
    peaks_lin[i] = static_cast<float>(std::max(std::fabs(x[0]), std::fabs(x[1])));
  }
  low_cut_ = low_cut;
  high_cut_ = high_cut;
}

// The magnitude the detector hears now: the ring delays it so that it leads the delayed audio by the look-ahead.
float Gate::detector_level(float peak_lin) noexcept {
  const int size = static_cast<int>(peaks_.size());
  peaks_[static_cast<std::size_t>(write_at_)] = peak_lin;
  int read_at = write_at_ - detector_delay_frames_;
  if (read_at < 0) read_at += size;
  if (++write_at_ == size) write_at_ = 0;
  return peaks_[static_cast<std::size_t>(read_at)];
}

// How far the expander turns down when closed. While it fades open its place on the curve stands still; open, it has none.
double Gate::next_closed_db(float level_lin) noexcept {
  const double range_db = range_db_.next();
  const float recent_lin = recent_.next(level_lin);
  if (!open_) {
    const double wanted_db = ratio_ < kGateRatio ? curve_db(recent_lin, range_db) : range_db;
    if (progress_ == 1.0) closed_db_.snap(wanted_db);
    else closed_db_.next(wanted_db, release_coefficient_, attack_coefficient_);
  }
  if (ratio_ == kGateRatio && range_db_.settled() && (closed_db_.rests_at(range_db) || (open_ && progress_ == 1.0))) expands_ = false;
  return closed_db_.value();
}

float Gate::next_gain(float level_lin) noexcept {
  if (level_lin >= open_lin_) open_ = true;
  if (level_lin >= close_lin_) held_frames_ = 0;
  else if (open_ && ++held_frames_ > hold_frames_) open_ = false;

  const double target = open_ ? 1.0 : 0.0;
  if (!expands_ && progress_ == target && range_db_.settled()) return gain_lin_;
  const double closed_db = expands_ ? next_closed_db(level_lin) : range_db_.next();
  progress_ = open_ ? std::min(1.0, progress_ + opening_step_) : std::max(0.0, progress_ - closing_step_);
  const double shape = progress_ * progress_ * (3.0 - 2.0 * progress_);
  reduction_now_db_ = static_cast<float>(closed_db * (1.0 - shape));
  return gain_lin_ = db_to_lin_fast(-reduction_now_db_);
}

void Gate::process_chunk(AudioBlock io, int at, int frames) noexcept {
  float peaks_lin[kChunkFrames] = {};
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c) + at;
    for (int i = 0; i < frames; ++i) {
      samples[i] = is_finite(samples[i]) ? samples[i] : 0.0f;
      peaks_lin[i] = std::max(peaks_lin[i], std::fabs(samples[i]));
    }
  }
  if (cuts_low_ || cuts_high_) detect_filtered(io, at, frames, peaks_lin);
  float gains[kChunkFrames];
  for (int i = 0; i < frames; ++i) {
    gains[i] = next_gain(detector_level(peaks_lin[i]));
    reported_reduction_db_ = std::max(reported_reduction_db_, reduction_now_db_);
  }
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c) + at;
    audio_[c].process(samples, samples, frames);
    for (int i = 0; i < frames; ++i) samples[i] *= gains[i];
  }
}

void Gate::process(AudioBlock io) noexcept {
  reported_reduction_db_ = 0.0f;
  for (int at = 0; at < io.frames; at += kChunkFrames) process_chunk(io, at, std::min(kChunkFrames, io.frames - at));
}

}  // namespace ag06::dsp
