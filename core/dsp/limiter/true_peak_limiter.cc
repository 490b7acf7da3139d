#include "dsp/limiter/true_peak_limiter.h"

#include <algorithm>
#include <cmath>

namespace ag06::dsp {
namespace {

constexpr float kShortestLatencyMs = 0.5f;
constexpr float kLongestLatencyMs = 2.0f;
constexpr double kCeilingSmoothingMs = 20.0;
constexpr int kMaxDetectorHalfTaps = 40;
// Beyond the minimum window, so that bass does not see the gain move between its half-waves' peaks before the slow release has learnt them.
constexpr double kHoldMs = 6.0;
constexpr double kSustainedAttackMs = 80.0;
constexpr double kSustainedReleaseRatio = 6.0;
// Giannoulis et al. 2013 average the crest factor over 200 ms and allow a release of 1 s; here half of it follows half of it.
constexpr double kLongestAutoReleaseMs = 500.0;
constexpr double kCrestAverageMs = 200.0;
constexpr double kSilentPower = 1e-20;
constexpr float kLargestSample = 1e5f;
// Below one float ulp of a sample at the ceiling, times the rounding steps of the gain: what keeps samples at or under the ceiling.
constexpr double kRoundingGuard = 1.0 - 4e-7;
constexpr double kUnityQ40 = 1099511627776.0;
// Within 1e-6 of unity (-0.00001 dB) the release lands.
constexpr double kLandingDistance = 1e-6;

static_assert(DspUnit<TruePeakLimiter>);

// NaN and infinity become zero.
void clean(float* samples, int frames) noexcept {
  int i = 0;
  for (; i + 4 <= frames; i += 4) {
    const f32x4 x = load4(samples + i);
    const i32x4 finite = (bits_of(x) & 0x7f800000) != 0x7f800000;
    const f32x4 kept = lanes_of(bits_of(x) & finite);
    store4(samples + i, max4(splat4(-kLargestSample), min4(kept, splat4(kLargestSample))));
  }
  for (; i < frames; ++i) samples[i] = is_finite(samples[i]) ? clamp_to(samples[i], -kLargestSample, kLargestSample) : 0.0f;
}
}  // namespace

Status TruePeakLimiter::prepare(const StreamSpec& spec, float max_latency_ms) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  if (!(max_latency_ms >= kShortestLatencyMs && max_latency_ms <= kLongestLatencyMs)) return Status::out_of_range;
  sample_rate_hz_ = spec.sample_rate_hz;
  channels_ = spec.channels;
  latency_frames_ = static_cast<int>(static_cast<double>(max_latency_ms) * spec.sample_rate_hz / 1000.0);
  // Near the Nyquist frequency a longer detector holds the ceiling better than a smoother gain does.
  const int half_taps = std::min(kMaxDetectorHalfTaps, latency_frames_ * 3 / 5);
  // The gain stands still this long on either side of a peak, where the interpolation kernel is large.
  const int flat_frames = std::max(1, latency_frames_ / 12);
  const int smoothing_frames = latency_frames_ - half_taps - flat_frames + 1;
  const int first = (smoothing_frames + 1) / 2;
  const int second = smoothing_frames + 1 - first;
  const int window_frames = 2 * flat_frames + smoothing_frames + 1 + frames_for_ms(kHoldMs, spec.sample_rate_hz);

  allowance_.prepare(spec.sample_rate_hz, half_taps);
  for (int c = 0; c < channels_; ++c) {
    detector_[c].prepare(half_taps);
    audio_[c].prepare(latency_frames_);
  }
  minima_.resize(static_cast<std::size_t>(window_frames + 1));
  first_ring_.resize(static_cast<std::size_t>(first));
  second_ring_.resize(static_cast<std::size_t>(second));
  unity_sum_ = static_cast<std::int64_t>(kUnityQ40) * first * second;
  per_unity_sum_ = 1.0 / static_cast<double>(unity_sum_);
  ceiling_lin_.prepare(spec.sample_rate_hz, kCeilingSmoothingMs);
  crest_keep_ = exp_exact(-1000.0 * kChunkFrames / (kCrestAverageMs * spec.sample_rate_hz));
  sustained_attack_coefficient_ = 1.0 - exp_exact(-1000.0 / (kSustainedAttackMs * spec.sample_rate_hz));
  set_params({});
  reset();
  return Status::ok;
}

