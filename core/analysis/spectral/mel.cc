#include "analysis/spectral/mel.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd.h"

namespace ag06::analysis {
namespace {
constexpr double kSlaneyHzPerMel = 200.0 / 3.0;
constexpr double kSlaneyCornerHz = 1000.0;
constexpr double kSlaneyCornerMel = kSlaneyCornerHz / kSlaneyHzPerMel;
constexpr double kSlaneyStepsPerOctave = 27.0 / 2.67807190511264;  // log2(6.4)
constexpr double kHtkMelPerOctave = 2595.0 * kLog10Of2;
constexpr double kHtkCornerHz = 700.0;
}  // namespace

double mel_from_hz(double frequency_hz, MelScale scale) noexcept {
  if (scale == MelScale::htk) return kHtkMelPerOctave * log2_exact(1.0 + frequency_hz / kHtkCornerHz);
  if (frequency_hz < kSlaneyCornerHz) return frequency_hz / kSlaneyHzPerMel;
  return kSlaneyCornerMel + kSlaneyStepsPerOctave * log2_exact(frequency_hz / kSlaneyCornerHz);
}

double hz_from_mel(double mel, MelScale scale) noexcept {
  if (scale == MelScale::htk) return kHtkCornerHz * (exp2_exact(mel / kHtkMelPerOctave) - 1.0);
  if (mel < kSlaneyCornerMel) return mel * kSlaneyHzPerMel;
  return kSlaneyCornerHz * exp2_exact((mel - kSlaneyCornerMel) / kSlaneyStepsPerOctave);
}

Status MelFilterbank::prepare(const StftGrid& grid, const MelParams& params) {
  const double nyquist_hz = 0.5 * grid.sample_rate_hz;
  const double highest_hz = params.highest_hz > 0.0 ? std::min(params.highest_hz, nyquist_hz) : nyquist_hz;
  if (params.bands < 1 || !(params.lowest_hz >= 0.0) || !(params.lowest_hz < highest_hz)) return Status::out_of_range;
  const double lowest_mel = mel_from_hz(params.lowest_hz, params.scale);
  const double step_mel = (mel_from_hz(highest_hz, params.scale) - lowest_mel) / (params.bands + 1);
  filters_.clear();
  weights_.clear();
  const double bin_hz = grid.bin_hz();
  for (int band = 0; band < params.bands; ++band) {
    const double lower_hz = hz_from_mel(lowest_mel + band * step_mel, params.scale);
    const double centre_hz = hz_from_mel(lowest_mel + (band + 1) * step_mel, params.scale);
    const double upper_hz = hz_from_mel(lowest_mel + (band + 2) * step_mel, params.scale);
    const double peak = params.unit_area ? 2.0 / (upper_hz - lower_hz) : 1.0;
    Filter filter;
    filter.centre_hz = centre_hz;
    filter.first_bin = static_cast<int>(lower_hz / bin_hz) + 1;
    filter.weights_at = weights_.size();
    for (int bin = filter.first_bin; bin < grid.bins() && bin * bin_hz < upper_hz; ++bin) {
      const double rising = (bin * bin_hz - lower_hz) / (centre_hz - lower_hz), falling = (upper_hz - bin * bin_hz) / (upper_hz - centre_hz);
      weights_.push_back(static_cast<float>(peak * std::max(0.0, std::min(rising, falling))));
      ++filter.count;
    }
    filters_.push_back(filter);
  }
  return Status::ok;
}

float MelFilterbank::weight(int band, int bin) const noexcept {
  const Filter& filter = filters_[static_cast<std::size_t>(band)];
  const int at = bin - filter.first_bin;
  return at < 0 || at >= filter.count ? 0.0f : weights_[filter.weights_at + static_cast<std::size_t>(at)];
}

void MelFilterbank::apply(const float* power, float* out) const noexcept {
  for (std::size_t band = 0; band < filters_.size(); ++band) {
    const Filter& filter = filters_[band];
    const float* from = power + filter.first_bin;
    const float* weights = weights_.data() + filter.weights_at;
    f32x4 lanes = splat4(0.0f);
    int i = 0;
    for (; i + 4 <= filter.count; i += 4) lanes += load4(from + i) * load4(weights + i);
    float sum = sum4(lanes);
    for (; i < filter.count; ++i) sum += from[i] * weights[i];
    out[band] = sum;
  }
}

}  // namespace ag06::analysis
