#include "analysis/loudness.h"

#include <algorithm>

#include "analysis/loudness_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kNan = __builtin_nan("");
constexpr double kIntegratedGateLu = -10.0;  // BS.1770-5 eq. 6
constexpr double kRangeGateLu = -20.0;       // Tech 3342 section 3
// BS.1770-5 Table 3: 1.41 between 60 and 120 degrees to either side. Rows by channel count, WAV channel order.
constexpr double kSide = 1.41;
constexpr double kWeights[kMaxMeterChannels][kMaxMeterChannels] = {{1},
                                                                   {1, 1},
                                                                   {1, 1, 1},
                                                                   {1, 1, kSide, kSide},
                                                                   {1, 1, 1, kSide, kSide},
                                                                   {1, 1, 1, 0, kSide, kSide},
                                                                   {1, 1, 1, 0, 1, kSide, kSide},
                                                                   {1, 1, 1, 0, 1, 1, kSide, kSide}};
}  // namespace

Status LoudnessMeter::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec, kMaxMeterChannels); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  channels_ = spec.channels;
  pairs_ = {};
  {  // Pre-filter: high shelf of 4 dB at 1682 Hz (De Man 2018, table 1).
    const double k = tan_exact(kPi * 1681.974450955533 / sample_rate_hz_);
    const double q = 0.7071752369554196;
    const double high = db_to_lin(3.999843853973347);
    const double mid = pow_exact(high, 0.4996667741545416);
    const double a0 = 1.0 + k / q + k * k;
    shelf_ = {(high + mid * k / q + k * k) / a0, 2.0 * (k * k - high) / a0, (high - mid * k / q + k * k) / a0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0};
  }
  {  // RLB high-pass at 38 Hz (De Man 2018, table 1); the standard leaves its gain unnormalised.
    const double k = tan_exact(kPi * 38.13547087602444 / sample_rate_hz_);
    const double q = 0.5003270373238773;
    const double a0 = 1.0 + k / q + k * k;
    high_pass_ = {1.0, -2.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0};
  }
  for (int c = 0; c < channels_; ++c) pairs_[static_cast<std::size_t>(c / 2)].weight[c % 2] = kWeights[channels_ - 1][c];
  blocks_.prepare();
  short_terms_.prepare();
  reset();
  return Status::ok;
}

void LoudnessMeter::reset() noexcept {
  for (Pair& pair : pairs_) {
    pair.state = {};
    pair.energy = f64x2{};
  }
  ring_ = {};
  frames_ = hops_ = hop_began_ = 0;
  blocks_.clear();
  short_terms_.clear();
  momentary_lufs_ = short_term_lufs_ = momentary_max_lufs_ = short_term_max_lufs_ = kNan;
}

// Hops of 100 ms; at rates that ten does not divide they differ by one frame.
int LoudnessMeter::frames_to_update() const noexcept {
  return static_cast<int>(static_cast<std::int64_t>(static_cast<double>(hops_ + 1) * sample_rate_hz_ * 0.1 + 0.5) - frames_);
}

void LoudnessMeter::process(ConstAudioBlock in) noexcept {
  for (int at = 0; at < in.frames;) {
    const int frames = std::min(in.frames - at, frames_to_update());
    for (int c = 0; c < channels_; c += 2)
      run_pair(pairs_[static_cast<std::size_t>(c / 2)], in.channel(c) + at, c + 1 < channels_ ? in.channel(c + 1) + at : nullptr, frames);
    at += frames;
    frames_ += frames;
    if (frames_to_update() == 0) end_hop();
  }
}

void LoudnessMeter::run_pair(Pair& pair, const float* first, const float* second, int frames) noexcept {
  const auto step = [](const Biquad& h, f64x2& s1, f64x2& s2, f64x2 x) {
    const f64x2 y = splat2(h.b0) * x + s1;
    s1 = splat2(h.b1) * x - splat2(h.a1) * y + s2;
    s2 = splat2(h.b2) * x - splat2(h.a2) * y;
    return y;
  };
  std::array<f64x2, 4> s = pair.state;
  f64x2 energy = pair.energy;
  for (int i = 0; i < frames; ++i) {
    const double a = is_finite(first[i]) ? first[i] : 0.0;
    const double b = second && is_finite(second[i]) ? second[i] : 0.0;
    const f64x2 y = step(high_pass_, s[2], s[3], step(shelf_, s[0], s[1], f64x2{a, b}));
    energy += y * y;
  }
  pair.state = s;
  pair.energy = energy;
}

void LoudnessMeter::end_hop() noexcept {
  double energy = 0.0;
  for (Pair& pair : pairs_) {
    const f64x2 weighted = pair.weight * pair.energy;
    energy += weighted[0] + weighted[1];
    pair.energy = f64x2{};
    for (f64x2& state : pair.state) state = f64x2{flush_tiny(state[0]), flush_tiny(state[1])};
  }
  ring_[static_cast<std::size_t>(hops_ % kShortTermHops)] = {energy, static_cast<double>(frames_ - hop_began_)};
  hop_began_ = frames_;
  ++hops_;
  if (hops_ >= kMomentaryHops) {
    const double block = mean_energy(kMomentaryHops);
    blocks_.add(block);
    momentary_lufs_ = lufs_of(block);
    if (!(momentary_max_lufs_ >= momentary_lufs_) && is_finite(momentary_lufs_)) momentary_max_lufs_ = momentary_lufs_;
  }
  if (hops_ >= kShortTermHops) {
    const double block = mean_energy(kShortTermHops);
    short_terms_.add(block);
    short_term_lufs_ = lufs_of(block);
    if (!(short_term_max_lufs_ >= short_term_lufs_) && is_finite(short_term_lufs_)) short_term_max_lufs_ = short_term_lufs_;
  }
}

double LoudnessMeter::mean_energy(int hops) const noexcept {
  double energy = 0.0;
  double frames = 0.0;
  for (std::int64_t k = hops_ - hops; k < hops_; ++k) {
    const Hop& hop = ring_[static_cast<std::size_t>(k % kShortTermHops)];
    energy += hop.energy;
    frames += hop.frames;
  }
  return energy / frames;
}

double LoudnessMeter::integrated_lufs() const noexcept { return lufs_of(blocks_.gated_energy(kIntegratedGateLu)); }
double LoudnessMeter::range_lu() const noexcept { return short_terms_.range_lu(kRangeGateLu); }

}  // namespace ag06::analysis
