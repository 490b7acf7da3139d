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
    const double points = key_points(sitting.truth, heard, false), cents = tuning_error_cents(sitting.truth, heard);
    if (points == 1.0 && cents <= 2.0) continue;
    std::fprintf(stderr, "  %s: key %d %s heard, %d %s true, tuning %.2f Hz for %.2f Hz (%.1f cents off)\n", sitting.question.name().c_str(),
                 heard.key, heard.mode == analysis::Mode::minor ? "minor" : "major", sitting.truth.key,
                 sitting.truth.mode == analysis::Mode::minor ? "minor" : "major", heard.tuning_hz, sitting.truth.tuning_hz, cents);
  }
}

void print(Sheet& sheet, const std::vector<Sitting>& sittings) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& group : groups_of(sittings)) {
    for (const std::string& listener : sheet.examiner.listeners()) {
      const KeyScore score = key_score(sittings, group, listener);
      if (score.count == 0 || (std::isnan(score.right) && std::isnan(score.tuning_mean_cents))) continue;
      rows.push_back({group + " (" + std::to_string(score.count) + ")", listener == kOurs ? "**" + listener + "**" : listener,
                      number(100 * score.right, 1), number(100 * score.weighted, 1), number(score.tuning_mean_cents, 2),
                      number(score.tuning_worst_cents, 2)});
    }
  }
  sheet.report.table({"music (pieces)", "listener", "key right %", "weighted %", "tuning error, mean cents", "worst"}, rows);
  if (sheet.tells_failures) tell_failures(sittings);
}

}  // namespace

void key_table(Sheet& sheet) {
  const std::vector<Sitting> sittings = sheet.examiner.examine(key_cases(sheet.full), Topic::tonality);
  sheet.report.section(
      "Key and tuning",
      "Cadences (I IV V I, i iv V i) of 12 s in 24 keys at -50, -25, 0, +25 and +50 cents, in six timbres. Weighted as by mir_eval: a fifth off 0.5, "
      "relative 0.3, parallel 0.2. A quarter tone off may be called by either neighbour's name, ours only with the tuning that belongs to it.");
  print(sheet, sittings);
  for (const std::string& group : groups_of(sittings)) {
    const KeyScore score = key_score(sittings, group, kOurs);
    sheet.report.figure(group + ": key right", 100 * score.right, 1, "%", measure::at_least(100.0));
    sheet.report.figure(group + ": tuning error, worst", score.tuning_worst_cents, 2, "cents", measure::at_most(2.0));
  }
}

void hard_key_table(Sheet& sheet) {
  const std::vector<Sitting> sittings = sheet.examiner.examine(hard_key_cases(sheet.full), Topic::tonality, Examiner::Asked::ours_alone);
  sheet.report.section(
      "Key beyond the goals",
      "A full band for 24 s; pop loops never settle on their tonic (I V vi IV, i VI III VII ..), so that musicians, too, may differ. Ours alone.");
  print(sheet, sittings);
}

void chord_table(Sheet& sheet) {
  const std::vector<Sitting> sittings = sheet.examiner.examine(chord_cases(sheet.full), Topic::tonality, Examiner::Asked::who_know_chords);
  sheet.report.section("Chords",
                       "Ten progressions in six timbres, a chord per bar, 20 s each: share of the time in which root and major or minor are right "
                       "(WCSR). Before the first and "
                       "after the last chord nothing is asked.");
  std::vector<std::vector<std::string>> rows;
  for (const std::string& group : groups_of(sittings)) {
    for (const std::string& listener : sheet.examiner.listeners()) {
      const double score = chord_score(sittings, group, listener);
      if (!std::isnan(score)) rows.push_back({group, listener == kOurs ? "**" + listener + "**" : listener, number(100 * score, 1)});
    }
  }
  sheet.report.table({"music", "listener", "WCSR %"}, rows);
  sheet.report.figure("chords and bass: WCSR", 100 * chord_score(sittings, "chords and bass", kOurs), 1, "%", measure::at_least(95.0));
  if (!sheet.tells_failures) return;
  for (const Sitting& sitting : sittings) {
    const double wcsr = test::tunes::chord_wcsr(sitting.truth.chords, sitting.answers.at(kOurs).chords);
    if (!(wcsr >= 0.95))
      std::fprintf(stderr, "  %s %s: WCSR %.3f\n", sitting.question.name().c_str(),
                   test::tunes::progressions()[static_cast<std::size_t>(sitting.question.spec.progression)].name, wcsr);
  }
}

}  // namespace ag06::hearing
