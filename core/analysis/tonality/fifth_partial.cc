#include "analysis/tonality/fifth_partial.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "analysis/tonality/note_salience.h"
#include "analysis/tonality/pitch_grid.h"

namespace ag06::analysis {
namespace {
// The two places that tell a note: its fundamental, and the second partial of one whose fundamental a small loudspeaker or a drum hides.
struct Support {
  float below_bins;  // under the fifth partial: 36 log2(5), 36 log2(5 / 2)
  float expected;    // the fifth partial's amplitude against it
};
constexpr float kRatio = kPartialRatio;
constexpr Support kSupports[] = {{83.589413f, kRatio * kRatio * kRatio * kRatio}, {47.589413f, kRatio * kRatio * kRatio}};
// Chosen by us: 10 cents short of a tempered third at least, and no narrower than low partials are placed among others.
constexpr float kReachBins = 4.0f / static_cast<float>(kCentsPerBin);
}  // namespace

void cap_fifth_partials(std::span<const PitchPeak> peaks, float* amplitudes) noexcept {
  // Partials of partials: what caps is read as it is by then, low to high.
  std::size_t near[std::size(kSupports)] = {};
  for (std::size_t p = 0; p < peaks.size(); ++p) {
    bool capped = false;
    for (std::size_t s = 0; s < std::size(kSupports); ++s) {
      const float place = peaks[p].pitch_bins - kSupports[s].below_bins;
      std::size_t& at = near[s];
      while (at < peaks.size() && peaks[at].pitch_bins < place - kReachBins) ++at;
      if (capped || at >= peaks.size() || peaks[at].pitch_bins > place + kReachBins) continue;
      amplitudes[p] = std::min(amplitudes[p], kSupports[s].expected * amplitudes[at]);
      capped = true;
    }
  }
}

}  // namespace ag06::analysis
