// Songs of known form, put together from test tunes, and the field's measures of how well their parts were found. For tests only.
// Source: D. Turnbull et al., "A supervised approach for detecting boundaries in music using difference features and boosting", ISMIR 2007 (boundary
// F within a window); M. Levy, M. Sandler, "Structural segmentation of musical audio by constrained clustering", IEEE TASLP 16(2), 2008 (pairwise F).
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "analysis/rhythm/rhythm_report.h"
#include "analysis/structure/structure_report.h"
#include "support/tunes/tune.h"

namespace ag06::test {

// What all sections of one letter share.
struct Part {
  int pattern = 0;
  int progression = 2;
  int key_shift = 0;
  tunes::Timbre timbre = tunes::Timbre::piano;
  bool drums = true, bass = true, chords = true, melody = true;
  double gain_db = 0.0;
};

struct Form {
  const char* name;
  std::string letters;     // one per section; neighbours of one letter are one section
  std::vector<int> bars;   // of each section
  std::vector<Part> parts; // of 'A', 'B' ..
};

struct KnownSong {
  Planes audio{2, 0};
  std::vector<double> boundaries_s;  // between sections
  std::vector<analysis::Section> sections;
  analysis::RhythmReport rhythm;     // the true beats and downbeats
};

[[nodiscard]] inline KnownSong make_song(const Form& form, double tempo_bpm, std::uint32_t seed, double sample_rate_hz) {
  KnownSong song;
  const double bar_s = 4.0 * 60.0 / tempo_bpm;
  std::vector<Planes> rolls;  // of each part, all its sections in a row, so that none is the same recording twice
  std::vector<int> at_bar(form.parts.size(), 0);
  for (std::size_t p = 0; p < form.parts.size(); ++p) {
    int bars = 1;
    for (std::size_t i = 0; i < form.letters.size(); ++i) bars += static_cast<std::size_t>(form.letters[i] - 'A') == p ? form.bars[i] : 0;
    const Part& part = form.parts[p];
    tunes::TuneSpec spec;
    spec.sample_rate_hz = sample_rate_hz;
    spec.tempo_bpm = tempo_bpm;
    spec.duration_s = bars * bar_s + 1.5;
    spec.pattern = part.pattern;
    spec.progression = part.progression;
    spec.key = (static_cast<int>(seed) + part.key_shift) % 12;
    spec.timbre = part.timbre;
    spec.drums = part.drums;
    spec.bass = part.bass;
    spec.chords = part.chords;
    spec.melody = part.melody;
    spec.seed = seed;
    const tunes::Tune tune = tunes::make_tune(spec);
    const auto from = static_cast<std::ptrdiff_t>(tune.truth.beats_s[0] * sample_rate_hz);
    const auto gain = static_cast<float>(db_to_lin(part.gain_db));
    Planes roll(2, 0);
    for (std::size_t c = 0; c < 2; ++c) {
      roll.samples[c].assign(tune.audio.samples[c].begin() + from, tune.audio.samples[c].end());
      for (float& x : roll.samples[c]) x *= gain;
    }
    rolls.push_back(roll);
  }
  double at_s = 0.0;
  for (std::size_t i = 0; i < form.letters.size(); ++i) {
    const auto p = static_cast<std::size_t>(form.letters[i] - 'A');
    const double length_s = form.bars[i] * bar_s;
    const auto from = static_cast<std::size_t>(at_bar[p] * bar_s * sample_rate_hz);
    const auto end = static_cast<std::size_t>((at_s + length_s) * sample_rate_hz);
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t n = from; song.audio.samples[c].size() < end; ++n) song.audio.samples[c].push_back(rolls[p].samples[c][n]);
    if (!song.sections.empty() && song.sections.back().group == static_cast<int>(p)) {
      song.sections.back().end_s = at_s + length_s;
    } else {
      if (!song.sections.empty()) song.boundaries_s.push_back(at_s);
      song.sections.push_back({at_s, at_s + length_s, static_cast<int>(p)});
    }
    for (int bar = 0; bar < form.bars[i]; ++bar) {
      song.rhythm.downbeats.push_back(static_cast<int>(song.rhythm.beats_s.size()));
      for (int beat = 0; beat < 4; ++beat) song.rhythm.beats_s.push_back(at_s + (bar + beat / 4.0) * bar_s);
    }
    at_bar[p] += form.bars[i];
    at_s += length_s;
  }
  song.rhythm.tempo_bpm = tempo_bpm;
  return song;
}

