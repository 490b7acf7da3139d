#include <cstdio>

#include "hearing/scores.h"
#include "hearing/tables.h"
#include "support/tunes/marks.h"

namespace ag06::hearing {
namespace {

using measure::number;

void tell_failures(const std::vector<Sitting>& sittings) {
  for (const Sitting& sitting : sittings) {
    const Heard& heard = sitting.answers.at(kOurs);
    const test::tunes::Truth& truth = sitting.truth;
    const double f = test::tunes::f_measure(truth.beats_s, heard.beats_s, 0.07, 5.0),
                 ranged_f = test::tunes::f_measure(truth.beats_s, heard.ranged_beats_s, 0.07, 5.0),
                 error = test::tunes::tempo_error_bpm(heard.tempo_bpm, truth.tempo_bpm);
    const bool meter = heard.beats_per_bar == truth.beats_per_bar && heard.beat_unit == truth.beat_unit;
    if (test::tunes::tempo_accuracy_1(heard.tempo_bpm, truth.tempo_bpm) && f >= 0.98 && ranged_f >= 0.98 && error <= 0.05 && meter) continue;
    std::fprintf(stderr, "  %s: %.2f heard, %.2f true (in range %.2f), %.3f bpm off, beat F %.2f (in range %.2f), %d/%d for %d/%d\n",
                 sitting.question.name().c_str(), heard.tempo_bpm, truth.tempo_bpm, heard.ranged_tempo_bpm, error, f, ranged_f, heard.beats_per_bar,
                 heard.beat_unit, truth.beats_per_bar, truth.beat_unit);
  }
}

void print(Sheet& sheet, const std::vector<Sitting>& sittings) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& group : groups_of(sittings)) {
    for (const std::string& listener : sheet.examiner.listeners()) {
      const RhythmScore score = rhythm_score(sittings, group, listener);
      if (score.count == 0) continue;
      rows.push_back({group + " (" + std::to_string(score.count) + ")", listener == kOurs ? "**" + listener + "**" : listener,
                      number(100 * score.accuracy_1, 1), number(100 * score.accuracy_1_ranged, 1), number(100 * score.accuracy_2, 1),
                      number(score.error_mean_bpm, 3), number(score.error_worst_bpm, 3), number(score.beat_f, 3), number(score.beat_f_ranged, 3),
                      number(score.downbeat_f, 3), number(100 * score.meter, 1), number(score.onset_f, 3)});
    }
  }
  sheet.report.table({"music (pieces)", "listener", "Acc1 %", "Acc1 in range %", "Acc2 %", "bpm error, mean", "worst", "beat F", "in range",
                      "downbeat F", "meter %", "onset F"},
                     rows);
  if (sheet.tells_failures) tell_failures(sittings);
}

}  // namespace

void rhythm_table(Sheet& sheet) {
  const std::vector<Sitting> sittings = sheet.examiner.examine(rhythm_cases(sheet.full), Topic::rhythm);
  sheet.report.section(
      "Rhythm",
      "Drums, bass, chords and melody, 30 s each: 60 to 200 bpm in rock, four-on-the-floor, breakbeat, sparse, waltz and six-eight patterns, each "
      "with a "
      "kit, timbre, key and progression of its own. Tempo accuracy within 4 % (2: also a factor of 2 or 3 off); beat F within 70 ms after 5 s; onset "
      "F "
      "within 50 ms; meter: the time signature named as it is. \"In range\": told one of the ranges 55-110, 70-140, 88-176, 110-220 bpm.");
  print(sheet, sittings);
  for (const std::string& group : groups_of(sittings)) {
    const RhythmScore score = rhythm_score(sittings, group, kOurs);
    sheet.report.figure(group + ": tempo accuracy 2", 100 * score.accuracy_2, 1, "%", measure::at_least(100.0));
    sheet.report.figure(group + ": tempo accuracy 1 in a range", 100 * score.accuracy_1_ranged, 1, "%", measure::at_least(95.0));
    sheet.report.figure(group + ": tempo error, mean", score.error_mean_bpm, 3, "bpm", measure::at_most(0.05));
    sheet.report.figure(group + ": tempo error, worst", score.error_worst_bpm, 3, "bpm", measure::at_most(0.05));
    sheet.report.figure(group + ": beat F in a range, mean", score.beat_f_ranged, 3, "", measure::at_least(0.98));
  }
}

void hard_rhythm_table(Sheet& sheet) {
  const std::vector<Sitting> sittings = sheet.examiner.examine(hard_rhythm_cases(sheet.full), Topic::rhythm, Examiner::Asked::ours_alone);
  sheet.report.section("Rhythm beyond the goals", "What no goal was set for: the same music under worse conditions. Ours alone.");
  print(sheet, sittings);
}

void speed_table(Sheet& sheet) {
  if (sheet.examiner.efforts().empty()) return;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [what, effort] : sheet.examiner.efforts())
    rows.push_back({what, number(effort.heard_s / 60.0, 1), number(effort.processor_s, 1), number(effort.heard_s / effort.processor_s, 0)});
  sheet.report.section(
      "Speed",
      "Processor time of the examinations above, decoding left out for all but aubio; peers as they come: aubio as two programs, the others as "
      "WebAssembly in Node. "
      "Ours native, everything it knows at once: loudness, spectrum, dynamics, stereo, rhythm, tonality, structure, music, genre and defects.");
  sheet.report.table({"listener, and what it was asked", "music, min", "processor, s", "x real time"}, rows);
}

}  // namespace ag06::hearing
