#include "analysis/music/genre_features.h"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
// Floors of the logarithms, as in models/genre/features.py. A band that a lossy coder or a low sample rate took away counts as merely faint.
constexpr double kLeastShare = 1e-4;
constexpr double kLeastFlatness = 1e-5;
constexpr double kLeastHz = 1.0;
constexpr double kLeastS = 0.05;

double octaves(double x, double least) noexcept { return is_finite(x) ? log2_exact(std::max(x, least)) : kUnknown; }
double decades(double x, double least) noexcept { return is_finite(x) ? kLog10Of2 * log2_exact(std::max(x, least)) : kUnknown; }

class Writer {
 public:
  explicit Writer(std::array<double, kGenreInputs>& to) noexcept : to_(to) {}
  void operator()(double x) noexcept {
    if (at_ < to_.size()) to_[at_++] = x;
  }

 private:
  std::array<double, kGenreInputs>& to_;
  std::size_t at_ = 0;
};
}  // namespace

std::array<double, kGenreInputs> genre_inputs(const SongAnalysis& heard) noexcept {
  std::array<double, kGenreInputs> out{};
  out.fill(kUnknown);
  Writer put(out);
  const SpectrumReport& spectrum = heard.spectrum;
  for (int i = 0; i < kFeatures; ++i)
    if (static_cast<Feature>(i) != Feature::loudness) put(heard.music.features[static_cast<std::size_t>(i)]);
  for (const double share : spectrum.band_share) put(decades(share, kLeastShare));
  for (const double hz : {spectrum.centroid_hz, spectrum.rolloff_hz, spectrum.bandwidth_hz}) put(octaves(hz, kLeastHz));
  put(decades(spectrum.flatness, kLeastFlatness));
  put(spectrum.flux);
  put(spectrum.zero_crossing_rate);
  for (std::size_t i = 1; i < kMfcc; ++i) put(spectrum.mfcc_mean[i]);  // the first is the level
  put(heard.stream.plr_db);
  put(heard.stream.range_lu);
  put(heard.dynamics.macro_dynamics_lu);
  put(heard.dynamics.micro_dynamics_db);
  put(octaves(heard.dynamics.attack_slope_db_per_ms, kLeastS));
  put(heard.dynamics.transient_ratio);
  put(octaves(heard.rhythm.tempo_bpm, kLeastHz));
  put(heard.rhythm.tempo_confidence);
  put(heard.rhythm.pulse_clarity);
  put(heard.rhythm.tempo_stability);
  put(heard.rhythm.swing_ratio);
  put(heard.rhythm.onset_rate_hz);
  put(heard.tonality.key_confidence);
  put(heard.tonality.tonal_clarity);
  put(heard.tonality.harmonic_change_hz);
  put(heard.tonality.mode == Mode::unknown ? kUnknown : (heard.tonality.mode == Mode::minor ? 1.0 : 0.0));
  put(heard.speech_ratio);
  put(octaves(heard.music.decay_s, kLeastS));
  return out;
}

}  // namespace ag06::analysis
