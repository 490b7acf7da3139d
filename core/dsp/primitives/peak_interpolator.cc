#include "dsp/primitives/peak_interpolator.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/math.h"
#include "base/simd_math.h"
#include "dsp/primitives/kaiser_window.h"

namespace ag06::dsp {
namespace {

// Stop band -50 dB at a transition of 0.045 fs for 64 taps (Kaiser 1974): flat to 0.477 fs, 22.9 kHz at 48 kHz.
constexpr double kKaiserBeta = 4.5;
// A sinusoid below fs/2 sampled at 4 fs lies at most 1/cos(pi/8) above its largest sample.
constexpr float kLargestRise = 0.0824f;
// Covers float rounding of the taps and of their sums in the skip test.
constexpr float kRoundingSlack = 1e-4f;
constexpr int kHistoryFrames = 512;

// Taps for the samples -half_taps + 1 .. half_taps around the point `phase` in (0, 1): a constant and a ramp come through exactly.
std::vector<double> design_phase(double phase, int half_taps) {
  const KaiserWindow window(kKaiserBeta);
  std::vector<double> taps(static_cast<std::size_t>(2 * half_taps));
  double sum = 0.0;
  for (int k = 0; k < 2 * half_taps; ++k) {
    const double t = k - half_taps + 1 - phase;
    sum += taps[static_cast<std::size_t>(k)] = window(t / half_taps) * sin_exact(kPi * t) / (kPi * t);
  }
  double moment = 0.0;
  for (int k = 0; k < 2 * half_taps; ++k) moment += (k - half_taps + 1) * (taps[static_cast<std::size_t>(k)] /= sum);
  taps[static_cast<std::size_t>(half_taps - 1)] += moment - phase;
  taps[static_cast<std::size_t>(half_taps)] -= moment - phase;
  return taps;
}

// Summation by parts: filter = straight line between the neighbours + (running double sum of the difference) * second difference.
double curvature_bound_of(std::vector<double> taps, double phase) noexcept {
  const std::size_t middle = taps.size() / 2;
  taps[middle - 1] -= 1.0 - phase;
  taps[middle] -= phase;
  double once = 0.0, twice = 0.0, bound = 0.0;
  for (const double tap : taps) {
    once += tap;
    twice += once;
    bound += std::fabs(twice);
  }
  return bound;
}

f32x4 abs4(f32x4 v) noexcept { return lanes_of(bits_of(v) & 0x7fffffff); }
float largest_lane(f32x4 v) noexcept { return std::max(std::max(v[0], v[2]), std::max(v[1], v[3])); }

// Magnitude of the sinusoid through three equidistant points where the middle one is a local maximum of magnitude, else the middle's:
// c sqrt(1 + u) with u = (r - l)^2 / (4 c^2 - (l + r)^2), by two terms of its series (short by 0.0003 of the value at most).
f32x4 peak_through(f32x4 l, f32x4 c, f32x4 r) noexcept {
  const f32x4 below = (splat4(2.0f) * c - (l + r)) * (splat4(2.0f) * c + (l + r));
  const i32x4 is_peak = (c * (c - l) >= splat4(0.0f)) & (c * (c - r) >= splat4(0.0f)) & (below > splat4(0.0f));
  const f32x4 u = (r - l) * (r - l) / select4(is_peak, below, splat4(1.0f));
  const f32x4 rise = min4(u * (splat4(0.5f) - splat4(0.125f) * u), splat4(kLargestRise));
  const f32x4 magnitude = abs4(c);
  return select4(is_peak, magnitude + magnitude * max4(rise, splat4(0.0f)), magnitude);
}

}  // namespace

void PeakInterpolator::prepare(int half_taps) {
  half_taps_ = half_taps;
  const auto count = static_cast<std::size_t>(half_taps);
  const std::vector<double> quarter = design_phase(0.25, half_taps), half = design_phase(0.5, half_taps);
  taps_.resize(count);
  for (std::size_t j = 0; j < count; ++j) {
    const double left = quarter[count - 1 - j], right = quarter[count + j];
    taps_[j].quarter_even = splat4(static_cast<float>(0.5 * (left + right)));
    taps_[j].quarter_odd = splat4(static_cast<float>(0.5 * (left - right)));
    taps_[j].half = splat4(static_cast<float>(half[count + j]));
  }
  curvature_bound_ = static_cast<float>(std::max(curvature_bound_of(quarter, 0.25), curvature_bound_of(half, 0.5)));
  history_.assign(static_cast<std::size_t>(kHistoryFrames), 0.0f);
  reset();
}

void PeakInterpolator::reset() noexcept {
  std::fill(history_.begin(), history_.end(), 0.0f);
  end_ = 2 * half_taps_ + kLanes;
}

bool PeakInterpolator::process(const float* in, int frames, float floor_lin, float* peaks_lin) noexcept {
  const int kept = 2 * half_taps_ + kLanes;
  bool exceeded = false;
  for (int at = 0; at < frames;) {
    const int count = std::min(frames - at, kChunkFrames);
    // The last group's unused lanes, and the second differences of the four samples after it, read up to eight samples further on.
    if (end_ + count + 2 * kLanes > kHistoryFrames) {
      std::memmove(history_.data(), history_.data() + end_ - kept, sizeof(float) * static_cast<std::size_t>(kept));
      end_ = kept;
    }
    std::memcpy(history_.data() + end_, in + at, sizeof(float) * static_cast<std::size_t>(count));
    first_ = history_.data() + end_ - half_taps_;
    end_ += count;
    exceeded |= process_chunk(count, floor_lin, peaks_lin + at);
    at += count;
  }
  return exceeded;
}

bool PeakInterpolator::process_chunk(int frames, float floor_lin, float* peaks_lin) noexcept {
  const int groups = (frames + kLanes - 1) / kLanes;
  // Every sample that any tap of the chunk's groups, or of the group before them, can reach.
  f32x4 largest{}, sharpest{};
  const float* const last = first_ + groups * kLanes + half_taps_;
  for (const float* x = first_ - kLanes - half_taps_ + 1; x < last; x += kLanes) {
    const f32x4 middle = load4(x);
    largest = max4(largest, abs4(middle));
    sharpest = max4(sharpest, abs4((load4(x - 1) - middle) + (load4(x + 1) - middle)));
  }
  const float above_neighbours = curvature_bound_ * largest_lane(sharpest) + kRoundingSlack * largest_lane(largest);
  const float neighbour_limit = floor_lin / (1.0f + kLargestRise + kRoundingSlack) - above_neighbours;
  if (largest_lane(largest) <= neighbour_limit) return false;

  bool exceeded = false;
  bool previous_done = false;
  for (int g = 0; g < groups; ++g) {
    const float* x = first_ + g * kLanes;
    if (largest_lane(max4(abs4(load4(x)), abs4(load4(x + 1)))) <= neighbour_limit) {
      previous_done = false;
      continue;
    }
    if (!previous_done) interpolate(g - 1);
    interpolate(g);
    previous_done = true;
    exceeded |= raise_peaks(g, std::min(kLanes, frames - g * kLanes), floor_lin, peaks_lin + g * kLanes);
  }
  return exceeded;
}

void PeakInterpolator::interpolate(int group) noexcept {
  const float* left = first_ + group * kLanes;
  const float* right = left + 1;
  f32x4 even{}, odd{}, half{};
  for (const Taps& taps : taps_) {
    const f32x4 a = load4(left--), b = load4(right++);
    const f32x4 sum = a + b;
    even += taps.quarter_even * sum;
    odd += taps.quarter_odd * (a - b);
    half += taps.half * sum;
  }
  const int at = (group + 1) * kLanes;
  store4(quarter_ + at, even + odd);
  store4(half_ + at, half);
  store4(three_quarter_ + at, even - odd);
}

bool PeakInterpolator::raise_peaks(int group, int frames, float floor_lin, float* peaks_lin) const noexcept {
  const int at = (group + 1) * kLanes;
  const float* x = first_ + group * kLanes;
  const f32x4 begin = load4(x), end = load4(x + 1), before = load4(three_quarter_ + at - 1);
  const f32x4 v1 = load4(quarter_ + at), v2 = load4(half_ + at), v3 = load4(three_quarter_ + at);
  const f32x4 grid = max4(max4(abs4(begin), abs4(v1)), max4(abs4(v2), abs4(v3)));
  if (largest_lane(grid) * (1.0f + kLargestRise) <= floor_lin) return false;
  const f32x4 peak = max4(max4(peak_through(before, begin, v1), peak_through(begin, v1, v2)), max4(peak_through(v1, v2, v3), peak_through(v2, v3, end)));
  const i32x4 above = peak > splat4(floor_lin);
  if ((above[0] | above[1] | above[2] | above[3]) == 0) return false;
  const f32x4 counted = select4(above, peak, splat4(0.0f));
  if (frames == kLanes) {
    store4(peaks_lin, max4(load4(peaks_lin), counted));
  } else {
    for (int i = 0; i < frames; ++i) peaks_lin[i] = std::max(peaks_lin[i], counted[i]);
  }
  return true;
}

}  // namespace ag06::dsp
