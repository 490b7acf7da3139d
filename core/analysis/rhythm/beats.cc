#include "analysis/rhythm/beats.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {

// Ellis 2007, eq. 2: weight of the squared log of the ratio of an interval to the period, against onsets of root mean square about 1.
// 100 there around one tempo; ours is local and may be held more tightly.
constexpr double kTightness = 300.0;
// What an onset counts halfway between two beats of the phase, against one on the beat.
constexpr double kOffBeatShare = 0.1;
// Ellis 2007, section 3.1: onsets are smeared by a Gaussian of this share of the period, so that a player may lean on the beat.
constexpr double kSmearRatio = 1.0 / 32.0;
// Beats before the first and after the last onset this strong, against the mean of all beats, lie in silence.
constexpr double kAudibleRatio = 0.25;

std::vector<float> smeared(const std::vector<float>& curve, double sigma_frames) {
  const int reach = static_cast<int>(3.0 * sigma_frames) + 1;
  std::vector<float> kernel(static_cast<std::size_t>(reach) + 1);
  for (int i = 0; i <= reach; ++i)
    kernel[static_cast<std::size_t>(i)] = static_cast<float>(exp_exact(-0.5 * (i / sigma_frames) * (i / sigma_frames)));
  const int count = static_cast<int>(curve.size());
  std::vector<float> out(curve.size());
  for (int i = 0; i < count; ++i) {
    float sum = curve[static_cast<std::size_t>(i)];
    for (int k = 1; k <= reach; ++k) {
      const float before = i >= k ? curve[static_cast<std::size_t>(i - k)] : 0.0f;
      const float after = i + k < count ? curve[static_cast<std::size_t>(i + k)] : 0.0f;
      sum += kernel[static_cast<std::size_t>(k)] * (before + after);
    }
    out[static_cast<std::size_t>(i)] = sum;
  }
  return out;
}

// Vertex of the parabola through a peak and its neighbours.
double refined(const std::vector<float>& curve, int peak) noexcept {
  if (peak < 1 || peak + 1 >= static_cast<int>(curve.size())) return peak;
  const double before = static_cast<double>(curve[static_cast<std::size_t>(peak - 1)]);
  const double here = static_cast<double>(curve[static_cast<std::size_t>(peak)]);
  const double after = static_cast<double>(curve[static_cast<std::size_t>(peak + 1)]);
  const double bend = before - 2.0 * here + after;
  return bend < 0.0 ? peak + clamp_to(0.5 * (before - after) / bend, -0.5, 0.5) : peak;
}

constexpr int kHarmonics[] = {1, 2, 4};
constexpr int kHarmonicCount = 3;
constexpr double kFewestToRefine = 16.0;
constexpr double kMostToRefine = 400.0;
// How far from the period it is looked for, and in what steps, in turns that the fastest harmonic gains over the song.
constexpr double kRefineReachTurns = 0.4;
constexpr int kRefineSteps = 16;

}  // namespace

std::vector<double> track_beats(const OnsetCurve& curve, const BeatPhase& phase) {
  std::vector<double> beats;
  const int count = curve.frames();
  if (count == 0) return beats;
  const double mean_period = phase.mean_period();
  const std::vector<float> smooth = smeared(curve.all, kSmearRatio * mean_period);
  std::vector<float> onsets(smooth);
  for (int t = 0; t < count; ++t) {
    const double turns = phase.turns_at(t), away = turns - std::floor(turns + 0.5);
    const double toward = cos_exact(kPi * away);
    onsets[static_cast<std::size_t>(t)] *= static_cast<float>(kOffBeatShare + (1.0 - kOffBeatShare) * toward * toward);
  }

  // cost[k] = tightness * ln(k / period)^2 changes slowly: ln k by table, ln period once per frame.
  std::vector<double> log_of(static_cast<std::size_t>(count) + 1, 0.0);
  const int longest = std::min(count, static_cast<int>(4.0 * mean_period) + 1);
  for (int k = 1; k <= longest; ++k) log_of[static_cast<std::size_t>(k)] = kLn2 * log2_exact(k);
  std::vector<double> score(static_cast<std::size_t>(count));
  std::vector<int> from(static_cast<std::size_t>(count), -1);
  for (int t = 0; t < count; ++t) {
    const double period = phase.period_at(t), log_period = kLn2 * log2_exact(period);
    double best = 0.0;
    const int nearest = std::max(static_cast<int>(0.5 * period + 0.5), 1), farthest = std::min(static_cast<int>(2.0 * period), longest);
    for (int k = nearest; k <= farthest && k <= t; ++k) {
      const double stretch = log_of[static_cast<std::size_t>(k)] - log_period;
      const double value = score[static_cast<std::size_t>(t - k)] - kTightness * stretch * stretch;
      if (value > best) {
        best = value;
        from[static_cast<std::size_t>(t)] = t - k;
      }
    }
    score[static_cast<std::size_t>(t)] = best + static_cast<double>(onsets[static_cast<std::size_t>(t)]);
  }
  // The chain ends in the last period, where its score is best.
  const int tail = std::max(0, count - static_cast<int>(phase.period_at(count)) - 1);
  int t = static_cast<int>(std::max_element(score.begin() + tail, score.end()) - score.begin());
  std::vector<int> frames;
  for (; t >= 0; t = from[static_cast<std::size_t>(t)]) frames.push_back(t);
  std::reverse(frames.begin(), frames.end());
  if (frames.empty()) return beats;

  double mean = 0.0;
  for (const int frame : frames) mean += static_cast<double>(peak_near(curve.all, frame, 2));
  mean /= static_cast<double>(frames.size());
  std::size_t first = 0, end = frames.size();
  const auto audible = [&](int frame) { return static_cast<double>(peak_near(curve.all, frame, 2)) > kAudibleRatio * mean; };
  while (first < end && !audible(frames[first])) ++first;
  while (end > first && !audible(frames[end - 1])) --end;
  for (std::size_t i = first; i < end; ++i) beats.push_back(refined(smooth, frames[i]));
  return beats;
}

