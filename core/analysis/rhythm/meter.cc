#include "analysis/rhythm/meter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {

constexpr int kFewestBeats = 8;
constexpr int kFeatures = 4;  // bass, middle, treble, change of harmony
// What speaks for a downbeat: harmony changes there more surely than anything else, the bass enters there, and the snare does not.
constexpr std::array<double, kFeatures> kDownbeatWeight = {0.6, 0.2, 0.1, 1.0};
// Three beats must repeat this much better than four before a song is called a waltz: most music is in four.
constexpr double kTripleMargin = 0.05;
// The second of three parts, against the third: a shuffle has none, a jig's or slow blues' is soft.
constexpr double kThirdShare = 0.08;
constexpr double kPeakRatio = 2.0;
// Difference between beats, in standard deviations, from which on chords are said to change by bars.
constexpr double kPlainHarmony = 0.8;
constexpr int kSlots = 24;    // of a beat

using BeatFeatures = std::vector<std::array<double, kFeatures>>;

// Mean chroma of whole chroma frames between two frames of the curve.
OnsetHistory::Chroma mean_chroma(const OnsetHistory& heard, double from_frame, double to_frame) {
  OnsetHistory::Chroma mean{};
  const int first = std::max(static_cast<int>(from_frame / OnsetHistory::kFramesPerChroma + 0.5), 0);
  const int end = std::min(std::max(static_cast<int>(to_frame / OnsetHistory::kFramesPerChroma + 0.5), first + 1), heard.chroma_frames());
  for (int i = first; i < end; ++i) {
    const OnsetHistory::Chroma one = heard.chroma(i);
    for (std::size_t p = 0; p < mean.size(); ++p) mean[p] += std::sqrt(one[p]);
  }
  return mean;
}

// 1 - cosine; 0 if one of them is silent.
double distance(const OnsetHistory::Chroma& a, const OnsetHistory::Chroma& b) noexcept {
  double ab = 0.0, aa = 0.0, bb = 0.0;
  for (std::size_t p = 0; p < a.size(); ++p) {
    ab += static_cast<double>(a[p] * b[p]);
    aa += static_cast<double>(a[p] * a[p]);
    bb += static_cast<double>(b[p] * b[p]);
  }
  return aa > 0.0 && bb > 0.0 ? 1.0 - ab / std::sqrt(aa * bb) : 0.0;
}

BeatFeatures features_of(const OnsetHistory& heard, const OnsetCurve& curve, const std::vector<double>& beats) {
  BeatFeatures features(beats.size());
  std::vector<OnsetHistory::Chroma> chroma(beats.size());
  for (std::size_t i = 0; i < beats.size(); ++i) {
    const double end = i + 1 < beats.size() ? beats[i + 1] : 2.0 * beats[i] - beats[i - 1];
    chroma[i] = mean_chroma(heard, beats[i], end);
    for (int r = 0; r < kOnsetRanges; ++r)
      features[i][static_cast<std::size_t>(r)] = static_cast<double>(peak_near(curve.range[r], beats[i], 3));
  }
  for (std::size_t i = 1; i < beats.size(); ++i) {
    // Two beats on either side: a passing note is no new chord.
    OnsetHistory::Chroma before = chroma[i - 1], after = chroma[i];
    for (std::size_t p = 0; p < before.size(); ++p) {
      if (i >= 2) before[p] += chroma[i - 2][p];
      if (i + 1 < beats.size()) after[p] += chroma[i + 1][p];
    }
    features[i][3] = distance(before, after);
  }
  for (int f = 0; f < kFeatures; ++f) {
    double sum = 0.0, squares = 0.0;
    for (const auto& beat : features) {
      sum += beat[static_cast<std::size_t>(f)];
      squares += beat[static_cast<std::size_t>(f)] * beat[static_cast<std::size_t>(f)];
    }
    const double count = static_cast<double>(beats.size()), mean = sum / count;
    const double deviation = std::sqrt(std::max(squares / count - mean * mean, 0.0));
    for (auto& beat : features) {
      double& feature = beat[static_cast<std::size_t>(f)];
      feature = deviation > 1e-3 ? (feature - mean) / deviation : 0.0;
    }
  }
  return features;
}

double repetition(const BeatFeatures& features, std::size_t lag) noexcept {
  double sum = 0.0, count = 0.0;
  for (std::size_t i = 0; i + lag < features.size(); ++i, count += kFeatures)
    for (std::size_t f = 0; f < kFeatures; ++f) sum += features[i][f] * features[i + lag][f];
  return count > 0.0 ? sum / count : 0.0;
}

// How far the beats first, first + bar... stand out as downbeats, in standard deviations of a feature.
double downbeat_score(const BeatFeatures& features, std::size_t first, std::size_t bar) noexcept {
  double score = 0.0;
  for (std::size_t f = 0; f < kFeatures; ++f) {
    double on = 0.0, on_count = 0.0, off = 0.0, off_count = 0.0;
    for (std::size_t i = 0; i < features.size(); ++i) {
      const bool is_downbeat = i % bar == first;
      (is_downbeat ? on : off) += features[i][f];
      (is_downbeat ? on_count : off_count) += 1.0;
    }
    score += kDownbeatWeight[f] * (on / std::max(on_count, 1.0) - off / std::max(off_count, 1.0));
  }
  return score;
}

