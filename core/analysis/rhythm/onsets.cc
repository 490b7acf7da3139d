#include "analysis/rhythm/onsets.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::analysis {
namespace {

constexpr double kPeakReachS = 0.03;   // Boeck 2012: an onset is the greatest within +-30 ms,
constexpr double kMeanReachS = 0.1;    // and stands over the mean of +-100 ms
constexpr float kOverMean = 8.0f;      // by so many octaves of amplitude summed over the bands, between the flicker of noise and a soft hat
constexpr float kOverMeanRatio = 1.6f; // and by this ratio, so that dense noise gives no onsets

}  // namespace

std::vector<double> find_onsets_s(const OnsetCurve& curve) {
  std::vector<double> onsets_s;
  const int count = curve.frames(), reach = static_cast<int>(kPeakReachS * curve.rate_hz + 0.5);
  const int mean_reach = static_cast<int>(kMeanReachS * curve.rate_hz + 0.5);
  int last = -reach - 1;
  for (int i = 0; i < count; ++i) {
    const float here = curve.raw[static_cast<std::size_t>(i)];
    if (here < kOverMean || i - last <= reach) continue;
    const int from = std::max(i - mean_reach, 0), to = std::min(i + mean_reach, count - 1);
    float sum = 0.0f, greatest = 0.0f;
    for (int k = from; k <= to; ++k) {
      sum += curve.raw[static_cast<std::size_t>(k)];
      if (k >= i - reach && k <= i + reach) greatest = std::max(greatest, curve.raw[static_cast<std::size_t>(k)]);
    }
    const float mean = sum / static_cast<float>(to - from + 1);
    if (here < greatest || here < mean + kOverMean || here < mean * kOverMeanRatio) continue;
    last = i;
    double shift = 0.0;
    if (i > 0 && i + 1 < count) {
      const double before = static_cast<double>(curve.raw[static_cast<std::size_t>(i - 1)]);
      const double after = static_cast<double>(curve.raw[static_cast<std::size_t>(i + 1)]);
      const double bend = before - 2.0 * static_cast<double>(here) + after;
      if (bend < 0.0) shift = clamp_to(0.5 * (before - after) / bend, -0.5, 0.5);
    }
    onsets_s.push_back(std::max(0.0, (i + shift) / curve.rate_hz - curve.delay_s));
  }
  return onsets_s;
}

}  // namespace ag06::analysis
