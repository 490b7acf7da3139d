#include "analysis/loudness.h"

#include <algorithm>

#include "analysis/loudness_scale.h"

namespace ag06::analysis {
namespace {
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
  design_filters();
  for (int c = 0; c < kMaxMeterChannels; ++c) pairs_[static_cast<std::size_t>(c / 2)].weight[c % 2] = kWeights[channels_ - 1][c];
  blocks_.prepare();
  short_terms_.prepare();
  reset();
  return Status::ok;
}

void LoudnessMeter::design_filters() noexcept {
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
}

void LoudnessMeter::reset() noexcept {
  for (Pair& pair : pairs_) {
    pair.state = {};
    pair.energy = f64x2{};
  }
  ring_ = {};
  hops_ = 0;
  frames_to_hop_end_ = static_cast<int>(hop_start(1));
  momentary_energy_ = short_term_energy_ = momentary_max_energy_ = short_term_max_energy_ = 0.0;
  blocks_.clear();
  short_terms_.clear();
}

// Where the rate is not a multiple of a hundred, hops differ by one frame and stay in time.
std::int64_t LoudnessMeter::hop_start(std::int64_t hop) const noexcept {
  return static_cast<std::int64_t>(static_cast<double>(hop) * sample_rate_hz_ / kHopsPerSecond + 0.5);
}

void LoudnessMeter::process(ConstAudioBlock in) noexcept {
  for (int at = 0; at < in.frames;) {
    const int frames = std::min(in.frames - at, frames_to_hop_end_);
    for (int c = 0; c < channels_; c += 2) {
      const float* first = in.channel(c) + at;
      // An odd last channel is measured twice, and weighs nothing the second time.
      run_pair(pairs_[static_cast<std::size_t>(c / 2)], first, c + 1 < channels_ ? in.channel(c + 1) + at : first, frames);
    }
    at += frames;
    frames_to_hop_end_ -= frames;
    if (frames_to_hop_end_ == 0) end_hop();
  }
}

void LoudnessMeter::run_pair(Pair& pair, const float* first, const float* second, int frames) noexcept {
  const auto step = [](const Biquad& h, f64x2& s1, f64x2& s2, f64x2 x) {
    const f64x2 y = splat2(h.b0) * x + s1;
    s1 = (splat2(h.b1) * x + s2) - splat2(h.a1) * y;
    s2 = splat2(h.b2) * x - splat2(h.a2) * y;
    return y;
  };
  const Biquad shelf = shelf_;
  const Biquad high_pass = high_pass_;
  std::array<f64x2, 4> s = pair.state;
  f64x2 energy = pair.energy;
  for (int i = 0; i < frames; ++i) {
    const double a = is_finite(first[i]) ? first[i] : 0.0f;
    const double b = is_finite(second[i]) ? second[i] : 0.0f;
    const f64x2 y = step(high_pass, s[2], s[3], step(shelf, s[0], s[1], f64x2{a, b}));
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
    // What is flushed at 1e-30 decays by less than a factor of 1e33 until the next hop (the shelf's poles, 10 ms): never denormal.
    for (f64x2& state : pair.state) state = f64x2{flush_tiny(state[0]), flush_tiny(state[1])};
  }
  const auto slot = static_cast<std::size_t>(hops_ % kShortTermHops);
  ring_[slot] = ring_[slot + kShortTermHops] = energy;
  ++hops_;
  frames_to_hop_end_ = static_cast<int>(hop_start(hops_ + 1) - hop_start(hops_));
  const bool block_ends = hops_ % kHopsPerBlock == 0;
  if (hops_ >= kMomentaryHops) {
    momentary_energy_ = mean_energy(kMomentaryHops);
    momentary_max_energy_ = std::max(momentary_max_energy_, momentary_energy_);
    if (block_ends) blocks_.add(momentary_energy_);
  }
  if (hops_ >= kShortTermHops) {
    short_term_energy_ = mean_energy(kShortTermHops);
    short_term_max_energy_ = std::max(short_term_max_energy_, short_term_energy_);
    if (block_ends) short_terms_.add(short_term_energy_);
  }
}

double LoudnessMeter::mean_energy(int hops) const noexcept {
  static_assert(kMomentaryHops % 4 == 0 && kShortTermHops % 4 == 0);
  const std::int64_t end = (hops_ - 1) % kShortTermHops + 1 + kShortTermHops;
  const double* window = ring_.data() + (end - hops);
  double sums[4] = {};
  for (int k = 0; k < hops; k += 4)
    for (int lane = 0; lane < 4; ++lane) sums[lane] += window[k + lane];
  return ((sums[0] + sums[2]) + (sums[1] + sums[3])) / static_cast<double>(hop_start(hops_) - hop_start(hops_ - hops));
}

double LoudnessMeter::momentary_lufs() const noexcept { return lufs_of(momentary_energy_); }
double LoudnessMeter::short_term_lufs() const noexcept { return lufs_of(short_term_energy_); }
double LoudnessMeter::momentary_max_lufs() const noexcept { return lufs_of(momentary_max_energy_); }
double LoudnessMeter::short_term_max_lufs() const noexcept { return lufs_of(short_term_max_energy_); }

double LoudnessMeter::integrated_lufs() const noexcept {
  const double gate_lufs = blocks_.gate_lufs(kIntegratedGateLu);
  return gate_lufs >= kAbsoluteGateLufs ? lufs_of(blocks_.mean_energy_above(gate_lufs)) : gate_lufs;
}

double LoudnessMeter::range_lu() const noexcept {
  const double gate_lufs = short_terms_.gate_lufs(kRangeGateLu);
  return gate_lufs >= kAbsoluteGateLufs ? short_terms_.percentile_lufs(0.95, gate_lufs) - short_terms_.percentile_lufs(0.10, gate_lufs) : gate_lufs;
}

}  // namespace ag06::analysis
