#include "dsp/saturation/exciter.h"

#include <algorithm>
#include <iterator>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::dsp {
namespace {
constexpr double kSmoothingMs = 20.0;
constexpr double kCornerSmoothingMs = 30.0;
constexpr double kHighestToRateRatio = 0.45;
constexpr float kLoudestLin = 16.0f;
constexpr double kShelfHz = 7000.0;
// Passbands of the half-bands: 0.4535 of the stream's rate (20 kHz at 44.1 kHz) and 0.25 of the lower rate.
constexpr double kSteepTransition = 0.0465;
constexpr double kWideTransition = 0.25;
// From here on the wide half-band alone keeps 20 kHz, and from twice this rate the fifth harmonic of 20 kHz aliases to no audible place by itself.
constexpr double kOneDoublingFromHz = 80000.0;
static_assert(DspUnit<Exciter>);

// Weights of the harmonics, squares summing to a quarter where the shelf stands highest, and the gain of what lies above the shelf.
struct Voice {
  double second, third, fourth, fifth, shelf;
};
constexpr Voice kVoices[] = {{0.42, 0.20, 0.16, 0.08, 1.0}, {0.0, 0.47, 0.0, 0.17, 0.5}, {0.25, 0.25, 0.0, 0.0, 1.41421356237309504880}};

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }
[[nodiscard]] double driving(float x) noexcept { return static_cast<double>(flush_tiny(clamp_to(x, -kLoudestLin, kLoudestLin))); }

// 1 / sqrt(x) for lanes of 1 or more; relative error below 3e-7.
// First guess from the bits: C. Lomont, "Fast inverse square root", 2003; then Newton's steps, which square the error.
[[nodiscard]] f32x4 inverse_root4(f32x4 x) noexcept {
  f32x4 y = lanes_of(0x5f375a86 - (bits_of(x) >> 1));
  const f32x4 half = splat4(0.5f) * x;
  for (int step = 0; step < 3; ++step) y = y * (splat4(1.5f) - half * y * y);
  return y;
}
}  // namespace

Status Exciter::prepare(const StreamSpec& spec) noexcept {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  doublings_ = sample_rate_hz_ < kOneDoublingFromHz ? 2 : (sample_rate_hz_ < 2.0 * kOneDoublingFromHz ? 1 : 0);
  analytic_.prepare(sample_rate_hz_);
  steep_up_.prepare(kSteepTransition);
  wide_up_.prepare(kWideTransition);
  wide_down_.prepare(kWideTransition);
  steep_down_.prepare(kSteepTransition);
  const double shelf_g = tan_exact(kPi * std::min(kShelfHz / sample_rate_hz_, kHighestToRateRatio));
  shelf_coefficient_ = shelf_g / (1.0 + shelf_g);
  for (SmoothedValue& value : controls_) value.prepare(sample_rate_hz_, kSmoothingMs);
  for (const Control corner : {kBandLog2G, kToneLog2G}) controls_[corner].prepare(sample_rate_hz_, kCornerSmoothingMs);
  set_params({});
  reset();
  return Status::ok;
}

void Exciter::clear_states() noexcept {
  band_.reset();
  cleared_.reset();
  tone_.reset();
  analytic_.reset();
  steep_up_.reset();
  wide_up_.reset();
  wide_down_.reset();
  steep_down_.reset();
  shelf_low_ = f64x2{};
}

void Exciter::reset() noexcept {
  for (SmoothedValue& value : controls_) value.snap();
  grid_frame_ = 0;
  clear_states();
  runs_ = controls_[kAmount].value() != 0.0;
  moving_ = true;
}

