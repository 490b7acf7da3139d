#include "analysis/tonality/pitch_peaks.h"

#include <algorithm>
#include <cmath>

#include "analysis/tonality/pitch_grid.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kLowestHz = 40.0;
constexpr double kHighestHz = 5000.0;
constexpr int kBlockBins = 32;
// What noise looks like: |X|^2 is exponentially distributed. Its mean power over the power of its mean logarithm is e to Euler's constant; a bin
// rises 7 dB above the mean once in 150.
constexpr float kMeanOverGeometricMean = 1.781f, kMargin = 5.0f;
// Peaks 55 dB below the strongest are no longer told from the skirts of decaying ones. Chosen by us on plucked notes.
constexpr float kRangeRatio = 3e-6f;
constexpr float kSilencePower = 1e-10f;  // -100 dBFS
// A Hann window's sine holds at most 0.041 of its highest line's power two lines off; glides, beats and bursts hold more.
constexpr float kSineSkirt = 0.12f, kNoSineSkirt = 0.5f;
}  // namespace

void PitchPeaks::prepare(const StftGrid& grid) {
  bin_hz_ = grid.bin_hz();
  first_bin_ = std::max(3, static_cast<int>(kLowestHz / bin_hz_ + 0.5));
  last_bin_ = static_cast<int>(std::min(kHighestHz, 0.45 * grid.sample_rate_hz) / bin_hz_);
  blocks_ = std::max(1, (last_bin_ - first_bin_ + 1) / kBlockBins);
  block_log2_.assign(static_cast<std::size_t>(blocks_), 0.0f);
  block_noise_.assign(static_cast<std::size_t>(blocks_), 0.0f);
}

void PitchPeaks::find_noise(const float* power) noexcept {
  for (int b = 0; b < blocks_; ++b) {
    const float* in = power + first_bin_ + b * kBlockBins;
    float logs = 0.0f;
    for (int k = 0; k < kBlockBins; k += 2)
      // Two at once: neither product can leave the range of a float, as both factors are floored at -170 dB and samples are clamped.
      logs += log2_fast(std::max(in[k], 1e-17f) * std::max(in[k + 1], 1e-17f));
    block_log2_[static_cast<std::size_t>(b)] = logs / kBlockBins;
  }
  for (int b = 0; b < blocks_; ++b) {
    // The lower median of five neighbours: a block full of partials borrows the noise of those around it.
    float near[5];
    int count = 0;
    for (int n = std::max(0, b - 2); n <= std::min(blocks_ - 1, b + 2); ++n) {
      const float value = block_log2_[static_cast<std::size_t>(n)];
      int at = count++;
      for (; at > 0 && near[at - 1] > value; --at) near[at] = near[at - 1];
      near[at] = value;
    }
    block_noise_[static_cast<std::size_t>(b)] = kMeanOverGeometricMean * exp2_fast(near[(count - 1) / 2]);
  }
}

int PitchPeaks::find(const float* power) noexcept {
  find_noise(power);
  float strongest = 0.0f;
  for (int k = first_bin_; k <= last_bin_; ++k) strongest = std::max(strongest, power[k]);
  if (!(strongest > kSilencePower)) return 0;
  const float floor = strongest * kRangeRatio;
  int count = 0;
  for (int k = first_bin_; k <= last_bin_ && count < kMostPeaks; ++k) {
    const float here = power[k];
    if (here < floor || !(here > power[k - 1] && here >= power[k + 1])) continue;
    const float mean_noise = block_noise_[static_cast<std::size_t>(std::min((k - first_bin_) / kBlockBins, blocks_ - 1))];
    const float noise = kMargin * mean_noise, line = here - mean_noise;
    const float skirt = power[k - 2] + power[k + 2];
    if (here <= noise || skirt >= kNoSineSkirt * line) continue;
    const bool up = power[k + 1] > power[k - 1];
    const float ratio = std::sqrt((up ? power[k + 1] : power[k - 1]) / here);
    const float offset = clamp_to((2.0f * ratio - 1.0f) / (ratio + 1.0f), -0.5f, 0.5f);
    const double hz = (k + static_cast<double>(up ? offset : -offset)) * bin_hz_;
    const float steady = clamp_to((kNoSineSkirt * line - skirt) / ((kNoSineSkirt - kSineSkirt) * line), 0.0f, 1.0f);
    PitchPeak& peak = peaks_[static_cast<std::size_t>(count++)];
    peak.pitch_bins = static_cast<float>(kPitchClassBins) * log2_fast(static_cast<float>(hz / kLowestPitchHz));
    // The highest line lies below the sine by the window's response: 1 + 1.55 x^2 is its power's inverse within 0.05 dB for |x| <= 0.5.
    peak.power = steady * (here - noise) * (1.0f + 1.55f * offset * offset);
  }
  return count;
}

}  // namespace ag06::analysis