double refined_period(const OnsetCurve& curve, double period_frames) {
  const int count = curve.frames(), block = static_cast<int>(2.0 * curve.rate_hz);
  const double beats = count / period_frames;
  if (!(beats >= kFewestToRefine && beats <= kMostToRefine)) return period_frames;
  const int blocks = (count + block - 1) / block;
  std::vector<double> re(static_cast<std::size_t>(kHarmonicCount * blocks), 0.0), im(re);
  for (int t = 0; t < count; ++t) {
    const double turns = t / period_frames, onset = static_cast<double>(curve.all[static_cast<std::size_t>(t)]);
    for (int h = 0; h < kHarmonicCount; ++h) {
      const SinCos sc = sincos_exact(2.0 * kPi * (kHarmonics[h] * turns - std::floor(kHarmonics[h] * turns)));
      const auto i = static_cast<std::size_t>(h * blocks + t / block);
      re[i] += onset * sc.cos;
      im[i] -= onset * sc.sin;
    }
  }
  const double reach = kRefineReachTurns / (kHarmonics[kHarmonicCount - 1] * beats);
  double score[2 * kRefineSteps + 1];
  int best = 0;
  for (int s = 0; s <= 2 * kRefineSteps; ++s) {
    const double faster = reach * (s - kRefineSteps) / kRefineSteps;
    score[s] = 0.0;
    for (int h = 0; h < kHarmonicCount; ++h) {
      double sum_re = 0.0, sum_im = 0.0;
      for (int b = 0; b < blocks; ++b) {
        const SinCos sc = sincos_exact(-2.0 * kPi * kHarmonics[h] * faster * ((b + 0.5) * block - 0.5 * count) / period_frames);
        const auto i = static_cast<std::size_t>(h * blocks + b);
        sum_re += re[i] * sc.cos - im[i] * sc.sin;
        sum_im += re[i] * sc.sin + im[i] * sc.cos;
      }
      score[s] += sum_re * sum_re + sum_im * sum_im;
    }
    if (score[s] > score[best]) best = s;
  }
  if (best == 0 || best == 2 * kRefineSteps) return period_frames;
  const double bend = score[best - 1] - 2.0 * score[best] + score[best + 1];
  const double vertex = bend < 0.0 ? clamp_to(0.5 * (score[best - 1] - score[best + 1]) / bend, -0.5, 0.5) : 0.0;
  return period_frames / (1.0 + reach * (best + vertex - kRefineSteps) / kRefineSteps);
}

SteadyPulse fit_steady_pulse(const std::vector<double>& beats, double period_frames) {
  SteadyPulse pulse;
  const std::size_t count = beats.size();
  if (count < 4 || !(period_frames > 0.0)) return pulse;
  // Every beat gets its number by rounding each interval, so a missing or an extra beat does not shift the rest.
  std::vector<double> number(count, 0.0);
  for (std::size_t i = 1; i < count; ++i) number[i] = number[i - 1] + std::floor((beats[i] - beats[i - 1]) / period_frames + 0.5);
  pulse.period_frames = period_frames;
  std::vector<char> inlier(count, 1);
  for (int turn = 0; turn < 4; ++turn) {
    double n = 0.0, sum_x = 0.0, sum_y = 0.0, sum_xx = 0.0, sum_xy = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!inlier[i]) continue;
      const double x = number[i] - number[count / 2], y = beats[i] - beats[count / 2];
      n += 1.0;
      sum_x += x;
      sum_y += y;
      sum_xx += x * x;
      sum_xy += x * y;
    }
    const double spread = sum_xx * n - sum_x * sum_x;
    if (!(spread > 0.0)) break;
    const double slope = (sum_xy * n - sum_x * sum_y) / spread, offset = (sum_y - slope * sum_x) / n;
    pulse.period_frames = slope;
    pulse.first_frame = beats[count / 2] + offset - slope * number[count / 2];
    double squares = 0.0, kept = 0.0;
    std::vector<double> error(count);
    for (std::size_t i = 0; i < count; ++i) {
      error[i] = std::fabs(beats[i] - pulse.first_frame - slope * number[i]);
      if (!inlier[i]) continue;
      squares += error[i] * error[i];
      kept += 1.0;
    }
    pulse.deviation_frames = std::sqrt(squares / kept);
    pulse.inlier_ratio = kept / static_cast<double>(count);
    const double limit = std::min(0.25 * slope, std::max(2.5 * pulse.deviation_frames, 1.0));
    for (std::size_t i = 0; i < count; ++i) inlier[i] = error[i] <= limit;
  }
  return pulse;
}

}  // namespace ag06::analysis
