#include "analysis/spectral/spectral_shape.h"

#include <algorithm>
#include <cmath>

#include "analysis/spectral/spectral_scale.h"
#include "base/math.h"
#include "base/simd.h"
#include "base/simd_math.h"

namespace ag06::analysis {
namespace {
constexpr int kFlushFrames = 64;
// Above the first two bins at every rate: a constant offset leaks no further.
constexpr double kLowestHz = 50.0;
constexpr double kHighestMelHz = 20000.0;
constexpr double kFlatFromHz = 100.0, kFlatToHz = 16000.0;
constexpr double kVoiceFromHz = 500.0, kVoiceToHz = 4000.0, kSibilantFromHz = 5000.0, kSibilantToHz = 10000.0;
constexpr float kFloorPower = 1e-10f;
// exp(-Euler's constant): geometric over arithmetic mean of exponentially distributed powers, which white noise has.
constexpr double kFlatnessOfNoise = 0.561459483566885;
constexpr double kLowestLevelDb = -100.0, kStepsPerDb = 2.0;
constexpr int kFlatnessEvery = 2;  // windows overlap by three quarters: every second frame tells as much
constexpr double kUnknown = SpectrumReport::kUnknown;
}  // namespace

Status SpectralShape::prepare(const StftGrid& grid, double /*max_duration_s*/) {
  if (const Status status = crossings_.prepare({grid.sample_rate_hz, grid.channels, 512}); status != Status::ok) return status;
  grid_ = grid;
  const double nyquist_hz = 0.5 * grid.sample_rate_hz;
  MelParams mel;
  mel.bands = kMelBands;
  mel.lowest_hz = kLowestHz;
  mel.highest_hz = std::min(nyquist_hz, kHighestMelHz);
  if (const Status status = filterbank_.prepare(grid, mel); status != Status::ok) return status;
  const auto bin_at = [&](double frequency_hz) { return std::min(grid.bins(), static_cast<int>(frequency_hz / grid.bin_hz()) + 1); };
  first_bin_ = bin_at(kLowestHz);
  flat_from_ = bin_at(kFlatFromHz);
  flat_to_ = bin_at(std::min(kFlatToHz, 0.95 * nyquist_hz));
  voice_from_ = bin_at(kVoiceFromHz);
  voice_to_ = bin_at(kVoiceToHz);
  sibilant_from_ = bin_at(kSibilantFromHz);
  sibilant_to_ = bin_at(kSibilantToHz);
  for (int i = 0; i < kMfcc; ++i)
    for (int band = 0; band < kMelBands; ++band)
      cosines_[static_cast<std::size_t>(i)][static_cast<std::size_t>(band)] =
          static_cast<float>(std::sqrt((i == 0 ? 1.0 : 2.0) / kMelBands) * cos_exact(kPi * i * (band + 0.5) / kMelBands));
  const auto bins = static_cast<std::size_t>(grid.bins());
  power_part_.assign(bins, 0.0f);
  channel_power_.assign(bins, 0.0f);
  power_.assign(bins, 0.0);
  reset();
  return Status::ok;
}

void SpectralShape::reset() noexcept {
  crossings_.reset();
  std::fill(power_part_.begin(), power_part_.end(), 0.0f);
  std::fill(power_.begin(), power_.end(), 0.0);
  frames_in_part_ = 0;
  previous_root_ = {};
  cepstrum_sum_ = {};
  cepstrum_square_sum_ = {};
  flatness_sum_ = flux_sum_ = 0.0;
  frames_ = flatness_frames_ = flux_frames_ = 0;
  last_index_ = -2;
  voice_ = {};
  sibilant_ = {};
}

void SpectralShape::process(const SpectrumFrame& frame) noexcept {
  if (!(sum_of(frame.power, first_bin_, grid_.bins()) >= kSoundingPower)) return;
  add_to(power_part_.data(), frame.power, grid_.bins());
  if (++frames_in_part_ == kFlushFrames) flush();

  filterbank_.apply(frame.power, mel_.data());
  add_cepstrum();
  add_flux(frame.index == last_index_ + 1);
  if (frame.index % kFlatnessEvery == 0) add_flatness(frame);
  last_index_ = frame.index;

  const auto count = [&](Histogram& counts, int from, int to) {
    const float level_db = power_to_db_fast(sum_of(frame.power, from, to) * static_cast<float>(1.0 / kLobePower));
    const double step = (static_cast<double>(level_db) - kLowestLevelDb) * kStepsPerDb;
    ++counts[static_cast<std::size_t>(clamp_to(step, 0.0, kLevelSteps - 0.5))];
  };
  count(voice_, voice_from_, voice_to_);
  count(sibilant_, sibilant_from_, sibilant_to_);
  ++frames_;
}

void SpectralShape::flush() noexcept {
  for (std::size_t i = 0; i < power_.size(); ++i) {
    power_[i] += static_cast<double>(power_part_[i]);
    power_part_[i] = 0.0f;
  }
  frames_in_part_ = 0;
}

void SpectralShape::add_cepstrum() noexcept {
  for (std::size_t band = 0; band < kMelBands; band += 4)
    store4(&mel_db_[band], splat4(0.5f) * lin_to_db_fast4(max4(splat4(kFloorPower), load4(&mel_[band]))));
  for (std::size_t i = 0; i < kMfcc; ++i) {
    f32x4 lanes = splat4(0.0f);
    for (std::size_t band = 0; band < kMelBands; band += 4) lanes += load4(&mel_db_[band]) * load4(&cosines_[i][band]);
    const auto value = static_cast<double>(sum4(lanes));
    cepstrum_sum_[i] += value;
    cepstrum_square_sum_[i] += value * value;
  }
}

void SpectralShape::add_flux(bool adjoins) noexcept {
  float change = 0.0f, total = 0.0f;
  for (std::size_t band = 0; band < kMelBands; ++band) {
    root_[band] = std::sqrt(mel_[band]);
    change += std::fabs(root_[band] - previous_root_[band]);
    total += root_[band] + previous_root_[band];
  }
  previous_root_ = root_;
  if (!adjoins || !(total > 0.0f)) return;
  flux_sum_ += static_cast<double>(change / total);
  ++flux_frames_;
}

void SpectralShape::add_flatness(const SpectrumFrame& frame) noexcept {
  const bool of_right = frame.right != nullptr && frame.index % (2 * kFlatnessEvery) != 0;
  const float* pairs = of_right ? frame.right : frame.left;
  float* power = channel_power_.data();
  for (int k = flat_from_; k < flat_to_; ++k) power[k] = pairs[2 * k] * pairs[2 * k] + pairs[2 * k + 1] * pairs[2 * k + 1];
  const int count = flat_to_ - flat_from_;
  const float total = sum_of(power, flat_from_, flat_to_);
  if (!(total >= kSoundingPower)) return;
  // Nothing below -100 dB of the mean counts as less: what a transform in single precision can tell.
  const float floor = std::max(1e-30f, total / static_cast<float>(count) * 1e-10f);
  f32x4 lanes = splat4(0.0f);
  int k = flat_from_;
  for (; k + 4 <= flat_to_; k += 4) lanes += log2_fast4(max4(splat4(floor), load4(power + k)));
  float log_sum = sum4(lanes);
  for (; k < flat_to_; ++k) log_sum += log2_fast(std::max(floor, power[k]));
  const float log_mean = log_sum / static_cast<float>(count);
  flatness_sum_ += static_cast<double>(exp2_fast(log_mean - log2_fast(total / static_cast<float>(count))));
  ++flatness_frames_;
}

double SpectralShape::mean_power_sum(int bin) const noexcept {
  const auto at = static_cast<std::size_t>(bin);
  return power_[at] + static_cast<double>(power_part_[at]);
}

double SpectralShape::centroid_hz() const noexcept {
  double total = 0.0, weighted = 0.0;
  for (int k = first_bin_; k < grid_.bins(); ++k) {
    total += mean_power_sum(k);
    weighted += mean_power_sum(k) * k;
  }
  return total > 0.0 ? weighted / total * grid_.bin_hz() : kUnknown;
}

double SpectralShape::bandwidth_hz() const noexcept {
  const double centre = centroid_hz() / grid_.bin_hz();
  double total = 0.0, weighted = 0.0;
  for (int k = first_bin_; k < grid_.bins(); ++k) {
    total += mean_power_sum(k);
    weighted += mean_power_sum(k) * (k - centre) * (k - centre);
  }
  return total > 0.0 ? std::sqrt(weighted / total) * grid_.bin_hz() : kUnknown;
}

double SpectralShape::rolloff_hz(double share_ratio) const noexcept {
  double total = 0.0;
  for (int k = first_bin_; k < grid_.bins(); ++k) total += mean_power_sum(k);
  if (!(total > 0.0)) return kUnknown;
  double below = 0.0;
  for (int k = first_bin_; k < grid_.bins(); ++k) {
    const double here = mean_power_sum(k);
    // A bin's power lies evenly over the bin's width.
    if (below + here >= share_ratio * total) return (k - 0.5 + (share_ratio * total - below) / here) * grid_.bin_hz();
    below += here;
  }
  return 0.5 * grid_.sample_rate_hz;
}

double SpectralShape::flatness() const noexcept {
  if (flatness_frames_ == 0) return kUnknown;
  return std::min(1.0, flatness_sum_ / static_cast<double>(flatness_frames_) / kFlatnessOfNoise);
}

double SpectralShape::flux() const noexcept { return flux_frames_ == 0 ? kUnknown : flux_sum_ / static_cast<double>(flux_frames_); }

std::array<double, kMfcc> SpectralShape::mfcc_mean() const noexcept {
  std::array<double, kMfcc> mean{};
  for (std::size_t i = 0; frames_ > 0 && i < kMfcc; ++i) mean[i] = cepstrum_sum_[i] / static_cast<double>(frames_);
  return mean;
}

std::array<double, kMfcc> SpectralShape::mfcc_deviation() const noexcept {
  std::array<double, kMfcc> deviation{};
  const std::array<double, kMfcc> mean = mfcc_mean();
  for (std::size_t i = 0; frames_ > 0 && i < kMfcc; ++i)
    deviation[i] = std::sqrt(std::max(0.0, cepstrum_square_sum_[i] / static_cast<double>(frames_) - mean[i] * mean[i]));
  return deviation;
}

double SpectralShape::percentile_db(const Histogram& counts, double share_ratio) const noexcept {
  const double wanted = share_ratio * static_cast<double>(frames_);
  double below = 0.0;
  for (std::size_t step = 0; step < kLevelSteps; ++step) {
    if (counts[step] != 0u && below + counts[step] >= wanted)
      return kLowestLevelDb + (static_cast<double>(step) + (wanted - below) / counts[step]) / kStepsPerDb;
    below += counts[step];
  }
  return kUnknown;
}

double SpectralShape::sibilant_level_db(double share_ratio) const noexcept {
  return 0.5 * grid_.sample_rate_hz < kSibilantToHz ? kUnknown : percentile_db(sibilant_, share_ratio);
}

double SpectralShape::voice_level_db(double share_ratio) const noexcept {
  return 0.5 * grid_.sample_rate_hz < kVoiceToHz ? kUnknown : percentile_db(voice_, share_ratio);
}

}  // namespace ag06::analysis
