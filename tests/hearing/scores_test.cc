// Groups are averaged as they should be: only what a listener tells counts, and a quarter tone has two names.
#include "hearing/scores.h"

#include <gtest/gtest.h>

namespace ag06::hearing {
namespace {

using analysis::Mode;
using test::tunes::Truth;

TEST(Scores, AKeyAQuarterToneOffHasTwoNamesEachWithItsTuning) {
  Truth truth;
  truth.key = 0;
  truth.mode = Mode::major;
  truth.tuning_hz = 440.0 * std::exp2(0.5 / 12.0);
  Heard heard;
  heard.key = 0;
  heard.mode = Mode::major;
  heard.tuning_hz = 440.0 * std::exp2(0.5 / 12.0);
  EXPECT_DOUBLE_EQ(key_points(truth, heard, false), 1.0);
  EXPECT_NEAR(tuning_error_cents(truth, heard), 0.0, 1e-9);
  // The semitone above, a quarter tone flat: the same sound.
  heard.key = 1;
  EXPECT_DOUBLE_EQ(key_points(truth, heard, false), 0.0);
  EXPECT_DOUBLE_EQ(key_points(truth, heard, true), 1.0);
  heard.tuning_hz = 440.0 * std::exp2(-0.5 / 12.0);
  EXPECT_DOUBLE_EQ(key_points(truth, heard, false), 1.0);
  EXPECT_NEAR(tuning_error_cents(truth, heard), 0.0, 1e-9);
  // The semitone below is neither.
  heard.key = 11;
  EXPECT_DOUBLE_EQ(key_points(truth, heard, false), 0.0);
  EXPECT_DOUBLE_EQ(key_points(truth, heard, true), 0.0);
  // Ten cents sharp has one name.
  truth.tuning_hz = heard.tuning_hz = 440.0 * std::exp2(0.1 / 12.0);
  heard.key = 1;
  EXPECT_DOUBLE_EQ(key_points(truth, heard, true), 0.0);
}

TEST(Scores, WhatAListenerDoesNotTellIsNoZero) {
  Sitting sitting;
  sitting.question.group = "a";
  sitting.truth.tempo_bpm = 120.0;
  for (int beat = 0; beat < 40; ++beat) sitting.truth.beats_s.push_back(0.5 * beat);
  sitting.truth.onsets_s = sitting.truth.beats_s;
  Heard heard;
  heard.spoke = true;
  heard.tempo_bpm = 60.02;
  heard.beats_s = sitting.truth.beats_s;
  sitting.answers["x"] = heard;
  const RhythmScore score = rhythm_score({sitting}, "a", "x");
  EXPECT_EQ(score.count, 1);
  EXPECT_DOUBLE_EQ(score.accuracy_1, 0.0);
  EXPECT_DOUBLE_EQ(score.accuracy_2, 1.0);
  EXPECT_NEAR(score.error_mean_bpm, 0.04, 1e-9);
  EXPECT_DOUBLE_EQ(score.beat_f, 1.0);
  EXPECT_TRUE(std::isnan(score.onset_f));
  EXPECT_TRUE(std::isnan(score.downbeat_f));
  EXPECT_TRUE(std::isnan(score.accuracy_1_ranged));
  EXPECT_TRUE(std::isnan(key_score({sitting}, "a", "x").right));
  EXPECT_TRUE(std::isnan(chord_score({sitting}, "a", "x")));
  EXPECT_EQ(rhythm_score({sitting}, "b", "x").count, 0);
  // A listener that failed on the file counts for nothing.
  sitting.answers["x"].spoke = false;
  EXPECT_EQ(rhythm_score({sitting}, "a", "x").count, 0);
}

}  // namespace
}  // namespace ag06::hearing