void TruePeakLimiter::reset() noexcept {
  for (int c = 0; c < channels_; ++c) {
    detector_[c].reset();
    audio_[c].reset();
  }
  ceiling_lin_.snap();
  allowance_.reset();
  std::fill(minima_.begin(), minima_.end(), 1.0);
  minima_at_ = 0;
  running_minimum_ = 1.0;
  unlimited_frames_ = minima_.size();
  released_ = sustained_ = 1.0;
  const auto unity = static_cast<std::int64_t>(kUnityQ40);
  std::fill(first_ring_.begin(), first_ring_.end(), unity);
  first_sum_ = unity * static_cast<std::int64_t>(first_ring_.size());
  std::fill(second_ring_.begin(), second_ring_.end(), first_sum_);
  second_sum_ = unity_sum_;
  first_at_ = second_at_ = 0;
  reduction_db_ = 0.0f;
  mean_power_ = peak_power_ = grid_power_ = 0.0;
  grid_peak_lin_ = 0.0f;
  grid_at_ = 0;
  update_release();
}

void TruePeakLimiter::set_params(const TruePeakLimiterParams& params) noexcept {
  const TruePeakLimiterParams defaults;
  const float ceiling_dbtp = is_finite(params.ceiling_dbtp) ? clamp_to(params.ceiling_dbtp, -60.0f, 0.0f) : defaults.ceiling_dbtp;
  ceiling_lin_.set_target(db_to_lin(ceiling_dbtp) * kRoundingGuard);
  release_ms_ = static_cast<double>(is_finite(params.release_ms) ? clamp_to(params.release_ms, 1.0f, 5000.0f) : defaults.release_ms);
  if (params.auto_release && !auto_release_) {
    mean_power_ = peak_power_ = grid_power_ = 0.0;
    grid_peak_lin_ = 0.0f;
  }
  auto_release_ = params.auto_release;
  const double sustained_ms = kSustainedReleaseRatio * release_ms_;
  sustained_release_coefficient_ = coefficient_for(auto_release_ ? std::max(sustained_ms, kLongestAutoReleaseMs) : sustained_ms);
  update_release();
}

double TruePeakLimiter::coefficient_for(double time_ms) const noexcept { return 1.0 - exp_exact(-1000.0 / (time_ms * sample_rate_hz_)); }

void TruePeakLimiter::update_release() noexcept {
  double release_ms = release_ms_;
  if (auto_release_ && mean_power_ > kSilentPower)
    release_ms = clamp_to(2.0 * kLongestAutoReleaseMs * mean_power_ / peak_power_, release_ms_, std::max(release_ms_, kLongestAutoReleaseMs));
  release_coefficient_ = coefficient_for(release_ms);
}

void TruePeakLimiter::process(AudioBlock io) noexcept {
  smallest_gain_lin_ = 1.0f;
  for (int at = 0; at < io.frames;) {
    const int frames = std::min(kChunkFrames - grid_at_, io.frames - at);
    process_chunk(io, at, frames);
    at += frames;
  }
  reduction_db_ = smallest_gain_lin_ < 1.0f ? std::max(0.0f, -lin_to_db_fast(smallest_gain_lin_)) : 0.0f;
}

void TruePeakLimiter::process_chunk(AudioBlock io, int at, int frames) noexcept {
  const int channels = std::min(io.channel_count, channels_);
  double ceilings[kChunkFrames];
  double lowest_ceiling = ceiling_lin_.value();
  const bool ceiling_moves = !ceiling_lin_.settled();
  if (ceiling_moves) {
    for (int i = 0; i < frames; ++i) lowest_ceiling = std::min(lowest_ceiling, ceilings[i] = ceiling_lin_.next());
  }

  for (int c = 0; c < channels; ++c) clean(io.channel(c) + at, frames);
  follow_crest(io, at, frames);
  float peaks_lin[kChunkFrames] = {}, allowances_lin[kChunkFrames];
  const double largest_allowance = static_cast<double>(allowance_.process(io, channels, at, frames, allowances_lin));
  // Rounded down, so that no peak is missed.
  const auto floor_lin = static_cast<float>(std::max(0.0, (lowest_ceiling - largest_allowance) * kRoundingGuard));
  bool exceeded = false;
  for (int c = 0; c < channels; ++c) {
    float* samples = io.channel(c) + at;
    exceeded |= detector_[c].process(samples, frames, floor_lin, peaks_lin);
    audio_[c].process(samples, samples, frames);
  }
  if (!exceeded && idle()) return;

  for (int i = 0; i < frames; ++i) {
    const double ceiling = ceiling_moves ? ceilings[i] : lowest_ceiling;
    const double peak = peaks_lin[i] > 0.0f ? static_cast<double>(peaks_lin[i]) + static_cast<double>(allowances_lin[i]) : 0.0;
    const float gain = next_gain(peak > ceiling ? ceiling / peak : 1.0);
    if (gain == 1.0f) continue;
    smallest_gain_lin_ = std::min(smallest_gain_lin_, gain);
    for (int c = 0; c < channels; ++c) io.channel(c)[at + i] *= gain;
  }
}

