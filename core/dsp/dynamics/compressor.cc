#include "dsp/dynamics/compressor.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::dsp {
namespace {
constexpr double kSmoothingMs = 20.0;
constexpr float kLongestLookaheadMs = 50.0f;
// A reduction smaller than this is no reduction: it lands on exactly none.
constexpr float kLeastReductionDb = 1e-5f;
// The detector hears nothing louder than +60 dBFS, so that a burst of any size is released as one of that size is.
constexpr float kLoudestLin = 1000.0f;
// The vintage detector rings longer: +24 dBFS.
constexpr float kLoudestEnvelopeLin = 16.0f;
constexpr double kAutoMakeupShare = 0.5;
// The reduction that brings half of the colour.
constexpr float kHalfColourDb = 6.0f;
static_assert(DspUnit<Compressor>);

[[nodiscard]] float in_range(float x, float low, float high, float fallback) noexcept { return is_finite(x) ? clamp_to(x, low, high) : fallback; }
}  // namespace

Status Compressor::prepare(const StreamSpec& spec, float max_lookahead_ms) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  if (!(max_lookahead_ms >= 0.0f && max_lookahead_ms <= kLongestLookaheadMs)) return Status::out_of_range;
  sample_rate_hz_ = spec.sample_rate_hz;
  channels_ = spec.channels;
  latency_frames_ = frames_for_ms(max_lookahead_ms, sample_rate_hz_);
  for (int c = 0; c < kMaxStripChannels; ++c) {
    audio_[c].prepare(c < channels_ ? latency_frames_ : 0);
    level_rings_[c].assign(static_cast<std::size_t>(latency_frames_ + kChunkFrames), 0.0f);
  }
  each_smoothed([&](SmoothedValue& value) { value.prepare(sample_rate_hz_, kSmoothingMs); });
  colour_.prepare(sample_rate_hz_);
  set_params({});
  reset();
  return Status::ok;
}

void Compressor::reset() noexcept {
  each_smoothed([](SmoothedValue& value) { value.snap(); });
  move_curve();
  sidechain_.reset();
  quadrature_.reset();
  colour_.reset();
  for (int c = 0; c < kMaxStripChannels; ++c) {
    audio_[c].reset();
    std::fill(level_rings_[c].begin(), level_rings_[c].end(), 0.0f);
    modern_[c].snap(0.0);
    cells_[c].snap(0.0, vintage_times_);
  }
  write_at_ = 0;
  detectors_ = channels_ > 1 && link_.target() != 1.0 ? 2 : 1;
  reported_reduction_db_ = 0.0f;
}

