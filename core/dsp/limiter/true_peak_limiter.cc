#include "dsp/limiter/true_peak_limiter.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::dsp {
namespace {
constexpr double kLatencyMs = 2.0;
// Frames on either side of a peak that get its gain too: an inter-sample peak hangs on its neighbours.
constexpr int kNeighbours = 2;
// Peaks of a wave down to 40 Hz come this often: the gain holds between them instead of wobbling.
constexpr double kHoldMs = 12.5;
// A peak this little below the held one keeps the hold: the samples of a steady tone never hit its crest alike.
constexpr double kHoldTolerance = 1.01;
constexpr double kFastShare = 1.0 / 3.0;
constexpr double kSlowReleaseShare = 1.5;
constexpr double kUnityGain = 1073741824.0;  // 2^30
constexpr double kNearUnity = 1.0 - 1e-7;
// Keeps the product of sample and rounded gain from passing the ceiling.
constexpr double kRoundingRoom = 1.0 - 3e-7;
static_assert(DspUnit<TruePeakLimiter>);

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }
}  // namespace

void TruePeakLimiter::Boxcar::fill(std::int64_t value) noexcept {
  std::fill(ring_.begin(), ring_.end(), value);
  sum_ = value * static_cast<std::int64_t>(ring_.size());
  at_ = 0;
}

Status TruePeakLimiter::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  latency_frames_ = static_cast<int>(kLatencyMs * 0.001 * sample_rate_hz_);
  for (int c = 0; c < kMaxStripChannels; ++c) {
    audio_[c].prepare(c < spec.channels ? latency_frames_ : 0);
    peaks_[c].prepare(sample_rate_hz_);
  }
  // A peak known at frame t sits at the output lookahead frames later. The minimum spreads it over lookahead + 1 frames and the neighbours;
  // the two boxcars together are shorter by the neighbours, so that all of them see the minimum when the peak passes.
  const int lookahead = latency_frames_ - peaks_[0].delay_frames();
  lookahead_.prepare(lookahead + 1 + kNeighbours);
  const int smoothing = lookahead + 1 - kNeighbours;
  const int first = (smoothing + 1) / 2;
  const int second = smoothing + 1 - first;
  first_.prepare(first);
  second_.prepare(second);
  unity_sum_ = static_cast<std::int64_t>(kUnityGain) * first * second;
  sum_to_gain_ = 1.0 / static_cast<double>(unity_sum_);
  settled_frames_ = lookahead + 1 + kNeighbours + smoothing + 1;
  hold_frames_ = frames_for_ms(kHoldMs, sample_rate_hz_);
  set_params({});
  reset();
  return Status::ok;
}

void TruePeakLimiter::reset() noexcept {
  for (DelayLine& line : audio_) line.reset();
  for (PeakInterpolator& peaks : peaks_) peaks.reset();
  lookahead_.reset();
  first_.fill(static_cast<std::int64_t>(kUnityGain));
  second_.fill(first_.next(static_cast<std::int64_t>(kUnityGain)));
  fast_gain_ = slow_gain_ = 1.0;
  held_frames_ = 0;
  quiet_frames_ = settled_frames_;
  reduction_db_ = 0.0f;
}

void TruePeakLimiter::set_params(const TruePeakLimiterParams& params) noexcept {
  constexpr TruePeakLimiterParams fallback;
  ceiling_lin_ = static_cast<float>(db_to_lin(in_range(params.ceiling_dbtp, -60.0f, 0.0f, fallback.ceiling_dbtp)) * kRoundingRoom);
  const double release_ms = in_range(params.release_ms, 1.0f, 5000.0f, fallback.release_ms);
  const auto coefficient = [&](double time_ms) { return 1.0 - exp_exact(-1000.0 / (time_ms * sample_rate_hz_)); };
  fast_release_ = coefficient(release_ms * kFastShare);
  slow_attack_ = coefficient(release_ms);
  slow_release_ = coefficient(release_ms * kSlowReleaseShare);
}

// Falls at once, holds, and rises fast after a lone peak but slowly once the slow follower has come down in sustained limiting.
double TruePeakLimiter::released(double wanted) noexcept {
  if (wanted <= fast_gain_ * kHoldTolerance && wanted < 1.0) {
    fast_gain_ = std::min(fast_gain_, wanted);
    held_frames_ = 0;
  } else if (held_frames_ < hold_frames_) {
    ++held_frames_;
  } else {
    fast_gain_ = std::min(wanted, fast_gain_ + fast_release_ * (1.0 - fast_gain_));
    if (fast_gain_ > kNearUnity && wanted >= 1.0) fast_gain_ = 1.0;
  }
  slow_gain_ += (fast_gain_ < slow_gain_ ? slow_attack_ : slow_release_) * (fast_gain_ - slow_gain_);
  if (slow_gain_ > kNearUnity && fast_gain_ == 1.0) slow_gain_ = 1.0;
  return std::min(fast_gain_, slow_gain_);
}

float TruePeakLimiter::smoothed(double gain) noexcept {
  const std::int64_t sum = second_.next(first_.next(static_cast<std::int64_t>(gain * kUnityGain)));
  return sum == unity_sum_ ? 1.0f : static_cast<float>(static_cast<double>(sum) * sum_to_gain_);
}

void TruePeakLimiter::process(AudioBlock io) noexcept {
  float lowest_gain = 1.0f;
  for (int i = 0; i < io.frames; ++i) {
    float peak = 0.0f;
    for (int c = 0; c < io.channel_count; ++c) {
      const float x = io.channel(c)[i];
      const float in = is_finite(x) ? clamp_to(x, -1e20f, 1e20f) : 0.0f;
      peak = std::max(peak, peaks_[c].next(in, ceiling_lin_));
      io.channel(c)[i] = audio_[c].next(in);
    }
    const bool over = peak > ceiling_lin_;
    if (!over && quiet_frames_ >= settled_frames_) continue;
    if (quiet_frames_ >= settled_frames_) lookahead_.reset();
    const double wanted = lookahead_.next(over ? static_cast<double>(ceiling_lin_) / peak : 1.0);
    const float gain = smoothed(released(wanted));
    quiet_frames_ = over || fast_gain_ != 1.0 || slow_gain_ != 1.0 ? 0 : quiet_frames_ + 1;
    lowest_gain = std::min(lowest_gain, gain);
    if (gain != 1.0f)
      for (int c = 0; c < io.channel_count; ++c) io.channel(c)[i] *= gain;
  }
  reduction_db_ = lowest_gain < 1.0f ? -lin_to_db_fast(lowest_gain) : 0.0f;
}

}  // namespace ag06::dsp
