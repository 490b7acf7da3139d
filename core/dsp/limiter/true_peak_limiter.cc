#include "dsp/limiter/true_peak_limiter.h"

#include <algorithm>
#include <cmath>

namespace ag06::dsp {
namespace {

constexpr double kLatencyMs = 2.0;
constexpr double kCeilingSmoothingMs = 20.0;
constexpr int kMaxDetectorHalfTaps = 32;
// Beyond the minimum window, so that bass does not see the gain move between its half-waves' peaks before the slow release has learnt them.
constexpr double kHoldMs = 6.0;
constexpr double kSustainedAttackMs = 80.0;
constexpr double kSustainedReleaseRatio = 6.0;
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

Status TruePeakLimiter::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  channels_ = spec.channels;
  latency_frames_ = static_cast<int>(kLatencyMs * 0.001 * spec.sample_rate_hz);
  const int half_taps = std::min(kMaxDetectorHalfTaps, latency_frames_ / 2);
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
}

void TruePeakLimiter::set_params(const TruePeakLimiterParams& params) noexcept {
  const TruePeakLimiterParams defaults;
  const float ceiling_dbtp = is_finite(params.ceiling_dbtp) ? clamp_to(params.ceiling_dbtp, -60.0f, 0.0f) : defaults.ceiling_dbtp;
  const float release_ms = is_finite(params.release_ms) ? clamp_to(params.release_ms, 1.0f, 5000.0f) : defaults.release_ms;
  ceiling_lin_.set_target(db_to_lin(ceiling_dbtp) * kRoundingGuard);
  const double per_frame = -1000.0 / (release_ms * sample_rate_hz_);
  release_coefficient_ = 1.0 - exp_exact(per_frame);
  sustained_release_coefficient_ = 1.0 - exp_exact(per_frame / kSustainedReleaseRatio);
}

void TruePeakLimiter::process(AudioBlock io) noexcept {
  smallest_gain_lin_ = 1.0f;
  for (int at = 0; at < io.frames; at += kChunkFrames) process_chunk(io, at, std::min(kChunkFrames, io.frames - at));
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
