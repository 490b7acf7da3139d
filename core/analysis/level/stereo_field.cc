#include "analysis/level/stereo_field.h"

#include <algorithm>
#include <cmath>

#include "analysis/level/sample_sums.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kNan = StereoReport::kUnknown;
constexpr double kLeastPower = 1e-12;          // -120 dBFS: rounding, not sound
constexpr double kLeastBandShare = 1e-9;       // -90 dB of the whole: leakage of the window, not sound
constexpr double kSoundingRangeDb = 40.0;
constexpr double kSoundingFloorDbfs = -70.0;
constexpr double kLargestDb = 60.0;            // where a channel, or the sum, is silent

// Squared gain of BS.1770-5's two filters, as analogue prototypes (B. De Man, AES 145, 2018, table 1): they differ from the digital ones
// near half the rate only, by less than 1 dB below 0.8 of it.
[[nodiscard]] double k_weight(double freq_hz) noexcept {
  const double x = freq_hz / 1681.974450955533, high = db_to_lin(3.999843853973347), mid = pow_exact(high, 0.4996667741545416);
  const double q = 0.7071752369554196;
  const double real = 1.0 - x * x;
  const double shelf_top = (1.0 - high * x * x) * (1.0 - high * x * x) + (mid * x / q) * (mid * x / q);
  const double shelf_bottom = real * real + (x / q) * (x / q);
  const double y = freq_hz / 38.13547087602444, q_high_pass = 0.5003270373238773;
  const double bottom = (1.0 - y * y) * (1.0 - y * y) + (y / q_high_pass) * (y / q_high_pass);
  return (shelf_top / shelf_bottom) * (y * y * y * y / bottom);
}

struct FrameSums {
  ChannelPowers plain, weighted;
};
// Real and imaginary parts need not be told apart: |L|^2 and Re(L R*) are sums over both.
[[nodiscard]] FrameSums sums_of_bins(const float* left, const float* right, const float* weights, int from, int to) noexcept {
  f32x4 l{}, r{}, c{}, weighted_l{}, weighted_r{}, weighted_c{};
  int i = 2 * from;
  for (; i + 4 <= 2 * to; i += 4) {
    const f32x4 a = load4(left + i), b = load4(right + i), w = load4(weights + i);
    const f32x4 aa = a * a, bb = b * b, ab = a * b;
    l += aa;
    r += bb;
    c += ab;
    weighted_l += w * aa;
    weighted_r += w * bb;
    weighted_c += w * ab;
  }
  FrameSums sums{{sum4(l), sum4(r), sum4(c)}, {sum4(weighted_l), sum4(weighted_r), sum4(weighted_c)}};
  for (; i < 2 * to; ++i) {
    const double a = static_cast<double>(left[i]), b = static_cast<double>(right[i]), w = static_cast<double>(weights[i]);
    sums.plain.left += a * a;
    sums.plain.right += b * b;
    sums.plain.cross += a * b;
    sums.weighted.left += w * a * a;
    sums.weighted.right += w * b * b;
    sums.weighted.cross += w * a * b;
  }
  return sums;
}

void add(ChannelPowers& to, const ChannelPowers& more) noexcept {
  to.left += more.left;
  to.right += more.right;
  to.cross += more.cross;
}
}  // namespace

double correlation_of(const ChannelPowers& powers) noexcept {
  if (!(powers.left > kLeastPower && powers.right > kLeastPower)) return kNan;
  return clamp_to(powers.cross / std::sqrt(powers.left * powers.right), -1.0, 1.0);
}

double width_of(const ChannelPowers& powers) noexcept {
  if (!(powers.total() > kLeastPower)) return kNan;
  const double mid = std::sqrt(std::max(0.0, powers.total() + 2.0 * powers.cross)),
               side = std::sqrt(std::max(0.0, powers.total() - 2.0 * powers.cross));
  return side / (mid + side);
}

void StereoField::Sums::add(const Sums& other) noexcept {
  left += other.left;
  right += other.right;
  ag06::analysis::add(powers, other.powers);
  frames += other.frames;
}

ChannelPowers StereoField::Sums::about_mean() const noexcept {
  if (frames <= 0.0) return {};
  const double l = left / frames, r = right / frames;
  return {std::max(0.0, powers.left / frames - l * l), std::max(0.0, powers.right / frames - r * r), powers.cross / frames - l * r};
}

Status StereoField::prepare(const StftGrid& grid, double max_duration_s) {
  const StreamSpec spec{grid.sample_rate_hz, grid.channels, 512};
  if (const Status status = validate(spec); status != Status::ok) return status;
  channels_ = grid.channels;
  most_moments_ = static_cast<std::size_t>(std::max(0.0, max_duration_s) * kSlotsPerSecond / kSlotsPerStep) + 1;
  moments_.reserve(most_moments_);
  cutter_.prepare(spec);
  const auto bin_at = [&grid](double freq_hz) { return std::min(grid.bins(), static_cast<int>(freq_hz / grid.bin_hz() + 0.5)); };
  for (std::size_t b = 0; b < kBands; ++b) ranges_[b] = {bin_at(kBandEdgesHz[b]), bin_at(kBandEdgesHz[b + 1])};
  k_weights_.assign(static_cast<std::size_t>(2 * grid.bins()), 0.0f);
  for (std::size_t i = 0; i < k_weights_.size(); i += 2)
    k_weights_[i] = k_weights_[i + 1] = static_cast<float>(k_weight(static_cast<double>(i / 2) * grid.bin_hz()));
  reset();
  return Status::ok;
}