// The release time changes only where a grid period begins, whatever the blocks are.
void TruePeakLimiter::follow_crest(const AudioBlock& in, int at, int frames) noexcept {
  if (auto_release_ && grid_at_ == 0) update_release();
  grid_at_ = grid_at_ + frames == kChunkFrames ? 0 : grid_at_ + frames;
  if (!auto_release_) return;
  const float* left = in.channel(0) + at;
  const float* right = in.channel(std::min(in.channel_count, channels_) - 1) + at;
  for (int i = 0; i < frames; ++i) {
    const float magnitude = std::max(std::fabs(left[i]), std::fabs(right[i]));
    grid_power_ += static_cast<double>(magnitude) * static_cast<double>(magnitude);
    grid_peak_lin_ = std::max(grid_peak_lin_, magnitude);
  }
  if (grid_at_ != 0) return;
  const double power = grid_power_ / kChunkFrames, peak_power = static_cast<double>(grid_peak_lin_) * static_cast<double>(grid_peak_lin_);
  mean_power_ = flush_tiny(power + crest_keep_ * (mean_power_ - power));
  peak_power_ = flush_tiny(std::max(peak_power, power + crest_keep_ * (peak_power_ - power)));
  grid_power_ = 0.0;
  grid_peak_lin_ = 0.0f;
}

float TruePeakLimiter::next_gain(double required) noexcept {
  const double wanted = sliding_minimum(required);
  // A short peak leaves the sustained gain near unity and is released fast; what lasts pulls it down, and then the release waits for it.
  sustained_ += (wanted < sustained_ ? sustained_attack_coefficient_ : sustained_release_coefficient_) * (wanted - sustained_);
  if (sustained_ > 1.0 - kLandingDistance) sustained_ = 1.0;
  released_ = std::min(wanted, released_ + release_coefficient_ * (std::max(sustained_, released_) - released_));
  if (released_ > 1.0 - kLandingDistance) released_ = 1.0;
  const std::int64_t sum = smooth(static_cast<std::int64_t>(released_ * kUnityQ40));
  return sum == unity_sum_ ? 1.0f : static_cast<float>(static_cast<double>(sum) * per_unity_sum_);
}

double TruePeakLimiter::sliding_minimum(double required) noexcept {
  unlimited_frames_ = required < 1.0 ? 0 : unlimited_frames_ + 1;
  running_minimum_ = std::min(running_minimum_, required);
  minima_[minima_at_] = required;
  const double minimum = std::min(running_minimum_, minima_[++minima_at_]);
  if (minima_at_ + 1 == minima_.size()) {
    for (std::size_t k = minima_at_ - 1; k-- > 0;) minima_[k] = std::min(minima_[k], minima_[k + 1]);
    minima_at_ = 0;
    running_minimum_ = 1.0;
  }
  return minimum;
}

std::int64_t TruePeakLimiter::smooth(std::int64_t gain_q40) noexcept {
  first_sum_ += gain_q40 - first_ring_[first_at_];
  first_ring_[first_at_] = gain_q40;
  if (++first_at_ == first_ring_.size()) first_at_ = 0;
  second_sum_ += first_sum_ - second_ring_[second_at_];
  second_ring_[second_at_] = first_sum_;
  if (++second_at_ == second_ring_.size()) second_at_ = 0;
  return second_sum_;
}

}  // namespace ag06::dsp