void Exciter::set_params(const ExciterParams& params) noexcept {
  constexpr ExciterParams fallback;
  if (settled()) runs_ = controls_[kAmount].value() != 0.0;
  const auto log2_g_for = [&](float freq_hz) {
    return log2_exact(tan_exact(kPi * std::min(static_cast<double>(freq_hz) / sample_rate_hz_, kHighestToRateRatio)));
  };
  controls_[kBandLog2G].set_target(log2_g_for(in_range(params.freq_hz, 200.0f, 10000.0f, fallback.freq_hz)));
  controls_[kToneLog2G].set_target(log2_g_for(in_range(params.tone_hz, 4000.0f, 20000.0f, fallback.tone_hz)));
  controls_[kDrive].set_target(db_to_lin(static_cast<double>(in_range(params.drive_db, 0.0f, 24.0f, fallback.drive_db))));
  controls_[kAmount].set_target(in_range(params.amount_lin, 0.0f, 1.0f, fallback.amount_lin));
  const int type = static_cast<int>(params.type);
  const Voice& voice = kVoices[type >= 0 && type < static_cast<int>(std::size(kVoices)) ? type : static_cast<int>(fallback.type)];
  controls_[kSecond].set_target(voice.second);
  controls_[kThird].set_target(voice.third);
  controls_[kFourth].set_target(voice.fourth);
  controls_[kFifth].set_target(voice.fifth);
  controls_[kShelf].set_target(voice.shelf);
  if (runs_) return;
  // Nothing is heard yet: the amount has to rise, and the filters are fed softly, for they would ring at an edge.
  for (SmoothedValue& value : controls_)
    if (&value != &controls_[kAmount]) value.snap();
  controls_[kFeed].set_target(0.0);
  controls_[kFeed].snap();
  clear_states();
  runs_ = controls_[kAmount].target() != 0.0;
  if (runs_) controls_[kFeed].set_target(1.0);
}

bool Exciter::settled() const noexcept {
  return std::all_of(std::begin(controls_), std::end(controls_), [](const SmoothedValue& value) { return value.settled(); });
}

Exciter::Setting Exciter::setting_now() const noexcept {
  const auto lin = [&](Control control) { return static_cast<float>(controls_[control].value()); };
  const auto g = [&](Control control) { return static_cast<double>(exp2_fast(lin(control))); };
  return {lin(kDrive), lin(kSecond), lin(kThird), lin(kFourth), lin(kFifth), controls_[kShelf].value(), controls_[kFeed].value(),
          controls_[kAmount].value(), g(kBandLog2G), g(kToneLog2G)};
}

// Once the controls have come to rest, all settings are filled with their last values and stay.
void Exciter::move_controls(int frames) noexcept {
  if (settled()) {
    if (!moving_) return;
    moving_ = false;
    runs_ = controls_[kAmount].value() != 0.0;
    std::fill(std::begin(settings_), std::end(settings_), setting_now());
    band_.set_g(settings_[0].band_g);
    cleared_.set_g(settings_[0].band_g);
    tone_.set_g(settings_[0].tone_g);
    return;
  }
  moving_ = true;
  for (int i = 0; i < frames; ++i) {
    for (SmoothedValue& value : controls_) value.next();
    settings_[i] = setting_now();
  }
}

void Exciter::flush_tiny_states() noexcept {
  band_.flush_tiny_state();
  cleared_.flush_tiny_state();
  tone_.flush_tiny_state();
  analytic_.flush_tiny_state();
  steep_up_.flush_tiny();
  wide_up_.flush_tiny();
  wide_down_.flush_tiny();
  steep_down_.flush_tiny();
  shelf_low_ = f64x2{flush_tiny(shelf_low_[0]), flush_tiny(shelf_low_[1])};
}

// analytic: {left, right, imaginary left, imaginary right} of each frame.
void Exciter::feed_band(AudioBlock io, int at, int frames, f32x4* analytic) noexcept {
  const float* left = io.channel(0) + at;
  const float* right = io.channel(io.channel_count - 1) + at;
  for (int i = 0; i < frames; ++i) {
    if (moving_) band_.set_g(settings_[i].band_g);
    const f64x2 fed = splat2(settings_[i].feed) * f64x2{driving(left[i]), driving(right[i])};
    const AnalyticPair::Outputs z = analytic_.next(band_.next(fed).high);
    const f32x4 lanes{static_cast<float>(z.real[0]), static_cast<float>(z.real[1]), static_cast<float>(z.imaginary[0]),
                      static_cast<float>(z.imaginary[1])};
    analytic[i] = select4((lanes < splat4(1e-15f)) & (lanes > splat4(-1e-15f)), f32x4{}, lanes);
  }
}