void StereoField::reset() noexcept {
  cutter_.reset();
  whole_ = step_ = {};
  latest_ = {};
  steps_ = 0;
  slots_in_step_ = 0;
  moments_.clear();
  bands_ = {};
  weighted_ = {};
}

void StereoField::process(ConstAudioBlock in) noexcept {
  cutter_.process(in, [this](const float* const* planes, int frames) { take_slot(planes, frames); });
}

void StereoField::take_slot(const float* const* planes, int frames) noexcept {
  const float* const left = planes[0];
  const float* const right = planes[channels_ - 1];
  const SampleSums l = sums_of(left, frames), r = mono() ? l : sums_of(right, frames);
  const double cross = static_cast<double>(mono() ? l.energy : product_of(left, right, frames));
  step_.add({static_cast<double>(l.sum),
             static_cast<double>(r.sum),
             {static_cast<double>(l.energy), static_cast<double>(r.energy), cross},
             static_cast<double>(frames)});
  if (++slots_in_step_ == kSlotsPerStep) end_step();
}

void StereoField::end_step() noexcept {
  whole_.add(step_);
  latest_[static_cast<std::size_t>(steps_ % kStepsPerMoment)] = step_;
  step_ = {};
  slots_in_step_ = 0;
  if (++steps_ < kStepsPerMoment || moments_.size() >= most_moments_) return;
  Sums sums;
  for (const Sums& each : latest_) sums.add(each);
  const ChannelPowers powers = sums.about_mean();
  const double correlation = correlation_of(powers), level_db = powers.total() > kLeastPower ? 0.5 * lin_to_db(0.5 * powers.total()) : -127.0;
  // A channel that is silent alone has no correlation: such a moment counts as unrelated.
  const double percent = is_finite(correlation) ? 100.0 * correlation : 0.0;
  moments_.push_back({static_cast<std::int8_t>(percent + (percent < 0.0 ? -0.5 : 0.5)), static_cast<std::int8_t>(clamp_to(level_db, -127.0, 127.0))});
}

void StereoField::process(const SpectrumFrame& frame) noexcept {
  const float* const right = frame.right != nullptr ? frame.right : frame.left;
  for (std::size_t b = 0; b < kBands; ++b) {
    if (ranges_[b].from >= ranges_[b].to) continue;
    const FrameSums sums = sums_of_bins(frame.left, right, k_weights_.data(), ranges_[b].from, ranges_[b].to);
    add(bands_[b], sums.plain);
    add(weighted_, sums.weighted);
  }
}

ChannelPowers StereoField::whole() const noexcept {
  Sums all = whole_;
  all.add(step_);
  return all.about_mean();
}

StereoReport find_stereo(const StereoField& heard) {
  StereoReport report;
  report.band_width.fill(kNan);
  report.band_correlation.fill(kNan);
  const ChannelPowers whole = heard.whole();
  if (!(whole.total() > kLeastPower)) return report;
  report.width = width_of(whole);
  report.correlation = correlation_of(whole);
  report.balance_db = whole.left > kLeastPower && whole.right > kLeastPower
                          ? clamp_to(0.5 * lin_to_db(whole.right / whole.left), -kLargestDb, kLargestDb)
                          : (whole.right > whole.left ? kLargestDb : -kLargestDb);
  const ChannelPowers& weighted = heard.weighted();
  if (weighted.total() > kLeastPower) {
    const double kept = 1.0 + 2.0 * weighted.cross / weighted.total();
    report.mono_loss_db = kept > 1e-6 ? -0.5 * lin_to_db(kept) : kLargestDb;
  }
  double all_bands = 0.0;
  for (const ChannelPowers& band : heard.bands()) all_bands += band.total();
  for (std::size_t b = 0; b < kBands; ++b) {
    const ChannelPowers& band = heard.bands()[b];
    if (!(band.total() > kLeastPower) || band.total() < kLeastBandShare * all_bands) continue;
    report.band_width[b] = width_of(band);
    report.band_correlation[b] = correlation_of(band);
  }
  int loudest_db = -127;
  for (const auto& moment : heard.moments()) loudest_db = std::max<int>(loudest_db, moment.level_db);
  const double floor_db = std::max(kSoundingFloorDbfs, loudest_db - kSoundingRangeDb);
  for (const auto& moment : heard.moments()) {
    if (moment.level_db < floor_db) continue;
    const double correlation = 0.01 * moment.correlation_percent;
    if (!(report.correlation_min <= correlation)) report.correlation_min = correlation;
  }
  return report;
}

}  // namespace ag06::analysis
