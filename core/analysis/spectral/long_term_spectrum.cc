#include "analysis/spectral/long_term_spectrum.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "analysis/spectral/spectral_scale.h"
#include "base/math.h"
#include "base/simd.h"

namespace ag06::analysis {
namespace {
constexpr int kFlushFrames = 16;  // few enough for single precision: sums lose 1e-6 at most
constexpr double kLowestHz = 8.0;
constexpr double kHighestHz = 20000.0;
constexpr double kSilentPower = 1e-11;

// Of pairs (re, im): straight += (ar br, ai bi), crossed += (ar bi, ai br); a conj(b) is their sum and difference.
void add_products(float* straight, float* crossed, const float* a, const float* b, int pairs) noexcept {
  int i = 0;
  for (; i + 4 <= 2 * pairs; i += 4) {
    const f32x4 of_a = load4(a + i), of_b = load4(b + i);
    const f32x4 swapped{of_b[1], of_b[0], of_b[3], of_b[2]};
    store4(straight + i, load4(straight + i) + of_a * of_b);
    store4(crossed + i, load4(crossed + i) + of_a * swapped);
  }
  for (; i < 2 * pairs; i += 2) {
    straight[i] += a[i] * b[i];
    straight[i + 1] += a[i + 1] * b[i + 1];
    crossed[i] += a[i] * b[i + 1];
    crossed[i + 1] += a[i + 1] * b[i];
  }
}

void move_sums(std::vector<float>& from, std::vector<double>& to) noexcept {
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i] += static_cast<double>(from[i]);
    from[i] = 0.0f;
  }
}
}  // namespace

Status LongTermSpectrum::prepare(const StftGrid& grid, double /*max_duration_s*/) {
  if (grid.hop_frames * 4 != grid.size) return Status::out_of_range;
  if (const Status status = narrow_.prepare(grid); status != Status::ok) return status;
  if (const Status status = mains_.prepare(grid); status != Status::ok) return status;
  grid_ = grid;
  tracked_bins_ = std::min(grid.bins(), static_cast<int>(kHighestHz / grid.bin_hz()) + 4);
  const auto pairs = 2 * static_cast<std::size_t>(tracked_bins_);
  for (auto& previous : previous_) previous.clear();
  for (int c = 0; c < grid.channels; ++c) previous_[c].assign(pairs, 0.0f);
  for (auto* part : {&straight_part_, &crossed_part_}) part->assign(pairs, 0.0f);
  for (auto* sum : {&straight_, &crossed_}) sum->assign(pairs, 0.0);
  power_part_.assign(static_cast<std::size_t>(grid.bins()), 0.0f);
  power_.assign(static_cast<std::size_t>(grid.bins()), 0.0);
  reset();
  return Status::ok;
}

void LongTermSpectrum::reset() noexcept {
  for (auto& previous : previous_) std::fill(previous.begin(), previous.end(), 0.0f);
  for (auto* part : {&power_part_, &straight_part_, &crossed_part_}) std::fill(part->begin(), part->end(), 0.0f);
  for (auto* sum : {&power_, &straight_, &crossed_}) std::fill(sum->begin(), sum->end(), 0.0);
  frames_in_part_ = 0;
  frames_ = 0;
  frame_power_sum_ = frame_power_square_sum_ = 0.0;
  narrow_.reset();
  mains_.reset();
}

void LongTermSpectrum::process(const SpectrumFrame& frame) noexcept {
  add_to(power_part_.data(), frame.power, grid_.bins());
  for (int c = 0; c < grid_.channels; ++c) {
    const float* now = c == 0 ? frame.left : frame.right;
    add_products(straight_part_.data(), crossed_part_.data(), now, previous_[c].data(), tracked_bins_);
    std::memcpy(previous_[c].data(), now, sizeof(float) * previous_[c].size());
  }
  ++frames_;
  if (++frames_in_part_ == kFlushFrames) flush();

  const int first = static_cast<int>(kLowestHz / grid_.bin_hz()) + 1;
  const float total = sum_of(frame.power, first, tracked_bins_);
  frame_power_sum_ += static_cast<double>(total);
  frame_power_square_sum_ += static_cast<double>(total) * static_cast<double>(total);
  if (total < kSoundingPower) return;
  narrow_.process(frame);
  mains_.process(frame);
}

