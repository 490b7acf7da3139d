#include "analysis/spectral/spectrogram.h"

#include <algorithm>
#include <cmath>

#include "analysis/spectral/spectral_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr float kStepsPerDb = static_cast<float>(255.0 / -Spectrogram::kLowestDb);

std::uint8_t pixel_of(float power) noexcept {
  const float level_db = power_to_db_fast(power);
  return static_cast<std::uint8_t>(clamp_to((level_db - static_cast<float>(Spectrogram::kLowestDb)) * kStepsPerDb + 0.5f, 0.0f, 255.0f));
}
}  // namespace

double Spectrogram::band_hz(int band) noexcept { return kLowestHz * pow_exact(kHighestHz / kLowestHz, static_cast<double>(band) / (kBands - 1)); }

Status Spectrogram::prepare(const StftGrid& grid, double max_duration_s) {
  grid_ = grid;
  max_frames_ = grid.frames_for_s(max_duration_s);
  first_bins_.clear();
  last_bins_.clear();
  const double half_step_ratio = pow_exact(kHighestHz / kLowestHz, 0.5 / (kBands - 1));
  for (int band = 0; band < kBands; ++band) {
    const double lower = band_hz(band) / half_step_ratio / grid.bin_hz(), upper = band_hz(band) * half_step_ratio / grid.bin_hz();
    if (band_hz(band) > 0.5 * grid.sample_rate_hz) break;
    // In the bass a band is narrower than a bin and shows the nearest one.
    int first = static_cast<int>(std::ceil(lower)), last = static_cast<int>(std::ceil(upper)) - 1;
    if (last < first) first = last = static_cast<int>(band_hz(band) / grid.bin_hz() + 0.5);
    first_bins_.push_back(clamp_to(first, 1, grid.bins() - 1));
    last_bins_.push_back(clamp_to(last, 1, grid.bins() - 1));
  }
  pixels_.assign(static_cast<std::size_t>(kMaxColumns) * kBands, 0);
  reset();
  return Status::ok;
}

void Spectrogram::reset() noexcept {
  std::fill(pixels_.begin(), pixels_.end(), std::uint8_t{0});
  frames_ = 0;
  columns_ = 0;
  frames_per_column_ = 1;
  frames_in_column_ = 0;
}

void Spectrogram::process(const SpectrumFrame& frame) noexcept {
  if (frames_ >= max_frames_) return;
  ++frames_;
  if (columns_ == 0 || frames_in_column_ == frames_per_column_) {
    if (columns_ == kMaxColumns) merge_columns();
    ++columns_;
    frames_in_column_ = 0;
  }
  ++frames_in_column_;
  std::uint8_t* column = pixels_.data() + static_cast<std::size_t>(columns_ - 1) * kBands;
  for (std::size_t band = 0; band < first_bins_.size(); ++band) {
    float loudest = 0.0f;
    for (int k = first_bins_[band]; k <= last_bins_[band]; ++k) loudest = std::max(loudest, frame.power[k]);
    column[band] = std::max(column[band], pixel_of(loudest));
  }
}

void Spectrogram::merge_columns() noexcept {
  for (int c = 0; c < kMaxColumns / 2; ++c) {
    const std::uint8_t* first = pixels_.data() + static_cast<std::size_t>(2 * c) * kBands;
    std::uint8_t* to = pixels_.data() + static_cast<std::size_t>(c) * kBands;
    for (std::size_t band = 0; band < kBands; ++band) to[band] = std::max(first[band], first[band + kBands]);
  }
  columns_ = kMaxColumns / 2;
  std::fill(pixels_.begin() + static_cast<std::ptrdiff_t>(columns_) * kBands, pixels_.end(), std::uint8_t{0});
  frames_per_column_ *= 2;
}

}  // namespace ag06::analysis
