#include "dsp/dynamics/compressor.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::dsp {
namespace {
constexpr double kSmoothingMs = 20.0;
constexpr double kButterworthDamping = 1.41421356237309504880;
// A reduction smaller than this is no reduction: it lands on exactly none.
constexpr float kLeastReductionDb = 1e-5f;
// The detector hears nothing louder than +60 dBFS, so that a burst of any size is released as one of that size is.
constexpr float kLoudestLin = 1000.0f;
// Far below hearing and far above the smallest normal double: added to every recursion, it keeps the states from ever becoming denormal.
constexpr double kNeverDenormal = 1e-30;
static_assert(DspUnit<Compressor>);

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }
}  // namespace

Status Compressor::prepare(const StreamSpec& spec) noexcept {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  for (SmoothedValue* value : {&threshold_db_, &slope_, &knee_db_, &makeup_db_, &mix_}) value->prepare(sample_rate_hz_, kSmoothingMs);
  set_params({});
  reset();
  return Status::ok;
}

void Compressor::reset() noexcept {
  for (SmoothedValue* value : {&threshold_db_, &slope_, &knee_db_, &makeup_db_, &mix_}) value->snap();
  move_curve();
  low_ = band_ = f64x2{};
  released_db_ = reduction_db_ = 0.0;
  reported_reduction_db_ = 0.0f;
}

void Compressor::set_params(const CompressorParams& params) noexcept {
  constexpr CompressorParams fallback;
  threshold_db_.set_target(in_range(params.threshold_dbfs, -80.0f, 0.0f, fallback.threshold_dbfs));
  slope_.set_target(1.0 - 1.0 / static_cast<double>(in_range(params.ratio, 1.0f, 100.0f, fallback.ratio)));
  knee_db_.set_target(in_range(params.knee_db, 0.0f, 40.0f, fallback.knee_db));
  makeup_db_.set_target(in_range(params.makeup_db, -24.0f, 36.0f, fallback.makeup_db));
  mix_.set_target(in_range(params.mix_ratio, 0.0f, 1.0f, fallback.mix_ratio));
  const auto coefficient = [&](float time_ms) { return 1.0 - exp_exact(-1000.0 / (time_ms * sample_rate_hz_)); };
  attack_coefficient_ = coefficient(in_range(params.attack_ms, 0.02f, 1000.0f, fallback.attack_ms));
  release_coefficient_ = coefficient(in_range(params.release_ms, 1.0f, 10000.0f, fallback.release_ms));
  // Topology-preserving state-variable high-pass (V. Zavalishin, "The Art of VA Filter Design", rev. 2.1.0, 2018, section 4.1), its two integrators
  // written out as one matrix: the recursion is then three operations long.
  const double g = tan_exact(kPi * in_range(params.sidechain_hp_hz, 10.0f, 1000.0f, fallback.sidechain_hp_hz) / sample_rate_hz_);
  norm_ = 1.0 / (1.0 + g * (g + kButterworthDamping));
  band_to_high_ = -(g + kButterworthDamping) * norm_;
  in_to_band_ = 2.0 * g * norm_;
  low_to_band_ = -in_to_band_;
  band_to_band_ = 1.0 + 2.0 * g * band_to_high_;
  in_to_low_ = g * in_to_band_;
  low_to_low_ = 1.0 - in_to_low_;
  band_to_low_ = g * (1.0 + band_to_band_);
}

bool Compressor::settled() const noexcept {
  return threshold_db_.settled() && slope_.settled() && knee_db_.settled() && makeup_db_.settled() && mix_.settled();
}

void Compressor::move_curve() noexcept {
  knee_now_db_ = static_cast<float>(knee_db_.value());
  knee_bottom_db_ = static_cast<float>(threshold_db_.value() - 0.5 * knee_db_.value());
  slope_now_ = static_cast<float>(slope_.value());
  half_slope_per_knee_ = knee_now_db_ > 0.0f ? 0.5f * slope_now_ / knee_now_db_ : 0.0f;
  makeup_now_db_ = static_cast<float>(makeup_db_.value());
  mix_now_ = static_cast<float>(mix_.value());
}