// Whether a bar of four is more than two bars of two, 12/8 against 6/8: its third beat is then nearer to the weak beats than to its first. Where
// harmony is plain it decides: two beats either side are compared, so amid a chord of four beats less changes than one beat from its ends.
bool halves_differ(const BeatFeatures& features) noexcept {
  double scores[4], harmony[4] = {}, counts[4] = {};
  for (std::size_t first = 0; first < 4; ++first) scores[first] = downbeat_score(features, first, 4);
  const auto best = static_cast<std::size_t>(std::max_element(scores, scores + 4) - scores);
  for (std::size_t i = 0; i < features.size(); ++i) {
    harmony[i % 4] += features[i][3];
    counts[i % 4] += 1.0;
  }
  for (std::size_t k = 0; k < 4; ++k) harmony[k] /= counts[k];
  const double beside = 0.5 * (harmony[(best + 1) % 4] + harmony[(best + 3) % 4]);
  if (harmony[best] - std::min(beside, harmony[(best + 2) % 4]) > kPlainHarmony) return harmony[(best + 2) % 4] < beside;
  const double third = scores[(best + 2) % 4], weak = std::max(scores[(best + 1) % 4], scores[(best + 3) % 4]);
  return scores[best] - third > third - weak;
}

}  // namespace

Meter find_meter(const OnsetHistory& heard, const OnsetCurve& curve, const std::vector<double>& beats, const Division& division) {
  Meter meter;
  if (static_cast<int>(beats.size()) < kFewestBeats) return meter;
  const BeatFeatures features = features_of(heard, curve, beats);
  const double triple = 0.5 * (repetition(features, 3) + repetition(features, 6)), duple = 0.5 * (repetition(features, 4) + repetition(features, 8));
  const double pair = repetition(features, 2);
  const bool is_triple = triple > std::max(duple, pair) + kTripleMargin;
  const std::size_t bar = is_triple ? 3 : (division.ternary && !halves_differ(features) ? 2 : 4);
  double best = -1e300, second = -1e300;
  for (std::size_t first = 0; first < bar; ++first) {
    const double score = downbeat_score(features, first, bar);
    if (score > best) {
      second = best;
      best = score;
      meter.first_downbeat = static_cast<int>(first);
    } else {
      second = std::max(second, score);
    }
  }
  meter.beats_per_bar = static_cast<int>(bar);
  // Both must be sure: that the bar is so long, and that it begins here.
  const double clear = std::fabs(triple - std::max(duple, pair)) / 0.3, begun = (best - second) / 1.0;
  meter.confidence_01 = std::min(clamp_to(clear, 0.0, 1.0), clamp_to(begun, 0.0, 1.0));
  return meter;
}

Division find_division(const OnsetCurve& curve, const std::vector<double>& beats) {
  Division division;
  if (static_cast<int>(beats.size()) < kFewestBeats) return division;
  std::array<double, kSlots> mean{};
  for (std::size_t i = 0; i + 1 < beats.size(); ++i)
    for (int slot = 0; slot < kSlots; ++slot)
      mean[static_cast<std::size_t>(slot)] += static_cast<double>(at(curve.all, beats[i] + (beats[i + 1] - beats[i]) * slot / kSlots));
  const auto peak = [&mean](int from, int to) {
    int best = from;
    for (int slot = from; slot <= to; ++slot)
      if (mean[static_cast<std::size_t>(slot)] > mean[static_cast<std::size_t>(best)]) best = slot;
    return best;
  };
  const double on_beat = mean[0];
  const int early = peak(6, 9), late = peak(11, 17);
  const double third = mean[static_cast<std::size_t>(early)], rest = mean[static_cast<std::size_t>(late)];
  // A weak division is not a feel: it must stand over the lowest level of the beat, which in noise is high, and be a peak of its own.
  const double floor = *std::min_element(mean.begin(), mean.end());
  const bool is_peak = mean[static_cast<std::size_t>(late + 1)] <= rest && mean[static_cast<std::size_t>(late - 1)] <= rest;
  if (!(on_beat > floor) || rest - floor < 0.1 * (on_beat - floor) || rest < 1.5 * floor || !is_peak) return division;
  // Swung sixteenths sound on the second third, too, but then between the last third and the next beat as well.
  const double around = std::max(mean[static_cast<std::size_t>(early - 2)], mean[static_cast<std::size_t>(early + 2)]);
  const double sixteenth = mean[static_cast<std::size_t>(peak(19, 21))];
  if (late >= 15 && late <= 17 && early >= 7 && third - floor > kThirdShare * (rest - floor) && third >= kPeakRatio * std::max(around, sixteenth)) {
    division.ternary = true;
    return division;
  }
  double shift = 0.0;
  const double before = mean[static_cast<std::size_t>(late - 1)], after = mean[static_cast<std::size_t>(late + 1)];
  const double bend = before - 2.0 * rest + after;
  if (bend < 0.0) shift = clamp_to(0.5 * (before - after) / bend, -0.5, 0.5);
  const double place = (late + shift) / kSlots;
  division.swing_ratio = std::max(place / (1.0 - place), 1.0);
  return division;
}

}  // namespace ag06::analysis
