#include "dsp/dynamics/compressor.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::dsp {
namespace {
constexpr double kSmoothingMs = 20.0;
constexpr double kButterworthDamping = 1.41421356237309504880;
// A reduction smaller than this is no reduction: it lands on exactly none.
constexpr float kLeastReductionDb = 1e-5f;
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
  released_db_ = reduction_db_ = reported_reduction_db_ = 0.0f;
}

void Compressor::set_params(const CompressorParams& params) noexcept {
  constexpr CompressorParams fallback;
  threshold_db_.set_target(in_range(params.threshold_dbfs, -80.0f, 0.0f, fallback.threshold_dbfs));
  slope_.set_target(1.0 - 1.0 / static_cast<double>(in_range(params.ratio, 1.0f, 100.0f, fallback.ratio)));
  knee_db_.set_target(in_range(params.knee_db, 0.0f, 40.0f, fallback.knee_db));
  makeup_db_.set_target(in_range(params.makeup_db, -24.0f, 36.0f, fallback.makeup_db));
  mix_.set_target(in_range(params.mix_ratio, 0.0f, 1.0f, fallback.mix_ratio));
  const auto coefficient = [&](float time_ms) { return static_cast<float>(1.0 - exp_exact(-1000.0 / (time_ms * sample_rate_hz_))); };
  attack_coefficient_ = coefficient(in_range(params.attack_ms, 0.02f, 1000.0f, fallback.attack_ms));
  release_coefficient_ = coefficient(in_range(params.release_ms, 1.0f, 10000.0f, fallback.release_ms));
  g_ = tan_exact(kPi * in_range(params.sidechain_hp_hz, 10.0f, 1000.0f, fallback.sidechain_hp_hz) / sample_rate_hz_);
  norm_ = 1.0 / (1.0 + g_ * (g_ + kButterworthDamping));
}

void Compressor::move_curve() noexcept {
  threshold_now_db_ = static_cast<float>(threshold_db_.value());
  slope_now_ = static_cast<float>(slope_.value());
  knee_now_db_ = static_cast<float>(knee_db_.value());
  makeup_now_db_ = static_cast<float>(makeup_db_.value());
  mix_now_ = static_cast<float>(mix_.value());
  // A hundredth of a decibel under the knee, which covers the error of db_to_lin_fast.
  detect_floor_lin_ = db_to_lin_fast(threshold_now_db_ - 0.5f * knee_now_db_ - 0.01f);
}

// Magnitude of the louder channel after the side chain's high-pass (topology-preserving state-variable filter, Zavalishin 2018, ch. 4).
float Compressor::detect(f64x2 x) noexcept {
  const f64x2 g = splat2(g_);
  const f64x2 high = (x - (splat2(kButterworthDamping) + g) * band_ - low_) * splat2(norm_);
  const f64x2 middle = g * high + band_;
  const f64x2 low = g * middle + low_;
  // A constant far below hearing keeps the states from ever becoming denormal.
  band_ = g * high + middle + splat2(1e-25);
  low_ = g * middle + low + splat2(1e-25);
  return static_cast<float>(std::min(std::max(std::fabs(high[0]), std::fabs(high[1])), 1e30));
}

float Compressor::smooth(float wanted_db) noexcept {
  released_db_ = std::max(wanted_db, released_db_ + release_coefficient_ * (wanted_db - released_db_));
  reduction_db_ += attack_coefficient_ * (released_db_ - reduction_db_);
  if (released_db_ < kLeastReductionDb) released_db_ = 0.0f;
  if (released_db_ == 0.0f && reduction_db_ < kLeastReductionDb) reduction_db_ = 0.0f;
  return reduction_db_;
}

void Compressor::process(AudioBlock io) noexcept {
  reported_reduction_db_ = 0.0f;
  const int last = io.channel_count - 1;
  for (int i = 0; i < io.frames; ++i) {
    for (int c = 0; c < io.channel_count; ++c)
      if (!is_finite(io.channel(c)[i])) io.channel(c)[i] = 0.0f;
    if (!(threshold_db_.settled() && slope_.settled() && knee_db_.settled() && makeup_db_.settled() && mix_.settled())) {
      for (SmoothedValue* value : {&threshold_db_, &slope_, &knee_db_, &makeup_db_, &mix_}) value->next();
      move_curve();
    }
    const float magnitude = detect(f64x2{io.channel(0)[i], io.channel(last)[i]});
    float wanted_db = 0.0f;
    if (magnitude > detect_floor_lin_) {
      const float over_db = lin_to_db_fast(magnitude) - threshold_now_db_;
      if (2.0f * over_db >= knee_now_db_) {
        wanted_db = slope_now_ * over_db;
      } else if (2.0f * over_db > -knee_now_db_) {
        const float into_db = over_db + 0.5f * knee_now_db_;
        wanted_db = slope_now_ * into_db * into_db / (2.0f * knee_now_db_);
      }
    }
    const float reduction_db = smooth(std::max(0.0f, wanted_db));
    reported_reduction_db_ = std::max(reported_reduction_db_, reduction_db);
    if (reduction_db == 0.0f && makeup_now_db_ == 0.0f) continue;
    const float wet_gain = db_to_lin_fast(makeup_now_db_ - reduction_db);
    const float gain = mix_now_ == 1.0f ? wet_gain : 1.0f + mix_now_ * (wet_gain - 1.0f);
    for (int c = 0; c < io.channel_count; ++c) io.channel(c)[i] *= gain;
  }
}

}  // namespace ag06::dsp
