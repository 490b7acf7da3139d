// The marks agree with hand-counted examples.
#include "support/tunes/marks.h"

#include <gtest/gtest.h>

namespace ag06::test::tunes {
namespace {

using analysis::Chord;
using analysis::ChordQuality;
using analysis::Mode;

TEST(Marks, FMeasureCountsEachMarkOnce) {
  const std::vector<double> truth = {1.0, 2.0, 3.0, 4.0};
  EXPECT_DOUBLE_EQ(f_measure(truth, truth, 0.07), 1.0);
  EXPECT_DOUBLE_EQ(f_measure(truth, {}, 0.07), 0.0);
  EXPECT_TRUE(std::isnan(f_measure({}, truth, 0.07)));
  // Twice as many: precision 1/2, recall 1. Half as many: the other way round.
  EXPECT_DOUBLE_EQ(f_measure(truth, {1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5}, 0.07), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(f_measure(truth, {1.0, 3.0}, 0.07), 2.0 / 3.0);
  // Two found in one window are one hit; 70 ms are within, 71 are not.
  EXPECT_DOUBLE_EQ(f_measure({1.0}, {0.98, 1.02}, 0.07), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(f_measure({1.0}, {1.0699}, 0.07), 1.0);
  EXPECT_DOUBLE_EQ(f_measure({1.0}, {1.071}, 0.07), 0.0);
  // What lies before 5 s is not asked about.
  EXPECT_DOUBLE_EQ(f_measure({1.0, 6.0}, {3.0, 6.01}, 0.07, 5.0), 1.0);
}

TEST(Marks, TempoAccuracies) {
  EXPECT_TRUE(tempo_accuracy_1(104.0, 100.0));
  EXPECT_FALSE(tempo_accuracy_1(104.1, 100.0));
  EXPECT_FALSE(tempo_accuracy_1(std::nan(""), 100.0));
  for (const double ratio : {0.5, 2.0, 3.0, 1.0 / 3.0}) {
    EXPECT_FALSE(tempo_accuracy_1(100.0 * ratio, 100.0));
    EXPECT_TRUE(tempo_accuracy_2(101.0 * ratio, 100.0));
    EXPECT_NEAR(tempo_error_bpm(101.0 * ratio, 100.0), 1.0, 1e-9);
  }
  EXPECT_FALSE(tempo_accuracy_2(150.0, 100.0));
  EXPECT_FALSE(tempo_accuracy_2(std::nan(""), 100.0));
}

TEST(Marks, KeyScores) {
  EXPECT_DOUBLE_EQ(key_score(9, Mode::minor, 9, Mode::minor), 1.0);
  EXPECT_DOUBLE_EQ(key_score(7, Mode::major, 0, Mode::major), 0.5);
  EXPECT_DOUBLE_EQ(key_score(5, Mode::major, 0, Mode::major), 0.5);
  EXPECT_DOUBLE_EQ(key_score(9, Mode::minor, 0, Mode::major), 0.3);
  EXPECT_DOUBLE_EQ(key_score(0, Mode::major, 9, Mode::minor), 0.3);
  EXPECT_DOUBLE_EQ(key_score(0, Mode::minor, 0, Mode::major), 0.2);
  EXPECT_DOUBLE_EQ(key_score(2, Mode::major, 0, Mode::major), 0.0);
  EXPECT_DOUBLE_EQ(key_score(3, Mode::minor, 0, Mode::major), 0.0);
  EXPECT_DOUBLE_EQ(key_score(-1, Mode::unknown, 0, Mode::major), 0.0);
}

TEST(Marks, ChordsByTheTimeTheyAreRight) {
  const std::vector<Chord> truth = {{0.0, 2.0, 0, ChordQuality::major, 1.0}, {2.0, 4.0, 9, ChordQuality::minor, 1.0}};
  EXPECT_DOUBLE_EQ(chord_wcsr(truth, truth), 1.0);
  EXPECT_DOUBLE_EQ(chord_wcsr(truth, {{0.0, 4.0, 0, ChordQuality::major, 1.0}}), 0.5);
  EXPECT_DOUBLE_EQ(chord_wcsr(truth, {{0.5, 1.0, 0, ChordQuality::major, 1.0}, {2.0, 4.0, 9, ChordQuality::major, 1.0}}), 0.125);
  EXPECT_TRUE(std::isnan(chord_wcsr({}, truth)));
}

}  // namespace
}  // namespace ag06::test::tunes