void LongTermSpectrum::flush() noexcept {
  move_sums(power_part_, power_);
  move_sums(straight_part_, straight_);
  move_sums(crossed_part_, crossed_);
  frames_in_part_ = 0;
}

bool LongTermSpectrum::silent() const noexcept { return !(band_power(kLowestHz, kHighestHz) > kSilentPower); }

double LongTermSpectrum::mean_power(int bin) const noexcept {
  const auto at = static_cast<std::size_t>(bin);
  return frames_ == 0 ? 0.0 : (power_[at] + static_cast<double>(power_part_[at])) / static_cast<double>(frames_);
}

double LongTermSpectrum::band_power(double lower_hz, double upper_hz) const noexcept {
  if (frames_ == 0) return 0.0;
  // A bin stands for the frequencies half a bin around it and counts for as much of them as lies in the band.
  const double lower = std::max(0.5, lower_hz / grid_.bin_hz() + 0.5);
  const double upper = std::min(upper_hz / grid_.bin_hz() + 0.5, static_cast<double>(grid_.bins()));
  double sum = 0.0;
  for (int bin = static_cast<int>(lower); bin < upper; ++bin) {
    const double share = std::min(upper, bin + 1.0) - std::max(lower, static_cast<double>(bin));
    sum += share * mean_power(bin);
  }
  return sum / kLobePower;
}

LongTermSpectrum::Advance LongTermSpectrum::advance(int bin) const noexcept {
  Advance sum;
  if (frames_ < 2) return sum;
  for (int k = std::max(0, bin - 1); k <= std::min(bin + 1, tracked_bins_ - 1); ++k) {
    const auto re = 2 * static_cast<std::size_t>(k), im = re + 1;
    sum.re += (straight_[re] + static_cast<double>(straight_part_[re])) + (straight_[im] + static_cast<double>(straight_part_[im]));
    sum.im += (crossed_[im] + static_cast<double>(crossed_part_[im])) - (crossed_[re] + static_cast<double>(crossed_part_[re]));
  }
  const double count = static_cast<double>(frames_ - 1) * grid_.channels;
  return {sum.re / count, sum.im / count};
}

double LongTermSpectrum::effective_frames() const noexcept {
  return frame_power_square_sum_ > 0.0 ? frame_power_sum_ * frame_power_sum_ / frame_power_square_sum_ : 0.0;
}

double curve_point_hz(int index) noexcept { return 20.0 * exp2_exact(index / 6.0); }

std::array<double, kBands> find_band_share(const LongTermSpectrum& heard) noexcept {
  std::array<double, kBands> share{};
  if (heard.silent()) return share;
  double total = 0.0;
  for (std::size_t b = 0; b < kBands; ++b) total += share[b] = heard.band_power(kBandEdgesHz[b], kBandEdgesHz[b + 1]);
  for (double& one : share) one = total > 0.0 ? one / total : 0.0;
  return share;
}

std::array<double, kCurvePoints> find_curve_db(const LongTermSpectrum& heard) noexcept {
  std::array<double, kCurvePoints> curve_db{};
  const bool silent = heard.silent();
  const double edge_ratio = exp2_exact(1.0 / 12.0);
  for (int i = 0; i < kCurvePoints; ++i) {
    const double centre_hz = curve_point_hz(i);
    const double power = heard.band_power(centre_hz / edge_ratio, centre_hz * edge_ratio);
    const bool known = !silent && centre_hz * edge_ratio <= 0.5 * heard.grid().sample_rate_hz;
    curve_db[static_cast<std::size_t>(i)] = known ? power_to_db(std::max(power, 1e-30)) : SpectrumReport::kUnknown;
  }
  return curve_db;
}

}  // namespace ag06::analysis
