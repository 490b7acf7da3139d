// Remembers which pitch classes sounded when, three bins per semitone, and how the notes lie between the semitones. Not for single notes or melodies.
// Source: E. Gomez, "Tonal Description of Polyphonic Audio for Music Content Processing", INFORMS J. Comput. 18(3), 2006 (pitch class profile of
// interpolated peaks); Mauch and Dixon 2010 (whitening, notes before classes: note_salience.h).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/tonality/note_salience.h"
#include "analysis/tonality/pitch_peaks.h"
#include "base/status.h"

namespace ag06::analysis {

// What one frame of the long grid sounded like; levels are relative.
struct ChromaFrame {
  std::array<std::uint8_t, kPitchClassBins> chroma{};  // notes from 65 to 2093 Hz, the strongest class 255
  std::uint8_t bass_bin = 0;                           // 0..35: class of the strongest low note
  std::uint8_t bass = 0;                               // its strength against the strongest class, 255 = as strong or stronger
  std::uint8_t level = 0;                              // of the partials, 0 = none, else half decibels above -120 dBFS
};

// Guarantee: the same frames give the same bits; 1.52 MB per hour at 44.1 kHz.
class ChromaHistory {
 public:
  static constexpr int kTuningBins = 100;  // a cent each, 0 = as at 440 Hz

  // Control thread; allocates. grid: long_grid(). Errors: out_of_range for a duration below 0 or above a day.
  [[nodiscard]] Status prepare(const StftGrid& grid, double max_duration_s);
  void reset() noexcept;
  // Past max_duration_s frames are dropped.
  void process(const SpectrumFrame& frame) noexcept;

  [[nodiscard]] int size() const noexcept { return size_; }
  [[nodiscard]] double hop_s() const noexcept { return hop_s_; }
  [[nodiscard]] double duration_s() const noexcept { return size_ * hop_s_; }
  [[nodiscard]] const ChromaFrame& operator[](int index) const noexcept { return frames_[static_cast<std::size_t>(index)]; }
  // Weight of the notes heard at each deviation from equal temperament at 440 Hz, modulo a semitone; the squares of all weights, summed.
  [[nodiscard]] const std::array<double, kTuningBins>& deviations() const noexcept { return deviations_; }
  [[nodiscard]] double squared_weights() const noexcept { return squared_weights_; }

 private:
  void spread(int peaks) noexcept;
  void whiten(int peaks) noexcept;
  void note_deviations(int peaks, const float* notes) noexcept;
  void fold(const float* notes, ChromaFrame& to) const noexcept;

  PitchPeaks peaks_;
  NoteSalience salience_;
  int spectrum_bins_ = kSpectrumBins;
  double peak_power_ = 0.0;
  std::array<float, PitchPeaks::kMostPeaks> amplitudes_{};
  std::array<float, kSpectrumBins> spectrum_{};
  std::array<float, kNoteBins> treble_weight_{}, bass_weight_{};
  std::vector<ChromaFrame> frames_;
  std::array<double, kTuningBins> deviations_{};
  double squared_weights_ = 0.0;
  int size_ = 0;
  double hop_s_ = 1.0;
};

}  // namespace ag06::analysis
