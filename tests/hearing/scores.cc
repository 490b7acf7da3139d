#include "hearing/scores.h"

#include <algorithm>

#include "support/tunes/marks.h"

namespace ag06::hearing {
namespace {

using namespace test::tunes;

constexpr double kBeatWindowS = 0.07, kOnsetWindowS = 0.05, kSkippedS = 5.0;

template <class Take>
void each(const std::vector<Sitting>& sittings, const std::string& group, const std::string& listener, Take take) {
  for (const Sitting& sitting : sittings) {
    if (!group.empty() && sitting.question.group != group) continue;
    const auto found = sitting.answers.find(listener);
    if (found != sitting.answers.end() && found->second.spoke) take(sitting.truth, found->second);
  }
}

[[nodiscard]] std::vector<double> downbeats_s(const Truth& truth) {
  std::vector<double> all;
  for (const int at : truth.downbeats) all.push_back(truth.beats_s[static_cast<std::size_t>(at)]);
  return all;
}

[[nodiscard]] double cents_between(double a_hz, double b_hz) { return 1200.0 * std::log2(a_hz / b_hz); }

}  // namespace

RhythmScore rhythm_score(const std::vector<Sitting>& sittings, const std::string& group, const std::string& listener) {
  RhythmScore score;
  Mean accuracy_1, accuracy_1_ranged, accuracy_2, error_bpm, beat_f, beat_f_ranged, downbeat_f, meter, onset_f;
  bool tells_downbeats = false, tells_meter = false, tells_onsets = false, tells_ranged = false;
  each(sittings, group, listener, [&](const Truth&, const Heard& heard) {
    tells_downbeats |= !heard.downbeats_s.empty();
    tells_meter |= heard.beats_per_bar > 0;
    tells_onsets |= !heard.onsets_s.empty();
    tells_ranged |= heard.takes_a_range;
  });
  each(sittings, group, listener, [&](const Truth& truth, const Heard& heard) {
    ++score.count;
    accuracy_1.add(tempo_accuracy_1(heard.tempo_bpm, truth.tempo_bpm) ? 1.0 : 0.0);
    if (tells_ranged) accuracy_1_ranged.add(tempo_accuracy_1(heard.ranged_tempo_bpm, truth.tempo_bpm) ? 1.0 : 0.0);
    const bool right_but_for_octave = tempo_accuracy_2(heard.tempo_bpm, truth.tempo_bpm);
    accuracy_2.add(right_but_for_octave ? 1.0 : 0.0);
    if (right_but_for_octave) {
      const double error = tempo_error_bpm(heard.tempo_bpm, truth.tempo_bpm);
      error_bpm.add(error);
      score.error_worst_bpm = std::max(score.error_worst_bpm, error);
    }
    beat_f.add(f_measure(truth.beats_s, heard.beats_s, kBeatWindowS, kSkippedS));
    if (tells_ranged) beat_f_ranged.add(f_measure(truth.beats_s, heard.ranged_beats_s, kBeatWindowS, kSkippedS));
    if (tells_downbeats) downbeat_f.add(f_measure(downbeats_s(truth), heard.downbeats_s, kBeatWindowS, kSkippedS));
    if (tells_meter) meter.add(heard.beats_per_bar == truth.beats_per_bar && heard.beat_unit == truth.beat_unit ? 1.0 : 0.0);
    if (tells_onsets) onset_f.add(f_measure(truth.onsets_s, heard.onsets_s, kOnsetWindowS));
  });
  score.accuracy_1 = accuracy_1.value();
  score.accuracy_1_ranged = accuracy_1_ranged.value();
  score.accuracy_2 = accuracy_2.value();
  score.error_mean_bpm = error_bpm.value();
  if (std::isnan(score.error_mean_bpm)) score.error_worst_bpm = std::nan("");
  score.beat_f = beat_f.value();
  score.beat_f_ranged = beat_f_ranged.value();
  score.downbeat_f = downbeat_f.value();
  score.meter = meter.value();
  score.onset_f = onset_f.value();
  return score;
}

double tuning_error_cents(const Truth& truth, const Heard& heard) {
  if (std::isnan(heard.tuning_hz)) return std::nan("");
  const double apart = cents_between(heard.tuning_hz, truth.tuning_hz);
  return std::fabs(apart - 100.0 * std::round(apart / 100.0));
}

double key_points(const Truth& truth, const Heard& heard, bool either_name) {
  const auto points = [&](int semitones) {
    return test::tunes::key_score(heard.key, heard.mode, ((truth.key + semitones) % 12 + 12) % 12, truth.mode);
  };
  const double sharp = cents_between(truth.tuning_hz, 440.0);
  if (either_name && std::fabs(sharp) > 49.0) return std::max(points(0), points(sharp > 0.0 ? 1 : -1));
  if (heard.key < 0 || std::isnan(heard.tuning_hz)) return points(0);
  // Against a reference a semitone higher the same note is called a semitone lower.
  return points(-static_cast<int>(std::lround(cents_between(heard.tuning_hz, truth.tuning_hz) / 100.0)));
}

KeyScore key_score(const std::vector<Sitting>& sittings, const std::string& group, const std::string& listener) {
  KeyScore score;
  Mean right, weighted, tuning;
  bool tells_keys = false;
  each(sittings, group, listener, [&](const Truth&, const Heard& heard) { tells_keys |= heard.key >= 0; });
  each(sittings, group, listener, [&](const Truth& truth, const Heard& heard) {
    ++score.count;
    if (tells_keys) {
      const double points = key_points(truth, heard, listener != kOurs);
      right.add(points == 1.0 ? 1.0 : 0.0);
      weighted.add(points);
    }
    const double cents = tuning_error_cents(truth, heard);
    tuning.add(cents);
    if (cents > score.tuning_worst_cents) score.tuning_worst_cents = cents;
  });
  score.right = right.value();
  score.weighted = weighted.value();
  score.tuning_mean_cents = tuning.value();
  if (std::isnan(score.tuning_mean_cents)) score.tuning_worst_cents = std::nan("");
  return score;
}

double chord_score(const std::vector<Sitting>& sittings, const std::string& group, const std::string& listener) {
  Mean wcsr;
  bool tells = false;
  each(sittings, group, listener, [&](const Truth&, const Heard& heard) { tells |= !heard.chords.empty(); });
  if (tells) each(sittings, group, listener, [&](const Truth& truth, const Heard& heard) { wcsr.add(chord_wcsr(truth.chords, heard.chords)); });
  return wcsr.value();
}

std::vector<std::string> groups_of(const std::vector<Sitting>& sittings) {
  std::vector<std::string> groups;
  for (const Sitting& sitting : sittings)
    if (std::find(groups.begin(), groups.end(), sitting.question.group) == groups.end()) groups.push_back(sitting.question.group);
  return groups;
}

}  // namespace ag06::hearing
