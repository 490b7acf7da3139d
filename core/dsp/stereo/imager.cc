#include "dsp/stereo/imager.h"

#include <algorithm>
#include <iterator>

#include "base/math.h"

namespace ag06::dsp {
namespace {
constexpr double kSmoothingMs = 30.0;
constexpr float kLeastMonoHz = 20.0f;
constexpr double kHighestToRateRatio = 0.45;
constexpr float kLoudestLin = 1000.0f;
static_assert(DspUnit<Imager>);

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }
[[nodiscard]] float cleaned(float x) noexcept { return is_finite(x) ? flush_tiny(clamp_to(x, -kLoudestLin, kLoudestLin)) : 0.0f; }
}  // namespace

Status Imager::prepare(const StreamSpec& spec) noexcept {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  channels_ = spec.channels;
  for (SmoothedValue& value : controls_) value.prepare(sample_rate_hz_, kSmoothingMs);
  set_params({});
  reset();
  return Status::ok;
}

void Imager::reset() noexcept {
  for (SmoothedValue& value : controls_) value.snap();
  grid_frame_ = 0;
  low_state_ = high_state_ = 0.0;
  both_.reset();
  side_.reset();
  bands_run_ = !(controls_[kLow].value() == controls_[kMid].value() && controls_[kHigh].value() == controls_[kMid].value());
  mono_runs_ = controls_[kMonoShare].value() != 0.0;
  move_controls();
}

void Imager::set_params(const ImagerParams& params) noexcept {
  constexpr ImagerParams fallback;
  const double width = in_range(params.width_ratio, 0.0f, 2.0f, fallback.width_ratio);
  controls_[kLow].set_target(width * in_range(params.low_width_ratio, 0.0f, 2.0f, fallback.low_width_ratio));
  controls_[kMid].set_target(width * in_range(params.mid_width_ratio, 0.0f, 2.0f, fallback.mid_width_ratio));
  controls_[kHigh].set_target(width * in_range(params.high_width_ratio, 0.0f, 2.0f, fallback.high_width_ratio));
  const double balance = in_range(params.balance_ratio, -1.0f, 1.0f, fallback.balance_ratio);
  controls_[kLeft].set_target(1.0 - std::max(balance, 0.0));
  controls_[kRight].set_target(1.0 + std::min(balance, 0.0));

  const auto g_for = [&](double freq_hz) { return tan_exact(kPi * std::min(freq_hz / sample_rate_hz_, kHighestToRateRatio)); };
  const double low_g = g_for(in_range(params.low_split_hz, 60.0f, 1000.0f, fallback.low_split_hz));
  const double high_g = g_for(in_range(params.high_split_hz, 1000.0f, 12000.0f, fallback.high_split_hz));
  controls_[kLowSplit].set_target(low_g / (1.0 + low_g));
  controls_[kHighSplit].set_target(high_g / (1.0 + high_g));
  const bool equal = controls_[kLow].target() == controls_[kMid].target() && controls_[kHigh].target() == controls_[kMid].target();
  if (!bands_run_) {
    controls_[kLowSplit].snap();
    controls_[kHighSplit].snap();
    low_state_ = high_state_ = 0.0;
    bands_run_ = !equal;
  }

  const float mono_below_hz = in_range(params.mono_below_hz, 0.0f, 500.0f, fallback.mono_below_hz);
  const bool mono_on = mono_below_hz >= kLeastMonoHz;
  // Fading out, the crossover stays where it is.
  if (mono_on || !mono_runs_) controls_[kMonoG].set_target(g_for(mono_on ? mono_below_hz : kLeastMonoHz));
  controls_[kMonoShare].set_target(mono_on ? 1.0 : 0.0);
  if (!mono_runs_) {
    controls_[kMonoG].snap();
    both_.reset();
    side_.reset();
    mono_runs_ = mono_on;
  }
}

bool Imager::settled() const noexcept {
  return std::all_of(std::begin(controls_), std::end(controls_), [](const SmoothedValue& value) { return value.settled(); });
}

bool Imager::neutral() const noexcept {
  const bool unity = controls_[kMid].value() == 1.0 && controls_[kLeft].value() == 1.0 && controls_[kRight].value() == 1.0;
  return unity && !bands_run_ && !mono_runs_ && settled();
}

void Imager::move_controls() noexcept {
  for (SmoothedValue& value : controls_) value.next();
  width_now_ = splat4(static_cast<float>(controls_[kMid].value()));
  left_now_ = splat4(static_cast<float>(controls_[kLeft].value()));
  right_now_ = splat4(static_cast<float>(controls_[kRight].value()));
  both_.set_g(controls_[kMonoG].value());
  side_.set_g(controls_[kMonoG].value());
  if (!settled()) return;
  bands_run_ = bands_run_ && !(controls_[kLow].value() == controls_[kMid].value() && controls_[kHigh].value() == controls_[kMid].value());
  mono_runs_ = mono_runs_ && controls_[kMonoShare].value() != 0.0;
}

