#include "degrade.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>

#include "feature_file.h"
#include "picture.h"

namespace ag06::examples {
namespace {
using assist::kModelSettings;
using assist::ModelSettings;

constexpr double kRate = 44100.0;
constexpr int kLead = 44100;

// Four seconds of chords over struck noise, wider than mono, at about -16 LUFS.
[[nodiscard]] Sound music() {
  Sound sound{kRate, {}};
  std::mt19937 random(7);
  std::normal_distribution<float> noise;
  for (std::vector<float>& channel : sound.channels) channel.resize(4 * 44100);
  for (std::size_t i = 0; i < sound.channels[0].size(); ++i) {
    const double t = static_cast<double>(i) / kRate, beat = std::fmod(t, 0.5);
    const double chord = std::sin(2764.6 * t) + std::sin(3455.8 * t) + 0.5 * std::sin(691.2 * t);
    const float hit = static_cast<float>(0.4 * std::exp(-beat * 18.0));
    for (std::size_t c = 0; c < 2; ++c) sound.channels[c][i] = static_cast<float>(0.06 * chord * (c == 0 ? 1.0 : 0.7)) + hit * noise(random);
  }
  return sound;
}

[[nodiscard]] ModelSettings neutral() {
  ModelSettings settings{};
  for (std::size_t i = 0; i < settings.size(); ++i) settings[i] = assist::kSettings[i].neutral_01;
  return settings;
}

// Where models/data/plan.py draws each setting; the output level is not drawn.
constexpr double kDrawn[kModelSettings][2] = {{0.25, 0.75}, {0.0, 0.366}, {0.084, 0.916}, {0.084, 0.916}, {0.084, 0.916}, {0.084, 0.916}, {0.0, 0.25}, {0.0, 0.4}, {0.15, 1.0}, {0.5, 0.5}};

TEST(Degrade, TheChainBringsEachSettingBack) {
  for (std::size_t setting = 0; setting + 1 < kModelSettings; ++setting)
    for (const double at : {0.0, 0.4, 1.0}) {
      Sound finished = music();
      ModelSettings settings = neutral();
      settings[setting] = kDrawn[setting][0] + at * (kDrawn[setting][1] - kDrawn[setting][0]);
      const Degraded degraded = degrade(finished, settings, kLead);
      const double missed_db = error_db(finished, correct(degraded.sound, degraded.settings), kLead);
      EXPECT_LT(missed_db, setting == 1 ? -30.0 : setting == 7 ? -50.0 : -75.0) << assist::kSettings[setting].id << " at " << settings[setting];
      EXPECT_LT(missed_db, degraded.error_db + 3.0) << assist::kSettings[setting].id << ": worse than was told";
    }
}

TEST(Degrade, AllAtOnceComeBack) {
  Sound finished = music();
  const Degraded degraded = degrade(finished, {0.3, 0.25, 0.8, 0.2, 0.7, 0.1, 0.2, 0.3, 0.25, 0.0}, kLead);
  EXPECT_LT(error_db(finished, correct(degraded.sound, degraded.settings), kLead), -30.0);
  EXPECT_GT(error_db(finished, degraded.sound, kLead), -6.0);  // and it was degraded
}

TEST(Degrade, FinishedMusicIsBroughtToItsLevelAndTheOutputMakesUpForTheRest) {
  Sound finished = music();
  ModelSettings settings = neutral();
  settings[4] = 0.8;
  Degraded degraded = degrade(finished, settings, kLead);
  EXPECT_NEAR(measure(finished, kLead).integrated_lufs, kFinishedLufs, 0.05);
  EXPECT_NEAR(measure(degraded.sound, kLead).integrated_lufs, kNominalLufs, 0.05);
  EXPECT_NEAR(measure(finished, kLead).integrated_lufs, measure(degraded.sound, kLead).integrated_lufs + 4.0, 0.1);
}

TEST(Degrade, SilenceIsNoExample) {
  Sound silent{kRate, {std::vector<float>(100000), std::vector<float>(100000)}};
  EXPECT_THROW((void)degrade(silent, neutral(), kLead), std::runtime_error);
}

TEST(Picture, NothingChangedIsNoDistance) {
  Sound finished = music();
  const Picture picture = picture_of(finished, kLead);
  const Distances none = distance(picture, picture);
  EXPECT_EQ(none.spectrum_db, 0.0);
  EXPECT_EQ(none.width_db, 0.0);
  Sound louder = finished;
  scale(louder, 2.0);
  const Distances level = distance(picture, picture_of(louder, kLead));
  EXPECT_NEAR(level.lufs_lu, 6.02, 0.02);
  EXPECT_LT(level.spectrum_db, 0.02);  // taken to the same loudness first
  EXPECT_LT(level.crest_db, 0.01);
}

TEST(Picture, RulesStayWithinTheirRange) {
  Sound finished = music();
  for (const double gain : {1e-6, 0.01, 1.0, 30.0}) {
    Sound sound = finished;
    scale(sound, gain);
    for (const double target : rule_targets(picture_of(sound, kLead))) {
      EXPECT_GE(target, 0.0);
      EXPECT_LE(target, 1.0);
    }
  }
}

TEST(FeatureFile, HalvesRoundToNearestEven) {
  EXPECT_EQ(half_of(0.0f), 0x0000);
  EXPECT_EQ(half_of(-0.0f), 0x8000);
  EXPECT_EQ(half_of(1.0f), 0x3c00);
  EXPECT_EQ(half_of(-2.0f), 0xc000);
  EXPECT_EQ(half_of(65504.0f), 0x7bff);
  EXPECT_EQ(half_of(65520.0f), 0x7c00);               // beyond: infinite
  EXPECT_EQ(half_of(1.0f + 1.0f / 2048.0f), 0x3c00);  // a tie goes to the even one
  EXPECT_EQ(half_of(1.0f + 3.0f / 2048.0f), 0x3c02);
  EXPECT_EQ(half_of(6.1035156e-05f), 0x0400);         // the smallest normal
  EXPECT_EQ(half_of(5.9604645e-08f), 0x0001);         // the smallest of all
  EXPECT_EQ(half_of(2.0e-08f), 0x0000);
}
}  // namespace
}  // namespace ag06::examples
