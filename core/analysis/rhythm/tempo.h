// How fast the beat goes, moment by moment: one period per stretch of a tempogram. Not for where the beats are (beats.h).
// Source: G. Percival and G. Tzanetakis, "Streamlined Tempo Estimation Based on Autocorrelation and Cross-correlation With Pulses", IEEE/ACM TASLP
// 22(12), 2014 (pulses at the multiples of a period); R. Parncutt, "A Perceptual Model of Pulse Salience and Metrical Accent in Musical Rhythms",
// Music Perception 11(4), 1994 (a log-Gaussian preference).
#pragma once

#include <vector>

#include "analysis/rhythm/tempogram.h"

namespace ag06::analysis {

struct TempoRange {
  double min_bpm = 55.0;
  double max_bpm = 215.0;

  static constexpr double kLowestBpm = 30.0;
  static constexpr double kHighestBpm = 300.0;
  [[nodiscard]] bool usable() const noexcept { return min_bpm >= kLowestBpm && max_bpm <= kHighestBpm && min_bpm < max_bpm; }
  [[nodiscard]] bool holds(double bpm) const noexcept { return bpm >= min_bpm && bpm <= max_bpm; }
};

// A period for every moment; linear between the stretches it was measured in.
struct TempoPath {
  double first_frame = 0.0;
  double step_frames = 1.0;
  std::vector<double> period_frames;  // empty: no tempo

  [[nodiscard]] double at(double frame) const noexcept;
  [[nodiscard]] double median() const;
  // The same times a ratio.
  [[nodiscard]] TempoPath scaled(double ratio) const;
};

// The preference of listeners: 0 at its centre, falling with the square of the distance in octaves.
[[nodiscard]] double tempo_preference(double bpm) noexcept;
// How well the whole song repeats at the multiples of the period, about 0..1.
[[nodiscard]] double pulse_strength(const Tempogram& tempogram, double period_frames) noexcept;
// The path whose periods lie in the range, repeat most strongly and change least. Empty if the tempogram is.
[[nodiscard]] TempoPath find_tempo_path(const Tempogram& tempogram, const TempoRange& range);

}  // namespace ag06::analysis