void Compressor::detect(AudioBlock io, int at, int frames, float* levels_lin) noexcept {
  const float* left = io.channel(0) + at;
  const float* right = io.channel(io.channel_count - 1) + at;
  f64x2 low = low_, band = band_;
  for (int i = 0; i < frames; ++i) {
    const f64x2 x{clamp_to(left[i], -kLoudestLin, kLoudestLin), clamp_to(right[i], -kLoudestLin, kLoudestLin)};
    const f64x2 high = splat2(norm_) * (x - low) + splat2(band_to_high_) * band;
    const f64x2 next_band = splat2(band_to_band_) * band + (splat2(low_to_band_) * low + (splat2(in_to_band_) * x + splat2(kNeverDenormal)));
    low = splat2(low_to_low_) * low + (splat2(band_to_low_) * band + (splat2(in_to_low_) * x + splat2(kNeverDenormal)));
    band = next_band;
    levels_lin[i] = static_cast<float>(std::max(std::fabs(high[0]), std::fabs(high[1])));
  }
  low_ = low;
  band_ = band;
}

// JAES 60(6) 2012, eq. 17; the part that does not depend on the state comes first.
void Compressor::smooth(const float* wanted_db, int frames, float* reductions_db) noexcept {
  const double attack = attack_coefficient_, keep_in_attack = 1.0 - attack;
  const double release = release_coefficient_, keep_in_release = 1.0 - release;
  double released_db = released_db_, reduction_db = reduction_db_;
  for (int i = 0; i < frames; ++i) {
    const double wanted = wanted_db[i];
    released_db = std::max(wanted, keep_in_release * released_db + (release * wanted + kNeverDenormal));
    reduction_db = keep_in_attack * reduction_db + attack * released_db;
    reductions_db[i] = static_cast<float>(reduction_db);
  }
  released_db_ = released_db;
  reduction_db_ = reduction_db;
}

void Compressor::process_chunk(AudioBlock io, int at, int frames) noexcept {
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c) + at;
    for (int i = 0; i < frames; ++i) samples[i] = is_finite(samples[i]) ? samples[i] : 0.0f;
  }
  alignas(16) float levels[kChunkFrames] = {};
  alignas(16) float gains[kChunkFrames];
  detect(io, at, frames, levels);

  // JAES 60(6) 2012, eq. 4: quadratic over the part of the level that lies inside the knee, straight over the part above it.
  const f32x4 none = splat4(0.0f);
  for (int i = 0; i < frames; i += 4) {
    const f32x4 over_db = lin_to_db_fast4(load4(levels + i)) - splat4(knee_bottom_db_);
    const f32x4 in_knee_db = max4(none, min4(over_db, splat4(knee_now_db_)));
    const f32x4 above_db = max4(none, over_db - splat4(knee_now_db_));
    store4(levels + i, splat4(half_slope_per_knee_) * in_knee_db * in_knee_db + splat4(slope_now_) * above_db);
  }
  smooth(levels, frames, levels);

  const f32x4 makeup_db = splat4(makeup_now_db_);
  f32x4 most_db = none;
  for (int i = 0; i < frames; i += 4) {
    const f32x4 smoothed_db = load4(levels + i);
    const f32x4 reduction_db = select4(smoothed_db < splat4(kLeastReductionDb), none, smoothed_db);
    most_db = max4(most_db, reduction_db);
    const f32x4 wet_gain = db_to_lin_fast4(makeup_db - reduction_db);
    store4(gains + i, mix_now_ == 1.0f ? wet_gain : splat4(1.0f) + splat4(mix_now_) * (wet_gain - splat4(1.0f)));
  }
  reported_reduction_db_ = std::max({reported_reduction_db_, most_db[0], most_db[1], most_db[2], most_db[3]});
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c) + at;
    for (int i = 0; i < frames; ++i) samples[i] *= gains[i];
  }
}

void Compressor::process(AudioBlock io) noexcept {
  reported_reduction_db_ = 0.0f;
  int at = 0;
  for (; at < io.frames && !settled(); ++at) {
    for (SmoothedValue* value : {&threshold_db_, &slope_, &knee_db_, &makeup_db_, &mix_}) value->next();
    move_curve();
    process_chunk(io, at, 1);
  }
  for (; at < io.frames; at += kChunkFrames) process_chunk(io, at, std::min(kChunkFrames, io.frames - at));
}

}  // namespace ag06::dsp
