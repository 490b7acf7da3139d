#include "analysis/defects/click_watch.h"

#include <algorithm>
#include <cmath>

#include "analysis/level/sample_sums.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
// A Gaussian residual exceeds its own maximum over 10 ms by this factor less than once in a year.
constexpr float kProminence = 4.0f;
constexpr float kLeastSharpnessLin = 0.004f;
constexpr int kClear = 2;                 // parts next to the click that may belong to it
constexpr float kLargestJumpRatio = 0.25f;  // of the means on both sides, against the click
constexpr float kLargestRiseRatio = 2.0f;   // of the level, and of the sharpness, on both sides
constexpr float kQuietRatio = 0.05f;        // of the click: less than that is alike
constexpr double kBurstGapS = 0.05;
constexpr int kBurst = 4;
constexpr int kLeastClicks = 3;
constexpr double kSpoiledPerMinute = 60.0;
}  // namespace

void ClickWatch::prepare(int channels) noexcept {
  channels_ = channels;
  reset();
}

void ClickWatch::reset() noexcept {
  parts_ = 0;
  for (Channel& state : states_) state = {};
  clicks_ = 0.0;
  in_burst_ = 0;
  latest_s_ = -1.0;
  places_ = 0;
}

void ClickWatch::take_slot(const float* const* planes, int frames, double time_s) noexcept {
  for (int part = 0; part < kPartsPerSlot; ++part) {
    const int from = frames * part / kPartsPerSlot, to = frames * (part + 1) / kPartsPerSlot;
    const auto slot = static_cast<std::size_t>(parts_ % kRing);
    for (int c = 0; c < channels_; ++c) {
      Channel& state = states_[c];
      const float* x = planes[c];
      Part now;
      f32x4 sharpest{}, peak{}, sum{};
      int i = from;
      for (; i < to && i < 2; ++i) {
        const float before = i > 0 ? x[i - 1] : state.last[0], earlier = i > 1 ? x[i - 2] : state.last[1 - i];
        now.sharpest_lin = std::max(now.sharpest_lin, std::fabs((x[i] - before) - (before - earlier)));
        now.peak_lin = std::max(now.peak_lin, std::fabs(x[i]));
        now.mean_lin += x[i];
      }
      for (; i + 4 <= to; i += 4) {
        const f32x4 v = load4(x + i), before = load4(x + i - 1);
        sharpest = max4(sharpest, magnitude4((v - before) - (before - load4(x + i - 2))));
        peak = max4(peak, magnitude4(v));
        sum += v;
      }
      for (; i < to; ++i) {
        now.sharpest_lin = std::max(now.sharpest_lin, std::fabs((x[i] - x[i - 1]) - (x[i - 1] - x[i - 2])));
        now.peak_lin = std::max(now.peak_lin, std::fabs(x[i]));
        now.mean_lin += x[i];
      }
      now.sharpest_lin = std::max(now.sharpest_lin, largest_of(sharpest));
      now.peak_lin = std::max(now.peak_lin, largest_of(peak));
      now.mean_lin = (now.mean_lin + sum4(sum)) / static_cast<float>(to - from);
      state.ring[slot] = now;
    }
    ++parts_;
    if (parts_ <= 2 * kReach) continue;
    const std::int64_t at = parts_ - 1 - kReach;
    for (int c = 0; c < channels_; ++c) {
      if (!is_click(states_[c], at)) continue;
      count(time_s + 0.01 * (part - kReach) / kPartsPerSlot);
      break;
    }
  }
  for (int c = 0; c < channels_; ++c) {
    states_[c].last[0] = planes[c][frames - 1];
    states_[c].last[1] = planes[c][frames - 2];
  }
}

bool ClickWatch::is_click(const Channel& channel, std::int64_t at) const noexcept {
  const auto part = [&channel](std::int64_t index) -> const Part& { return channel.ring[static_cast<std::size_t>(index % kRing)]; };
  const float sharpness = part(at).sharpest_lin;
  if (sharpness < kLeastSharpnessLin || part(at - 3).sharpest_lin * kProminence > sharpness || part(at + 3).sharpest_lin * kProminence > sharpness)
    return false;
  for (int k = 1; k <= kClear; ++k)
    if (part(at - k).sharpest_lin > sharpness || part(at + k).sharpest_lin >= sharpness) return false;
  float before = 0.0f, after = 0.0f, sharp_before = 0.0f, sharp_after = 0.0f;
  for (int k = kClear + 1; k <= kReach; ++k) {
    const Part &earlier = part(at - k), &later = part(at + k);
    sharp_before = std::max(sharp_before, earlier.sharpest_lin);
    sharp_after = std::max(sharp_after, later.sharpest_lin);
    if (std::max(sharp_before, sharp_after) * kProminence > sharpness) return false;
    before = std::max(before, earlier.peak_lin);
    after = std::max(after, later.peak_lin);
  }
  const float jump = std::fabs((part(at + kClear + 1).mean_lin + part(at + kClear + 2).mean_lin) -
                               (part(at - kClear - 1).mean_lin + part(at - kClear - 2).mean_lin));
  // Neither the beginning of a sound nor its end.
  const float quiet = kQuietRatio * sharpness;
  const auto alike = [quiet](float a, float b) { return a <= kLargestRiseRatio * b + quiet && b <= kLargestRiseRatio * a + quiet; };
  return 0.5f * jump <= kLargestJumpRatio * sharpness && alike(before, after) && alike(sharp_before, sharp_after);
}

void ClickWatch::count(double time_s) noexcept {
  const bool burst = latest_s_ >= 0.0 && time_s - latest_s_ < kBurstGapS;
  latest_s_ = time_s;
  in_burst_ = burst ? in_burst_ + 1 : 1;
  if (in_burst_ > kBurst) return;
  if (in_burst_ == kBurst) {  // these were no clicks
    clicks_ -= kBurst - 1;
    while (places_ > 0 && time_s - place_s_[static_cast<std::size_t>(places_ - 1)] < kBurst * kBurstGapS) --places_;
    return;
  }
  clicks_ += 1.0;
  if (places_ < kMaxDefectPlaces) place_s_[static_cast<std::size_t>(places_++)] = time_s;
}

void ClickWatch::find(double duration_s, std::vector<Defect>& found) const {
  if (clicks_ < kLeastClicks) return;
  Defect defect;
  defect.kind = DefectKind::clicks;
  defect.value = clicks_;
  const double per_minute = clicks_ * 60.0 / std::max(duration_s, 10.0);
  defect.severity = clamp_to(0.1 + 0.9 * std::sqrt(per_minute / kSpoiledPerMinute), 0.0, 1.0);
  defect.places_s.assign(place_s_.begin(), place_s_.begin() + places_);
  found.push_back(defect);
}

}  // namespace ag06::analysis
