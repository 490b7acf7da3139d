// The shape of the short-time spectrum over a song: where its weight lies, how noisy and how restless it is, and its timbre. Not for levels of bands.
// Sources: G. Peeters, "A Large Set of Audio Features for Sound Description", IRCAM 2004, sections 6.1-6.5 (centroid, spread, roll-off); J. D.
// Johnston, "Transform Coding of Audio Signals Using Perceptual Noise Criteria", IEEE JSAC 6(2), 1988 (flatness); S. B. Davis and P. Mermelstein,
// "Comparison of Parametric Representations for Monosyllabic Word Recognition", IEEE Trans. ASSP 28(4), 1980 (cepstrum of mel bands).
// A frame sounds when all above 50 Hz together reaches -80 dB re full-scale sine; only such frames count.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/spectral/mel.h"
#include "analysis/spectral/spectrum_report.h"
#include "analysis/spectral/stft.h"
#include "analysis/spectral/zero_crossings.h"

namespace ag06::analysis {

// Guarantee: memory is fixed; centroid and roll-off of steady noise within 1 % of the formula, those of tones within half a bin.
class SpectralShape {
 public:
  // Control thread; allocates. Errors: out_of_range (a grid too coarse for 40 mel bands), bad_sample_rate, bad_channel_count.
  [[nodiscard]] Status prepare(const StftGrid& grid, double max_duration_s);
  void reset() noexcept;
  void process(const SpectrumFrame& frame) noexcept;
  // The same stream in samples, finite, for the zero crossings.
  void process(ConstAudioBlock in) noexcept { crossings_.process(in); }

  // NaN if nothing sounded, each of them.
  // Mean frequency and its standard deviation, weighted by power: frames count by their energy. Above 50 Hz.
  [[nodiscard]] double centroid_hz() const noexcept;
  [[nodiscard]] double bandwidth_hz() const noexcept;
  // The share of the energy that lies below it.
  [[nodiscard]] double rolloff_hz(double share_ratio) const noexcept;
  // Geometric over arithmetic mean of the power of one channel (they take turns) from 100 Hz to 16 kHz, over what white noise reads; mean over
  // frames, at most 1.
  [[nodiscard]] double flatness() const noexcept;
  // Mean over frames of sum |m(now) - m(before)| / sum (m(now) + m(before)), m being the square roots of 40 mel bands, the frames 10 ms apart.
  [[nodiscard]] double flux() const noexcept;
  [[nodiscard]] double zero_crossing_rate() const noexcept { return crossings_.rate(); }
  // Orthonormal cosine transform of 40 Slaney mel bands (50 Hz to Nyquist, at most 20 kHz) in dB, not below -100. All 0 if nothing sounded.
  [[nodiscard]] std::array<double, kMfcc> mfcc_mean() const noexcept;
  [[nodiscard]] std::array<double, kMfcc> mfcc_deviation() const noexcept;

  // Level of 5 to 10 kHz, and of 500 Hz to 4 kHz, which a share of the frames stays below: dB re full-scale sine, NaN if nothing sounded or above
  // Nyquist.
  [[nodiscard]] double sibilant_level_db(double share_ratio) const noexcept;
  [[nodiscard]] double voice_level_db(double share_ratio) const noexcept;
  [[nodiscard]] std::int64_t sounding_frames() const noexcept { return frames_; }

 private:
  static constexpr int kMelBands = 40;
  static constexpr int kLevelSteps = 240;  // of 0.5 dB from -100 dB
  using Histogram = std::array<std::uint32_t, kLevelSteps>;
  void add_cepstrum() noexcept;
  void add_flatness(const SpectrumFrame& frame) noexcept;
  void add_flux(bool adjoins) noexcept;
  void flush() noexcept;
  [[nodiscard]] double mean_power_sum(int bin) const noexcept;
  [[nodiscard]] double percentile_db(const Histogram& counts, double share_ratio) const noexcept;

  StftGrid grid_;
  MelFilterbank filterbank_;
  ZeroCrossings crossings_;
  int first_bin_ = 2;                            // above 50 Hz
  int flat_from_ = 1, flat_to_ = 1;              // bins of the flatness
  int voice_from_ = 1, voice_to_ = 1, sibilant_from_ = 1, sibilant_to_ = 1;
  std::vector<float> power_part_, channel_power_;
  std::vector<double> power_;
  int frames_in_part_ = 0;
  std::array<float, kMelBands> mel_{}, root_{}, previous_root_{}, mel_db_{};
  std::array<std::array<float, kMelBands>, kMfcc> cosines_{};
  std::array<double, kMfcc> cepstrum_sum_{}, cepstrum_square_sum_{};
  double flatness_sum_ = 0.0, flux_sum_ = 0.0;
  std::int64_t frames_ = 0, flatness_frames_ = 0, flux_frames_ = 0, last_index_ = -2;
  Histogram voice_{}, sibilant_{};
};

}  // namespace ag06::analysis