// The states stay far above denormal for more than one step of the grid, whatever the rate.
void Imager::flush_tiny_states() noexcept {
  low_state_ = flush_tiny(low_state_);
  high_state_ = flush_tiny(high_state_);
  both_.flush_tiny_state();
  side_.flush_tiny_state();
}

void Imager::narrow_or_widen(double* side, int frames) noexcept {
  if (!bands_run_) {
    for (int i = 0; i < frames; ++i) side[i] *= controls_[kMid].value();
    return;
  }
  // low * L1 + mid * (L2 - L1) + high * (1 - L2), with the low-passes L1 and L2 of both splits. As L2 never lies below L1, no weight of this sum is
  // negative and its real part stays positive.
  const double everywhere = controls_[kHigh].value();
  const double below_high = controls_[kMid].value() - controls_[kHigh].value(), below_low = controls_[kLow].value() - controls_[kMid].value();
  const double low_coefficient = controls_[kLowSplit].value(), high_coefficient = controls_[kHighSplit].value();
  double low_state = low_state_, high_state = high_state_;
  for (int i = 0; i < frames; ++i) {
    const double low_step = low_coefficient * (side[i] - low_state);
    const double low = low_step + low_state;
    low_state = low + low_step;
    const double high_step = high_coefficient * (side[i] - high_state);
    const double not_high = high_step + high_state;
    high_state = not_high + high_step;
    side[i] = (everywhere * side[i] + below_high * not_high) + below_low * low;
  }
  low_state_ = low_state;
  high_state_ = high_state;
}

// Side: the high-pass of the crossover, two Butterworth high-passes. Mid: low and high band together, which is the all-pass
// (s^2 - sqrt(2) s + 1) / (s^2 + sqrt(2) s + 1) = 1 - 2 sqrt(2) band-pass.
void Imager::make_bass_mono(double* mid, double* side, int frames) noexcept {
  const double share = controls_[kMonoShare].value();
  StereoButterworth both = both_, again = side_;
  for (int i = 0; i < frames; ++i) {
    const StereoButterworth::Outputs once = both.next(f64x2{mid[i], side[i]});
    const StereoButterworth::Outputs twice = again.next(once.high);
    mid[i] -= share * (2.0 * StereoButterworth::kDamping * once.band[0]);
    side[i] += share * (twice.high[1] - side[i]);
  }
  both_ = both;
  side_ = again;
}

void Imager::process_segment(AudioBlock io, int at, int frames) noexcept {
  float* left_io = io.channel(0) + at;
  float* right_io = io.channel(1) + at;
  if (neutral()) {
    for (float* samples : {left_io, right_io})
      for (int i = 0; i < frames; ++i) samples[i] = is_finite(samples[i]) ? samples[i] : 0.0f;
    return;
  }
  alignas(16) float left[kGridFrames], right[kGridFrames];
  for (int i = 0; i < frames; ++i) {
    left[i] = cleaned(left_io[i]);
    right[i] = cleaned(right_io[i]);
  }
  for (int i = frames; i % 4 != 0; ++i) left[i] = right[i] = 0.0f;

  if (bands_run_ || mono_runs_) {
    double mid[kGridFrames], side[kGridFrames];
    for (int i = 0; i < frames; ++i) {
      mid[i] = 0.5 * (static_cast<double>(left[i]) + static_cast<double>(right[i]));
      side[i] = 0.5 * (static_cast<double>(left[i]) - static_cast<double>(right[i]));
    }
    narrow_or_widen(side, frames);
    if (mono_runs_) make_bass_mono(mid, side, frames);
    for (int i = 0; i < frames; ++i) {
      left[i] = static_cast<float>(flush_tiny(controls_[kLeft].value() * (mid[i] + side[i])));
      right[i] = static_cast<float>(flush_tiny(controls_[kRight].value() * (mid[i] - side[i])));
    }
  } else {
    const f32x4 half = splat4(0.5f);
    for (int i = 0; i < frames; i += 4) {
      const f32x4 l = load4(left + i), r = load4(right + i);
      const f32x4 mid = half * (l + r), side = half * (l - r) * width_now_;
      store4(left + i, left_now_ * (mid + side));
      store4(right + i, right_now_ * (mid - side));
    }
  }
  std::copy(left, left + frames, left_io);
  std::copy(right, right + frames, right_io);
}

void Imager::process(AudioBlock io) noexcept {
  if (channels_ == 1) {
    for (int i = 0; i < io.frames; ++i) io.channel(0)[i] = is_finite(io.channel(0)[i]) ? io.channel(0)[i] : 0.0f;
    return;
  }
  for (int at = 0; at < io.frames;) {
    if (grid_frame_ == 0) flush_tiny_states();
    int frames = std::min(io.frames - at, kGridFrames - grid_frame_);
    if (!settled()) {
      move_controls();
      frames = 1;
    }
    process_segment(io, at, frames);
    at += frames;
    grid_frame_ = (grid_frame_ + frames) % kGridFrames;
  }
}

}  // namespace ag06::dsp