struct StructureMarks {
  int truths = 0, founds = 0, hits_1s = 0, hits_3s = 0;
  double same_truth = 0.0, same_found = 0.0, same_both = 0.0;  // pairs of instants in one group

  [[nodiscard]] static double f(double hits, double truths, double founds) { return truths + founds > 0.0 ? 2.0 * hits / (truths + founds) : 1.0; }
  [[nodiscard]] double f_1s() const { return f(hits_1s, truths, founds); }
  [[nodiscard]] double f_3s() const { return f(hits_3s, truths, founds); }
  [[nodiscard]] double pairwise_f() const { return f(same_both, same_truth, same_found); }
  void add(const StructureMarks& other) {
    truths += other.truths;
    founds += other.founds;
    hits_1s += other.hits_1s;
    hits_3s += other.hits_3s;
    same_truth += other.same_truth;
    same_found += other.same_found;
    same_both += other.same_both;
  }
};

[[nodiscard]] inline int hits(const std::vector<double>& truth_s, const std::vector<double>& found_s, double window_s) {
  int count = 0;
  std::size_t next = 0;
  for (const double t : truth_s) {
    while (next < found_s.size() && found_s[next] < t - window_s) ++next;
    if (next < found_s.size() && found_s[next] <= t + window_s) {
      ++count;
      ++next;
    }
  }
  return count;
}

[[nodiscard]] inline StructureMarks marks_of(const KnownSong& song, const analysis::StructureReport& report) {
  StructureMarks marks;
  std::vector<double> found_s;
  for (std::size_t i = 1; i < report.sections.size(); ++i) found_s.push_back(report.sections[i].start_s);
  marks.truths = static_cast<int>(song.boundaries_s.size());
  marks.founds = static_cast<int>(found_s.size());
  marks.hits_1s = hits(song.boundaries_s, found_s, 1.0);
  marks.hits_3s = hits(song.boundaries_s, found_s, 3.0);
  const auto group_at = [](const std::vector<analysis::Section>& sections, double t) {
    for (const analysis::Section& section : sections)
      if (t >= section.start_s && t < section.end_s) return section.group;
    return 0;
  };
  std::vector<std::pair<int, int>> instants;
  for (double t = 0.25; t < song.sections.back().end_s; t += 0.5) instants.emplace_back(group_at(song.sections, t), group_at(report.sections, t));
  double pairs = 0.0;
  for (std::size_t i = 0; i < instants.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const bool truth = instants[i].first == instants[j].first, found = instants[i].second == instants[j].second;
      marks.same_truth += truth ? 1.0 : 0.0;
      marks.same_found += found ? 1.0 : 0.0;
      marks.same_both += truth && found ? 1.0 : 0.0;
      pairs += 1.0;
    }
  // Every song counts the same.
  marks.same_truth /= pairs;
  marks.same_found /= pairs;
  marks.same_both /= pairs;
  return marks;
}

[[nodiscard]] inline const std::vector<Form>& forms() {
  using tunes::Timbre;
  static const std::vector<Form> all = {
      {"ABAB, other chords and drums", "ABAB", {8, 8, 8, 8}, {{3, 2, 0, Timbre::plucked}, {0, 7, 0, Timbre::saw}}},
      {"AABA, other chords only", "AABA", {8, 8, 8, 8}, {{0, 2, 0, Timbre::piano}, {0, 8, 2, Timbre::piano}}},
      {"intro verse chorus verse chorus bridge chorus outro",
       "ABCBCDCE",
       {4, 12, 8, 12, 8, 8, 12, 4},
       {{7, 2, 0, Timbre::piano, false, false, true, false, -8.0},
        {3, 3, 0, Timbre::piano, true, true, true, true, -4.0},
        {0, 2, 0, Timbre::saw},
        {3, 8, 9, Timbre::organ, true, true, true, false, -4.0},
        {7, 2, 0, Timbre::piano, false, true, true, false, -8.0}}},
      {"ABACA, other keys", "ABACA", {8, 8, 8, 8, 8}, {{0, 2, 0, Timbre::organ}, {0, 7, 5, Timbre::organ}, {2, 4, 8, Timbre::plucked}}},
      {"dance with two breakdowns", "ABABA", {16, 8, 16, 8, 16}, {{1, 7, 0, Timbre::saw}, {7, 7, 0, Timbre::hollow, false, false, true, true, -6.0}}},
      {"verse chorus, same band",
       "ABABAB",
       {8, 8, 8, 8, 8, 8},
       {{0, 3, 0, Timbre::plucked, true, true, true, false, -2.0}, {0, 2, 0, Timbre::plucked}}},
  };
  return all;
}

}  // namespace ag06::test
