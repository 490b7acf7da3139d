#include "analysis/tonality/note_salience.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr int kSteps = 12;
// Keeps a note that explains little from living on: a share of the strongest note's claim.
constexpr float kSparseness = 0.02f;
}  // namespace

void NoteSalience::prepare(int spectrum_bins) noexcept {
  spectrum_bins_ = clamp_to(spectrum_bins, 1, kSpectrumBins);
  tap_count_ = 0;
  double energy = 0.0, amplitude = 1.0;
  for (int h = 1; h <= kPartials; ++h, amplitude *= static_cast<double>(kPartialRatio)) energy += amplitude * amplitude;
  amplitude = 1.0 / std::sqrt(energy);
  for (int h = 1; h <= kPartials; ++h, amplitude *= static_cast<double>(kPartialRatio)) {
    const double place = kPitchClassBins * log2_exact(h);
    const int whole = static_cast<int>(place + 1e-9);
    const double part = std::max(0.0, place - whole);
    taps_[static_cast<std::size_t>(tap_count_++)] = {whole, static_cast<float>(amplitude * (1.0 - part))};
    if (part > 1e-6) taps_[static_cast<std::size_t>(tap_count_++)] = {whole + 1, static_cast<float>(amplitude * part)};
  }
}

void NoteSalience::synthesise() noexcept {
  for (int j = 0; j < kSpectrumBins; j += 4) {
    f32x4 sum = splat4(0.0f);
    for (int t = 0; t < tap_count_; ++t) {
      const Tap& tap = taps_[static_cast<std::size_t>(t)];
      sum += splat4(tap.weight) * load4(notes_.data() + kReach + j - tap.offset);
    }
    store4(explained_.data() + j, sum);
  }
  std::fill(explained_.begin() + spectrum_bins_, explained_.begin() + kSpectrumBins, 0.0f);
}

void NoteSalience::correlate(const float* spectrum, float* notes) const noexcept {
  for (int b = 0; b < kNoteBins; b += 4) {
    f32x4 sum = splat4(0.0f);
    for (int t = 0; t < tap_count_; ++t) {
      const Tap& tap = taps_[static_cast<std::size_t>(t)];
      sum += splat4(tap.weight) * load4(spectrum + b + tap.offset);
    }
    store4(notes + b, sum);
  }
}

const float* NoteSalience::solve(const float* spectrum) noexcept {
  std::copy(spectrum, spectrum + spectrum_bins_, seen_.begin());
  std::fill(seen_.begin() + spectrum_bins_, seen_.end(), 0.0f);
  correlate(seen_.data(), wanted_.data());
  float* notes = notes_.data() + kReach;
  std::copy(wanted_.begin(), wanted_.end(), notes);
  float most = 0.0f;
  for (const float claim : wanted_) most = std::max(most, claim);
  const f32x4 threshold = splat4(kSparseness * most + 1e-12f);
  for (int step = 0; step < kSteps; ++step) {
    synthesise();
    correlate(explained_.data(), given_.data());
    for (int b = 0; b < kNoteBins; b += 4) {
      const f32x4 share = load4(wanted_.data() + b) / (load4(given_.data() + b) + threshold);
      store4(notes + b, load4(notes + b) * share);
    }
  }
  return notes;
}

}  // namespace ag06::analysis