void Compressor::set_params(const CompressorParams& params) noexcept {
  constexpr CompressorParams fallback;
  const double threshold_dbfs = in_range(params.threshold_dbfs, -80.0f, 0.0f, fallback.threshold_dbfs);
  const double slope = 1.0 - 1.0 / static_cast<double>(in_range(params.ratio, 1.0f, 100.0f, fallback.ratio));
  const double knee_db = in_range(params.knee_db, 0.0f, 40.0f, fallback.knee_db);
  const bool vintage = params.style == CompressorStyle::vintage;
  threshold_db_.set_target(threshold_dbfs);
  slope_.set_target(slope);
  knee_db_.set_target(knee_db);
  double makeup_db = in_range(params.makeup_db, -24.0f, 36.0f, fallback.makeup_db);
  if (params.auto_makeup) {
    KneeCurve knee;
    OptoCurve opto;
    knee.set(threshold_dbfs, slope, knee_db);
    opto.set(threshold_dbfs, slope, knee_db);
    const f32x4 full_scale = splat4(0.0f);
    makeup_db += kAutoMakeupShare * static_cast<double>((vintage ? opto.reduction_db(full_scale) : knee.reduction_db(full_scale))[0]);
  }
  makeup_db_.set_target(makeup_db);
  mix_.set_target(in_range(params.mix_ratio, 0.0f, 1.0f, fallback.mix_ratio));

  link_.set_target(in_range(params.link_ratio, 0.0f, 1.0f, fallback.link_ratio));
  if (channels_ > 1 && detectors_ == 1 && link_.target() != 1.0) {
    detectors_ = 2;
    modern_[1] = modern_[0];
    cells_[1] = cells_[0];
    std::copy(level_rings_[0].begin(), level_rings_[0].end(), level_rings_[1].begin());
  }
  const double attack_ms = in_range(params.attack_ms, 0.02f, 1000.0f, fallback.attack_ms);
  const double release_ms = in_range(params.release_ms, 1.0f, 10000.0f, fallback.release_ms);
  modern_times_ = DecoupledSmoother::times(attack_ms, release_ms, sample_rate_hz_);
  vintage_times_ = OptoCell::times(attack_ms, release_ms, sample_rate_hz_);

  // The style that comes in takes over the reduction that there is.
  if (vintage_.settled() && vintage != (vintage_.target() != 0.0)) {
    for (int c = 0; c < kMaxStripChannels; ++c) {
      if (vintage) cells_[c].snap(modern_[c].reduction_db(), vintage_times_);
      else modern_[c].snap(cells_[c].reduction_db());
    }
    if (vintage) colour_.reset();
  }
  vintage_.set_target(vintage ? 1.0 : 0.0);
  if (vintage && !hears_envelopes_) quadrature_.reset();
  hears_envelopes_ = vintage;

  sidechain_.set_cutoff(in_range(params.sidechain_hp_hz, 10.0f, 1000.0f, fallback.sidechain_hp_hz), sample_rate_hz_);
  detector_delay_frames_ =
      latency_frames_ -
      std::min(latency_frames_, frames_for_ms(in_range(params.lookahead_ms, 0.0f, kLongestLookaheadMs, fallback.lookahead_ms), sample_rate_hz_));
}

bool Compressor::settled() const noexcept {
  return threshold_db_.settled() && slope_.settled() && knee_db_.settled() && makeup_db_.settled() && mix_.settled() && link_.settled() &&
         vintage_.settled();
}

void Compressor::move_curve() noexcept {
  makeup_now_db_ = static_cast<float>(makeup_db_.value());
  mix_now_ = static_cast<float>(mix_.value());
  link_now_ = static_cast<float>(link_.value());
  vintage_now_ = static_cast<float>(vintage_.value());
  if (vintage_now_ < 1.0f) knee_curve_.set(threshold_db_.value(), slope_.value(), knee_db_.value());
  if (vintage_now_ > 0.0f) {
    opto_curve_.set(threshold_db_.value(), slope_.value(), knee_db_.value());
    makeup_now_lin_ = db_to_lin_fast(makeup_now_db_);
  }
}

// The magnitudes the side chain hears, up to the next multiple of four; of the louder channel while one detector serves both.
void Compressor::detect(AudioBlock io, int at, int frames, Rows& levels_lin) noexcept {
  if (hears_envelopes_) detect_envelopes(io, at, frames, levels_lin);
  else detect_peaks(io, at, frames, levels_lin);
  const int whole = (frames + 3) & ~3;
  for (int c = 0; c < kMaxStripChannels; ++c) std::fill(levels_lin.row[c] + frames, levels_lin.row[c] + whole, 0.0f);
  if (detectors_ > 1) return;
  for (int i = 0; i < whole; i += 4) store4(levels_lin.row[0] + i, max4(load4(levels_lin.row[0] + i), load4(levels_lin.row[1] + i)));
}

void Compressor::detect_peaks(AudioBlock io, int at, int frames, Rows& levels_lin) noexcept {
  const float* left = io.channel(0) + at;
  const float* right = io.channel(io.channel_count - 1) + at;
  ButterworthPair sidechain = sidechain_;
  for (int i = 0; i < frames; ++i) {
    const f64x2 x{clamp_to(left[i], -kLoudestLin, kLoudestLin), clamp_to(right[i], -kLoudestLin, kLoudestLin)};
    const f64x2 high = sidechain.high_pass(x);
    levels_lin.row[0][i] = static_cast<float>(std::fabs(high[0]));
    levels_lin.row[1][i] = static_cast<float>(std::fabs(high[1]));
  }
  sidechain_ = sidechain;
}

