// How well an estimate agrees with the truth, by the measures of the field. Not for anything but tests.
// Source: C. Raffel et al., "mir_eval: A Transparent Implementation of Common MIR Metrics", ISMIR 2014, and the measures it cites: beat F +-70 ms
// after the first 5 s, onset F +-50 ms, weighted key score, chord WCSR over major and minor; tempo accuracies 1 and 2 by F. Gouyon et al., IEEE TASLP
// 14(5), 2006.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/tonality/tonality_report.h"

namespace ag06::test::tunes {

// Harmonic mean of precision and recall; each mark is matched once, in order of time; NaN when there is nothing to find.
[[nodiscard]] inline double f_measure(const std::vector<double>& truth_s, const std::vector<double>& found_s, double window_s, double skip_s = 0.0) {
  std::size_t t = 0, f = 0, hits = 0, truths = 0, founds = 0;
  for (const double time_s : truth_s) truths += time_s >= skip_s ? 1 : 0;
  for (const double time_s : found_s) founds += time_s >= skip_s ? 1 : 0;
  if (truths == 0) return std::nan("");
  while (t < truth_s.size() && truth_s[t] < skip_s) ++t;
  while (f < found_s.size() && found_s[f] < skip_s) ++f;
  while (t < truth_s.size() && f < found_s.size()) {
    const double apart_s = found_s[f] - truth_s[t];
    if (std::fabs(apart_s) <= window_s) {
      ++hits, ++t, ++f;
    } else if (apart_s < 0.0) {
      ++f;
    } else {
      ++t;
    }
  }
  return 2.0 * static_cast<double>(hits) / static_cast<double>(truths + founds);
}

[[nodiscard]] inline bool within_4_percent(double found_bpm, double truth_bpm) { return std::fabs(found_bpm - truth_bpm) <= 0.04 * truth_bpm; }
[[nodiscard]] inline bool tempo_accuracy_1(double found_bpm, double truth_bpm) { return within_4_percent(found_bpm, truth_bpm); }
[[nodiscard]] inline bool tempo_accuracy_2(double found_bpm, double truth_bpm) {
  for (const double factor : {1.0, 2.0, 3.0, 1.0 / 2.0, 1.0 / 3.0})
    if (within_4_percent(found_bpm, factor * truth_bpm)) return true;
  return false;
}
// How far the tempo lies from the truth once the octave is taken out, in bpm of the truth's level.
[[nodiscard]] inline double tempo_error_bpm(double found_bpm, double truth_bpm) {
  double least = std::fabs(found_bpm - truth_bpm);
  for (const double factor : {2.0, 3.0, 1.0 / 2.0, 1.0 / 3.0}) least = std::min(least, std::fabs(found_bpm / factor - truth_bpm));
  return least;
}

// 1 same, 0.5 a fifth up or down of the same mode, 0.3 relative, 0.2 parallel, else 0.
[[nodiscard]] inline double key_score(int found_key, analysis::Mode found_mode, int key, analysis::Mode mode) {
  if (found_key < 0) return 0.0;
  const int step = ((found_key - key) % 12 + 12) % 12;
  if (found_mode == mode) return step == 0 ? 1.0 : step == 7 || step == 5 ? 0.5 : 0.0;
  if (step == 0) return 0.2;
  return step == (mode == analysis::Mode::major ? 9 : 3) ? 0.3 : 0.0;
}

// Share of the time under the true chords in which root and quality are right.
[[nodiscard]] inline double chord_wcsr(const std::vector<analysis::Chord>& truth, const std::vector<analysis::Chord>& found) {
  double right_s = 0.0, all_s = 0.0;
  for (const analysis::Chord& a : truth) {
    all_s += a.end_s - a.start_s;
    for (const analysis::Chord& b : found)
      if (a.root == b.root && a.quality == b.quality) right_s += std::max(0.0, std::min(a.end_s, b.end_s) - std::max(a.start_s, b.start_s));
  }
  return all_s > 0.0 ? right_s / all_s : std::nan("");
}

}  // namespace ag06::test::tunes
