#include "analysis/rhythm/onset_curve.h"

#include <algorithm>
#include <cmath>

namespace ag06::analysis {
namespace {

constexpr double kTrendS = 0.4;   // half width of the mean that is taken away: longer than an attack, shorter than two beats
constexpr double kEvenS = 4.0;    // half width of the level that is evened
// Share of the song's own level that stands under the local one, so that a fade or a pause is not blown up to full strength.
constexpr float kFloorRatio = 0.3f;
// Strength, in octaves of amplitude summed over the bands, under which a range only flickers: a drone with vibrato must not become a drum.
constexpr float kFlicker = 1.0f;

// Running mean of +-half frames, fewer at the ends.
std::vector<float> running_mean(const std::vector<float>& in, int half) {
  const int count = static_cast<int>(in.size());
  std::vector<float> out(in.size());
  double sum = 0.0;
  int from = 0, to = 0;
  for (int i = 0; i < count; ++i) {
    for (; to < std::min(i + half + 1, count); ++to) sum += static_cast<double>(in[static_cast<std::size_t>(to)]);
    for (; from < i - half; ++from) sum -= static_cast<double>(in[static_cast<std::size_t>(from)]);
    out[static_cast<std::size_t>(i)] = static_cast<float>(std::max(sum, 0.0) / (to - from));
  }
  return out;
}

void even_out(std::vector<float>& curve, double rate_hz) {
  const std::size_t count = curve.size();
  const std::vector<float> trend = running_mean(curve, static_cast<int>(kTrendS * rate_hz));
  std::vector<float> energy(count);
  double total = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    curve[i] = std::max(0.0f, curve[i] - trend[i]);
    energy[i] = curve[i] * curve[i];
    total += static_cast<double>(energy[i]);
  }
  const float mean_energy = static_cast<float>(total / static_cast<double>(std::max<std::size_t>(count, 1)));
  const float floor = kFloorRatio * kFloorRatio * mean_energy + kFlicker * kFlicker;
  const std::vector<float> local = running_mean(energy, static_cast<int>(kEvenS * rate_hz));
  for (std::size_t i = 0; i < count; ++i) curve[i] /= std::sqrt(std::max(local[i], floor));
}

}  // namespace

OnsetCurve onset_curve(const OnsetHistory& heard) {
  OnsetCurve curve;
  curve.rate_hz = heard.frame_rate_hz();
  curve.delay_s = heard.delay_s();
  const auto count = static_cast<std::size_t>(heard.frames());
  curve.raw.assign(count, 0.0f);
  for (int r = 0; r < kOnsetRanges; ++r) {
    std::vector<float>& range = curve.range[r];
    range.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      range[i] = heard.strength(static_cast<OnsetRange>(r), static_cast<int>(i));
      curve.raw[i] += range[i];
    }
    even_out(range, curve.rate_hz);
  }
  curve.all = curve.mean_of_ranges({});
  return curve;
}

std::vector<float> OnsetCurve::mean_of_ranges(const std::array<float, kOnsetRanges>& shares) const {
  float sum = 0.0f;
  for (const float share : shares) sum += share;
  std::vector<float> mean(range[0].size(), 0.0f);
  for (int r = 0; r < kOnsetRanges; ++r) {
    const float share = sum > 0.0f ? shares[static_cast<std::size_t>(r)] / sum : 1.0f / kOnsetRanges;
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += share * range[r][i];
  }
  return mean;
}

float at(const std::vector<float>& curve, double frame) noexcept {
  if (!(frame >= 0.0) || frame > static_cast<double>(curve.size()) - 1.0) return 0.0f;
  const auto below = static_cast<std::size_t>(frame);
  const float part = static_cast<float>(frame - static_cast<double>(below));
  return below + 1 < curve.size() ? curve[below] + part * (curve[below + 1] - curve[below]) : curve[below];
}

float peak_near(const std::vector<float>& curve, double frame, int reach) noexcept {
  if (!(frame > -1e6 && frame < 1e9)) return 0.0f;
  const int centre = static_cast<int>(std::floor(frame + 0.5));
  float peak = 0.0f;
  for (int i = std::max(centre - reach, 0); i <= std::min(centre + reach, static_cast<int>(curve.size()) - 1); ++i)
    peak = std::max(peak, curve[static_cast<std::size_t>(i)]);
  return peak;
}

}  // namespace ag06::analysis