void Compressor::detect_envelopes(AudioBlock io, int at, int frames, Rows& levels_lin) noexcept {
  const float* left = io.channel(0) + at;
  const float* right = io.channel(io.channel_count - 1) + at;
  ButterworthPair sidechain = sidechain_;
  QuadraturePair quadrature = quadrature_;
  for (int i = 0; i < frames; ++i) {
    const f64x2 x{clamp_to(left[i], -kLoudestEnvelopeLin, kLoudestEnvelopeLin), clamp_to(right[i], -kLoudestEnvelopeLin, kLoudestEnvelopeLin)};
    const f64x2 envelope = quadrature.magnitude(sidechain.high_pass(x));
    levels_lin.row[0][i] = static_cast<float>(envelope[0]);
    levels_lin.row[1][i] = static_cast<float>(envelope[1]);
  }
  sidechain_ = sidechain;
  quadrature_ = quadrature;
}

// The rings delay the levels so that they lead the delayed audio by the look-ahead.
void Compressor::delay_levels(Rows& levels_lin, int frames) noexcept {
  const int size = latency_frames_ + kChunkFrames;
  int read_at = write_at_ - detector_delay_frames_;
  if (read_at < 0) read_at += size;
  const int first_written = std::min(frames, size - write_at_), first_read = std::min(frames, size - read_at);
  for (int c = 0; c < detectors_; ++c) {
    float* ring = level_rings_[c].data();
    float* levels = levels_lin.row[c];
    std::copy(levels, levels + first_written, ring + write_at_);
    std::copy(levels + first_written, levels + frames, ring);
    std::copy(ring + read_at, ring + read_at + first_read, levels);
    std::copy(ring, ring + (frames - first_read), levels + first_read);
  }
  write_at_ += frames;
  if (write_at_ >= size) write_at_ -= size;
}

// Moves both rows towards their larger value.
void Compressor::link(Rows& values, int frames) const noexcept {
  for (int i = 0; i < frames; i += 4) {
    const f32x4 left = load4(values.row[0] + i), right = load4(values.row[1] + i), larger = max4(left, right);
    store4(values.row[0] + i, link_now_ == 1.0f ? larger : left + splat4(link_now_) * (larger - left));
    store4(values.row[1] + i, link_now_ == 1.0f ? larger : right + splat4(link_now_) * (larger - right));
  }
}

void Compressor::reduce_modern(const Rows& levels_lin, int frames, Rows& reductions_db) noexcept {
  for (int c = 0; c < detectors_; ++c)
    for (int i = 0; i < frames; i += 4)
      store4(reductions_db.row[c] + i, knee_curve_.reduction_db(lin_to_db_fast4(load4(levels_lin.row[c] + i))));
  if (detectors_ > 1) link(reductions_db, frames);
  for (int c = 0; c < detectors_; ++c) modern_[c].process(reductions_db.row[c], frames, modern_times_, reductions_db.row[c]);
}

void Compressor::reduce_vintage(const Rows& levels_lin, int frames, Rows& reductions_db) noexcept {
  Rows attacks;
  for (int c = 0; c < detectors_; ++c)
    for (int i = 0; i < frames; i += 4) {
      const f32x4 level_dbfs = lin_to_db_fast4(load4(levels_lin.row[c] + i));
      store4(reductions_db.row[c] + i, opto_curve_.reduction_db(level_dbfs));
      store4(attacks.row[c] + i, OptoCell::attack(opto_curve_.steepness(level_dbfs), vintage_times_));
    }
  if (detectors_ > 1) {
    link(reductions_db, frames);
    link(attacks, frames);
  }
  for (int c = 0; c < detectors_; ++c) cells_[c].process(reductions_db.row[c], attacks.row[c], frames, vintage_times_, reductions_db.row[c]);
}

