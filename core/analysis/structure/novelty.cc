#include "analysis/structure/novelty.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kTaper = 0.5;            // the Gaussian's deviation over the reach
constexpr double kEdgeS = 1.0;
constexpr double kPlateauShare = 0.35;    // of the reach, to either side
constexpr double kLeastOverlap = 0.6;     // of the shorter stretch

float likeness(const SongVectors& song, Aspect aspect, int i, int j) noexcept {
  return aspect == Aspect::harmony ? song.chroma_likeness(i, j) : exp2_fast(-0.72f * song.timbre_distance2(i, j));  // exp(-d^2 / 2)
}


std::vector<float> smoothed(const std::vector<float>& curve, int reach) {
  const int count = static_cast<int>(curve.size());
  std::vector<double> upto(curve.size() + 1, 0.0);
  for (std::size_t i = 0; i < curve.size(); ++i) upto[i + 1] = upto[i] + static_cast<double>(curve[i]);
  std::vector<float> mean(curve.size());
  for (int i = 0; i < count; ++i) {
    const int from = std::max(0, i - reach), to = std::min(count, i + reach + 1);
    mean[static_cast<std::size_t>(i)] = static_cast<float>((upto[static_cast<std::size_t>(to)] - upto[static_cast<std::size_t>(from)]) / (to - from));
  }
  return mean;
}
}  // namespace

std::vector<float> novelty(const SongVectors& song, Aspect aspect, double reach_s) {
  const int count = song.size(), reach = std::max(2, static_cast<int>(reach_s / song.step_s + 0.5)),
            edge = std::max(1, static_cast<int>(kEdgeS / song.step_s));
  const int width = 2 * reach;
  std::vector<float> band(static_cast<std::size_t>(count) * static_cast<std::size_t>(width), 0.0f);  // [i][lag - 1]
  for (int i = 0; i < count; ++i)
    for (int lag = 1; lag < width && i + lag < count; ++lag)
      band[static_cast<std::size_t>(i) * static_cast<std::size_t>(width) + static_cast<std::size_t>(lag - 1)] = likeness(song, aspect, i, i + lag);
  std::vector<double> taper(static_cast<std::size_t>(reach));
  for (int k = 0; k < reach; ++k) {
    const double x = (k + 0.5) / (kTaper * reach);
    taper[static_cast<std::size_t>(k)] = exp_exact(-0.5 * x * x);
  }
  std::vector<float> curve(static_cast<std::size_t>(count), 0.0f);
  for (int at = edge; at + edge <= count; ++at) {
    double within = 0.0, within_weight = 0.0, across = 0.0, across_weight = 0.0;
    const int first = std::max(0, at - reach), last = std::min(count, at + reach);
    for (int i = first; i < last; ++i) {
      const double wi = taper[static_cast<std::size_t>(i < at ? at - 1 - i : i - at)];
      const float* row = band.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(width);
      for (int j = i + 1; j < last; ++j) {
        const double w = wi * taper[static_cast<std::size_t>(j < at ? at - 1 - j : j - at)];
        const double like = static_cast<double>(row[j - i - 1]);
        if ((i < at) == (j < at)) {
          within += w * like;
          within_weight += w;
        } else {
          across += w * like;
          across_weight += w;
        }
      }
    }
    if (within_weight > 0.0 && across_weight > 0.0)
      curve[static_cast<std::size_t>(at)] = static_cast<float>(within / within_weight - across / across_weight);
  }
  return curve;
}

double harmony_correlation(const SongVectors& song, int a, int a_count, int b, int b_count) {
  if (a_count > b_count) {
    std::swap(a, b);
    std::swap(a_count, b_count);
  }
  const int least = std::max(1, static_cast<int>(kLeastOverlap * a_count + 0.5));
  double best = -1.0;
  bool moves = false;
  for (int lag = least - a_count; lag <= b_count - least; ++lag) {
    double dot = 0.0, aa = 0.0, bb = 0.0;
    for (int i = std::max(0, -lag); i < a_count && i + lag < b_count; ++i) {
      dot += static_cast<double>(song.harmony_dot(a + i, b + i + lag));
      aa += static_cast<double>(song.harmony_power[static_cast<std::size_t>(a + i)]);
      bb += static_cast<double>(song.harmony_power[static_cast<std::size_t>(b + i + lag)]);
    }
    if (aa <= 0.0 || bb <= 0.0) continue;
    moves = true;
    best = std::max(best, dot / std::sqrt(aa * bb));
  }
  return moves ? best : __builtin_nan("");
}

std::vector<float> progression_novelty(const SongVectors& song, double reach_s) {
  const int count = song.size(), reach = std::max(4, static_cast<int>(reach_s / song.step_s + 0.5));
  std::vector<float> curve(static_cast<std::size_t>(count), 0.0f);
  for (int at = reach / 2; at + reach / 2 <= count; ++at) {
    const int before = std::min(reach, at), after = std::min(reach, count - at);
    const double like = harmony_correlation(song, at - before, before, at, after);
    if (is_finite(like)) curve[static_cast<std::size_t>(at)] = static_cast<float>(1.0 - std::max(0.0, like));
  }
  // Both stretches are mixed as long as the boundary lies within either: a plateau, whose middle is the boundary.
  return smoothed(curve, std::max(1, static_cast<int>(kPlateauShare * reach)));
}

}  // namespace ag06::analysis
