// Answers against the truth, averaged over a group of sittings. NaN: the listener does not tell such a thing.
#pragma once

#include "hearing/exam.h"

namespace ag06::hearing {

// Sums that ignore NaN.
class Mean {
 public:
  void add(double value) {
    if (std::isnan(value)) return;
    sum_ += value;
    ++count_;
  }
  [[nodiscard]] double value() const { return count_ > 0 ? sum_ / count_ : std::nan(""); }

 private:
  double sum_ = 0.0;
  int count_ = 0;
};

struct RhythmScore {
  int count = 0;
  double accuracy_1 = 0.0, accuracy_1_ranged = 0.0, accuracy_2 = 0.0;  // 0..1
  double error_mean_bpm = 0.0, error_worst_bpm = 0.0;                  // where accuracy 2 holds, octave aside
  double beat_f = 0.0, beat_f_ranged = 0.0, downbeat_f = 0.0, meter = 0.0, onset_f = 0.0;
};
struct KeyScore {
  int count = 0;
  double right = 0.0, weighted = 0.0, tuning_mean_cents = 0.0, tuning_worst_cents = 0.0;
};

// group: "" = all.
[[nodiscard]] RhythmScore rhythm_score(const std::vector<Sitting>& sittings, const std::string& group, const std::string& listener);
[[nodiscard]] KeyScore key_score(const std::vector<Sitting>& sittings, const std::string& group, const std::string& listener);
[[nodiscard]] double chord_score(const std::vector<Sitting>& sittings, const std::string& group, const std::string& listener);

// A key a quarter tone sharp may as well be called a quarter tone flat of the semitone above: judged in the reading that the told tuning stands for.
// either_name: there, both names count whatever tuning is told.
[[nodiscard]] double key_points(const test::tunes::Truth& truth, const Heard& heard, bool either_name);
[[nodiscard]] double tuning_error_cents(const test::tunes::Truth& truth, const Heard& heard);

// In order of appearance.
[[nodiscard]] std::vector<std::string> groups_of(const std::vector<Sitting>& sittings);

}  // namespace ag06::hearing