// At the higher rate; wet holds two frames per vector. With t(k) = Re(z w^k), the powers of a rotation obey
// t(k+1) = 2 Re(w) t(k) - |w|^2 t(k-1).
void Exciter::make_harmonics(const f32x4* analytic, f32x4* wet, int frames) const noexcept {
  const f32x4 one = splat4(1.0f), two = splat4(2.0f);
  for (int i = 0; i < frames; i += 2) {
    const bool whole = i + 1 < frames;
    const f32x4 a = analytic[i], b = whole ? analytic[i + 1] : f32x4{};
    const Setting& of_a = settings_[i >> doublings_];
    const Setting& of_b = settings_[(whole ? i + 1 : i) >> doublings_];
    const auto lanes = [&](float Setting::*field) { return f32x4{of_a.*field, of_a.*field, of_b.*field, of_b.*field}; };
    const f32x4 real{a[0], a[1], b[0], b[1]}, imaginary{a[2], a[3], b[2], b[3]};
    const f32x4 real2 = real * real, imaginary2 = imaginary * imaginary, drive = lanes(&Setting::drive);
    const f32x4 driven2 = drive * drive * (real2 + imaginary2);
    const f32x4 limit = inverse_root4(one + driven2);
    const f32x4 scale = drive * limit, w2 = driven2 * limit * limit, twice_w = two * scale * real;
    const f32x4 t1 = scale * (real2 - imaginary2);
    const f32x4 t2 = twice_w * t1 - w2 * real;
    const f32x4 t3 = twice_w * t2 - w2 * t1;
    const f32x4 t4 = twice_w * t3 - w2 * t2;
    wet[i / 2] = (lanes(&Setting::second) * t1 + lanes(&Setting::third) * t2) + (lanes(&Setting::fourth) * t3 + lanes(&Setting::fifth) * t4);
  }
}

void Exciter::add(AudioBlock io, int at, int frames, const f32x4* made) noexcept {
  const f64x2 shelf_coefficient = splat2(shelf_coefficient_);
  for (int i = 0; i < frames; ++i) {
    const Setting& now = settings_[i];
    if (moving_) {
      cleared_.set_g(now.band_g);
      tone_.set_g(now.tone_g);
    }
    const f32x4 pair = made[i / 2];
    const f64x2 clear = cleared_.next(i % 2 == 0 ? f64x2{pair[0], pair[1]} : f64x2{pair[2], pair[3]}).high;
    const f64x2 step = shelf_coefficient * (clear - shelf_low_);
    const f64x2 below = step + shelf_low_;
    shelf_low_ = below + step;
    const f64x2 wet = splat2(now.amount) * tone_.next(below + splat2(now.shelf) * (clear - below)).low;
    if (now.amount == 0.0) continue;
    for (int c = 0; c < io.channel_count; ++c) io.channel(c)[at + i] += static_cast<float>(flush_tiny(wet[c]));
  }
}

void Exciter::process_segment(AudioBlock io, int at, int frames) noexcept {
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c) + at;
    for (int i = 0; i < frames; ++i) samples[i] = is_finite(samples[i]) ? samples[i] : 0.0f;
  }
  move_controls(frames);
  if (!runs_) return;
  f32x4 *const first = work_[0], *const second = work_[1];
  feed_band(io, at, frames, first);
  if (doublings_ == 2) {
    steep_up_.process(first, second, frames);
    wide_up_.process(second, first, 2 * frames);
    make_harmonics(first, second, 4 * frames);
    wide_down_.process(second, first, 2 * frames);
    steep_down_.process(first, first, frames);
  } else if (doublings_ == 1) {
    wide_up_.process(first, second, frames);
    make_harmonics(second, first, 2 * frames);
    wide_down_.process(first, first, frames);
  } else {
    make_harmonics(first, first, frames);
  }
  add(io, at, frames, first);
}

void Exciter::process(AudioBlock io) noexcept {
  for (int at = 0; at < io.frames;) {
    if (grid_frame_ == 0) flush_tiny_states();
    const int frames = std::min(io.frames - at, kGridFrames - grid_frame_);
    process_segment(io, at, frames);
    at += frames;
    grid_frame_ = (grid_frame_ + frames) % kGridFrames;
  }
}

}  // namespace ag06::dsp
