#include "analysis/structure/pitch_motion.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kFromHz = 250.0;
constexpr double kToHz = 4000.0;
constexpr float kWeakestPeak = 0.0025f;      // of the strongest
constexpr float kPeakOverSkirt = 8.0f;       // two bins away; a Hann peak has 25 and more there
constexpr float kFarthestCents = 120.0f;     // between two spectra
constexpr float kSlowestCents = 8.0f;        // a glide of 400 cents per second
constexpr float kAlikeCents = 8.0f;          // two steps are alike within this ...
constexpr float kAlikeRatio = 0.5f;          // ... and this share of the larger one
constexpr int kShortestGlide = 2;          // spectra: 40 ms
constexpr int kFewestTogether = 2;         // partials that must move alike
constexpr float kSilence = 1e-16f;
constexpr float kHannPower = 1.5f;

bool alike(float a, float b) noexcept {
  return std::fabs(a - b) <= kAlikeCents + kAlikeRatio * std::max(std::fabs(a), std::fabs(b)) && a * b > 0.0f;
}
}  // namespace

void PitchMotion::prepare(const StftGrid& grid) noexcept {
  bin_hz_ = grid.bin_hz();
  first_bin_ = std::max(2, static_cast<int>(kFromHz / bin_hz_));
  last_bin_ = std::min(static_cast<int>(kToHz / bin_hz_), grid.bins() - 3);
  reset();
}

void PitchMotion::reset() noexcept { count_ = 0; }

int PitchMotion::find_tracks(const float* power, Tracks& found) const noexcept {
  float top = 0.0f;
  for (int k = first_bin_; k <= last_bin_; ++k) top = std::max(top, power[k]);
  if (top < kSilence) return 0;
  int count = 0;
  for (int k = first_bin_; k <= last_bin_ && count < kMaxTracks; ++k) {
    const float here = power[k];
    if (here < kWeakestPeak * top || here <= power[k - 1] || here < power[k + 1]) continue;
    if (here < kPeakOverSkirt * power[k - 2] || here < kPeakOverSkirt * power[k + 2]) continue;
    const float below = log2_fast(std::max(power[k - 1], kSilence * 1e-4f));
    const float above = log2_fast(std::max(power[k + 1], kSilence * 1e-4f));
    const float offset = 0.5f * (below - above) / std::min(below - 2.0f * log2_fast(here) + above, -1e-6f);
    const float frequency_hz = static_cast<float>(bin_hz_) * (static_cast<float>(k) + clamp_to(offset, -0.5f, 0.5f));
    found[static_cast<std::size_t>(count++)] = {1200.0f * log2_fast(frequency_hz), 0.0f, kHannPower * here, 0};
  }
  return count;
}

PitchMotion::Track PitchMotion::continued(Track track) const noexcept {
  const Track* nearest = nullptr;
  for (int i = 0; i < count_; ++i) {
    const Track& old = tracks_[static_cast<std::size_t>(i)];
    if (std::fabs(old.cents - track.cents) > kFarthestCents) continue;
    if (!nearest || std::fabs(old.cents - track.cents) < std::fabs(nearest->cents - track.cents)) nearest = &old;
  }
  if (!nearest) return track;
  track.step_cents = track.cents - nearest->cents;
  const bool glides = std::fabs(track.step_cents) >= kSlowestCents;
  track.length = !glides ? 0 : (nearest->length == 0 || alike(track.step_cents, nearest->step_cents) ? nearest->length + 1 : 1);
  return track;
}

float PitchMotion::process(const float* power) noexcept {
  if (last_bin_ <= first_bin_) return 0.0f;
  Tracks found{};
  const int count = find_tracks(power, found);
  for (int i = 0; i < count; ++i) found[static_cast<std::size_t>(i)] = continued(found[static_cast<std::size_t>(i)]);
  float gliding = 0.0f;
  for (int i = 0; i < count; ++i) {
    const Track& track = found[static_cast<std::size_t>(i)];
    if (track.length < kShortestGlide) continue;
    int together = 0;
    for (int j = 0; j < count; ++j) {
      const Track& other = found[static_cast<std::size_t>(j)];
      together += other.length >= kShortestGlide - 1 && alike(track.step_cents, other.step_cents) ? 1 : 0;
    }
    if (together >= kFewestTogether) gliding += track.power;
  }
  tracks_ = found;
  count_ = count;
  if (gliding <= 0.0f) return 0.0f;
  float total = 0.0f;
  for (int k = first_bin_; k <= last_bin_; ++k) total += power[k];
  return std::min(1.0f, gliding / total);
}

}  // namespace ag06::analysis
