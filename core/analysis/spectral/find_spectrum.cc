#include "analysis/spectral/find_spectrum.h"

#include "analysis/spectral/spectral_peaks.h"

namespace ag06::analysis {
namespace {
constexpr int kMostDominants = 8;
constexpr double kRolloffShare = 0.85;
}  // namespace

SpectrumReport find_spectrum(const LongTermSpectrum& heard, const SpectralShape& shape) {
  SpectrumReport report;
  report.band_share = find_band_share(heard);
  report.curve_db = find_curve_db(heard);
  for (const SpectralPeak& peak : find_peaks(heard, kMostDominants)) report.dominant_frequencies_hz.push_back(peak.frequency_hz);
  report.centroid_hz = shape.centroid_hz();
  report.rolloff_hz = shape.rolloff_hz(kRolloffShare);
  report.bandwidth_hz = shape.bandwidth_hz();
  report.flatness = shape.flatness();
  report.flux = shape.flux();
  report.zero_crossing_rate = shape.zero_crossing_rate();
  report.mfcc_mean = shape.mfcc_mean();
  report.mfcc_deviation = shape.mfcc_deviation();
  return report;
}

}  // namespace ag06::analysis