void Compressor::apply(AudioBlock io, int at, int frames, const Rows& smoothed_db) noexcept {
  const f32x4 none = splat4(0.0f), makeup_db = splat4(makeup_now_db_);
  Rows reductions_db, wet_gains, gains;
  f32x4 most_db = none;
  for (int c = 0; c < detectors_; ++c)
    for (int i = 0; i < frames; i += 4) {
      const f32x4 smoothed = load4(smoothed_db.row[c] + i);
      const f32x4 reduction_db = select4(smoothed < splat4(kLeastReductionDb), none, smoothed);
      most_db = max4(most_db, reduction_db);
      const f32x4 wet_gain = db_to_lin_fast4(makeup_db - reduction_db);
      store4(reductions_db.row[c] + i, reduction_db);
      store4(wet_gains.row[c] + i, wet_gain);
      store4(gains.row[c] + i, mix_now_ == 1.0f ? wet_gain : splat4(1.0f) + splat4(mix_now_) * (wet_gain - splat4(1.0f)));
    }
  reported_reduction_db_ = std::max({reported_reduction_db_, most_db[0], most_db[1], most_db[2], most_db[3]});
  Rows added;
  const bool coloured = vintage_now_ > 0.0f;
  if (coloured) colour(io, at, frames, reductions_db, wet_gains, added);
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c) + at;
    const float* own_gains = gains.row[std::min(c, detectors_ - 1)];
    for (int i = 0; i < frames; ++i) samples[i] *= own_gains[i];
    // Adding zero would turn a negative zero into a positive one.
    if (coloured)
      for (int i = 0; i < frames; ++i)
        if (added.row[c][i] != 0.0f) samples[i] += added.row[c][i];
  }
}

// What the vintage style adds to its output: harmonics of the reduced signal, made up and mixed as that is.
void Compressor::colour(AudioBlock io, int at, int frames, const Rows& reductions_db, const Rows& wet_gains, Rows& added) noexcept {
  const float* left = io.channel(0) + at;
  const float* right = io.channel(io.channel_count - 1) + at;
  const int last = detectors_ - 1;
  const float unmade_lin = 1.0f / makeup_now_lin_, scale_lin = vintage_now_ * mix_now_ * makeup_now_lin_;
  HarmonicColour colour = colour_;
  for (int i = 0; i < frames; ++i) {
    const f64x2 reduced{left[i] * wet_gains.row[0][i] * unmade_lin, right[i] * wet_gains.row[last][i] * unmade_lin};
    const f64x2 harmonics = colour.next(reduced);
    const float left_db = reductions_db.row[0][i], right_db = reductions_db.row[last][i];
    added.row[0][i] = flush_tiny(static_cast<float>(harmonics[0]) * (scale_lin * left_db / (left_db + kHalfColourDb)));
    added.row[1][i] = flush_tiny(static_cast<float>(harmonics[1]) * (scale_lin * right_db / (right_db + kHalfColourDb)));
  }
  colour_ = colour;
}

void Compressor::process_chunk(AudioBlock io, int at, int frames) noexcept {
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c) + at;
    for (int i = 0; i < frames; ++i) samples[i] = is_finite(samples[i]) ? samples[i] : 0.0f;
  }
  Rows levels_lin, reductions_db;
  detect(io, at, frames, levels_lin);
  if (latency_frames_ > 0) {
    delay_levels(levels_lin, frames);
    for (int c = 0; c < io.channel_count; ++c) audio_[c].process(io.channel(c) + at, io.channel(c) + at, frames);
  }

  if (vintage_now_ < 1.0f) reduce_modern(levels_lin, frames, reductions_db);
  if (vintage_now_ == 1.0f) {
    reduce_vintage(levels_lin, frames, reductions_db);
  } else if (vintage_now_ > 0.0f) {
    Rows vintage_db;
    reduce_vintage(levels_lin, frames, vintage_db);
    for (int c = 0; c < detectors_; ++c)
      for (int i = 0; i < frames; ++i) reductions_db.row[c][i] += vintage_now_ * (vintage_db.row[c][i] - reductions_db.row[c][i]);
  }
  apply(io, at, frames, reductions_db);
}

void Compressor::process(AudioBlock io) noexcept {
  reported_reduction_db_ = 0.0f;
  int at = 0;
  for (; at < io.frames && !settled(); ++at) {
    each_smoothed([](SmoothedValue& value) { value.next(); });
    move_curve();
    process_chunk(io, at, 1);
  }
  for (; at < io.frames; at += kChunkFrames) process_chunk(io, at, std::min(kChunkFrames, io.frames - at));
}

}  // namespace ag06::dsp
