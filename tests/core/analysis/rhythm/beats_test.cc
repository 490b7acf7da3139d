#include "analysis/rhythm/beats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/math.h"

namespace ag06::analysis {
namespace {

// A curve that is all pulses: a triangle of five frames at every time.
OnsetCurve pulses(const std::vector<double>& frames, int count) {
  OnsetCurve curve;
  curve.all.assign(static_cast<std::size_t>(count), 0.0f);
  for (const double frame : frames)
    for (int i = std::max(static_cast<int>(frame) - 2, 0); i <= std::min(static_cast<int>(frame) + 3, count - 1); ++i)
      curve.all[static_cast<std::size_t>(i)] += static_cast<float>(std::max(0.0, 6.0 * (1.0 - std::fabs(i - frame) / 2.0)));
  for (std::vector<float>& range : curve.range) range = curve.all;
  curve.raw = curve.all;
  return curve;
}

TEST(SteadyPulse, IsTheLineThroughTheBeats) {
  std::vector<double> beats;
  for (int i = 0; i < 100; ++i) beats.push_back(12.3 + 47.21 * i);
  const SteadyPulse pulse = fit_steady_pulse(beats, 47.0);
  EXPECT_NEAR(pulse.period_frames, 47.21, 1e-9);
  EXPECT_NEAR(pulse.first_frame, 12.3, 1e-6);
  EXPECT_NEAR(pulse.deviation_frames, 0.0, 1e-6);
  EXPECT_EQ(pulse.inlier_ratio, 1.0);
}

TEST(SteadyPulse, MissingAndStrayBeatsDoNotTurnIt) {
  std::vector<double> beats;
  for (int i = 0; i < 120; ++i)
    if (i % 17 != 5) beats.push_back(47.21 * i + (i % 29 == 3 ? 15.0 : 0.0));
  const SteadyPulse pulse = fit_steady_pulse(beats, 47.0);
  EXPECT_NEAR(pulse.period_frames, 47.21, 0.002);
  EXPECT_GT(pulse.inlier_ratio, 0.9);
  EXPECT_LT(pulse.inlier_ratio, 1.0);
}

TEST(SteadyPulse, TooFewBeatsGiveNone) {
  EXPECT_EQ(fit_steady_pulse({}, 50.0).period_frames, 0.0);
  EXPECT_EQ(fit_steady_pulse({1.0, 51.0, 101.0}, 50.0).period_frames, 0.0);
}

TEST(RefinedPeriod, IsThatOfAllOnsetsNearTheOneHandedOver) {
  std::mt19937 random(3);
  std::vector<double> frames;
  // Every beat, two off-beats of three, all up to 1.5 frames early or late.
  for (int i = 0; i < 120; ++i)
    if (i % 6 != 1) frames.push_back(10.0 + 23.65 * i + 1.5 * (static_cast<double>(random()) * 0x1p-31 - 1.0));
  const OnsetCurve curve = pulses(frames, 2900);
  for (const double off : {0.9995, 1.0, 1.0005}) EXPECT_NEAR(refined_period(curve, 47.3 * off), 47.3, 0.01) << off;
}

TEST(RefinedPeriod, TooFewOrTooManyBeatsStayAsTheyAre) {
  std::vector<double> frames;
  for (int i = 0; i < 600; ++i) frames.push_back(10.0 + 40.0 * i);
  EXPECT_EQ(refined_period(pulses({frames.begin(), frames.begin() + 10}, 420), 40.1), 40.1);
  EXPECT_EQ(refined_period(pulses(frames, 24010), 40.001), 40.001);
  EXPECT_EQ(refined_period(OnsetCurve{}, 40.0), 40.0);
}

TEST(OnsetCurve, MeanOfRangesByTheirShares) {
  OnsetCurve curve;
  for (int r = 0; r < kOnsetRanges; ++r) curve.range[r] = {1.0f * static_cast<float>(r), 3.0f};
  EXPECT_EQ(curve.mean_of_ranges({}), (std::vector<float>{1.0f, 3.0f}));
  EXPECT_EQ(curve.mean_of_ranges({0.0f, 0.0f, 0.25f}), (std::vector<float>{2.0f, 3.0f}));
}

// A pulse in one range, hiss in another: the shares tell them apart, and the sum repeats as clearly as the pulse.
TEST(Tempogram, ARangeThatOnlyHissesGetsNoShare) {
  std::mt19937 random(9);
  std::vector<double> frames;
  for (double at = 10.0; at < 3000.0; at += 47.0) frames.push_back(at);
  OnsetCurve curve = pulses(frames, 3000);
  for (float& x : curve.range[2]) x = static_cast<float>(random()) * 0x1p-31f;
  Tempogram tempogram;
  ASSERT_EQ(tempogram.compute(curve), Status::ok);
  EXPECT_LT(tempogram.shares()[2], 0.05f * tempogram.shares()[0]);
  EXPECT_GT(tempogram.mean_correlation(47.0), 0.9f);
}

TEST(Tempogram, RepeatsAtThePeriodAndNotBetween) {
  std::vector<double> frames;
  for (double at = 10.0; at < 3000.0; at += 47.0) frames.push_back(at);
  Tempogram tempogram;
  ASSERT_EQ(tempogram.compute(pulses(frames, 3000)), Status::ok);
  EXPECT_GE(tempogram.windows(), 8);
  for (int k = 1; k <= 4; ++k) {
    EXPECT_GT(tempogram.mean_correlation(47.0 * k), 0.95f) << k;
    EXPECT_LT(tempogram.mean_correlation(47.0 * (k - 0.5)), 0.05f) << k;
  }
}

TEST(BeatPhase, FollowsATempoThatDriftsAndTurnsBack) {
  // Period 50 frames +- 3 % over 40 s; the path handed over knows only the mean.
  std::vector<double> frames;
  for (double at = 20.0; at < 6000.0; at += 50.0 * (1.0 + 0.03 * std::sin(2.0 * kPi * at / 4000.0))) frames.push_back(at);
  const OnsetCurve curve = pulses(frames, 6000);
  Tempogram tempogram;
  ASSERT_EQ(tempogram.compute(curve), Status::ok);
  const TempoPath path = find_tempo_path(tempogram, {90.0, 150.0});
  ASSERT_FALSE(path.period_frames.empty());
  BeatPhase phase(curve, path);
  for (int frame = 1; frame < phase.frames(); ++frame) ASSERT_GT(phase.turns_at(frame), phase.turns_at(frame - 1));
  for (const double frame : {100.0, 1234.5, 5800.25}) EXPECT_NEAR(phase.frame_at(phase.turns_at(frame)), frame, 1e-6);
  // Half turns stay where they are: one constant offset for all pulses, half a turn being the same.
  double first = 0.0;
  for (std::size_t i = 2; i + 2 < frames.size(); ++i) {
    const double twice = 2.0 * phase.turns_at(frames[i]);
    if (i == 2) first = twice;
    const double away = (twice - first) - std::floor(twice - first + 0.5);
    EXPECT_LT(std::fabs(away), 0.2) << i;
  }
}

TEST(TrackBeats, FindsEveryPulseAndBridgesABreak) {
  std::vector<double> frames, all;
  for (double at = 33.0; at < 4000.0; at += 47.3) {
    all.push_back(at);
    if (at < 1800.0 || at > 2100.0) frames.push_back(at);
  }
  const OnsetCurve curve = pulses(frames, 4000);
  TempoPath path;
  path.period_frames = {47.3};
  BeatPhase phase(curve, path);
  const double turns = phase.turns_at(frames[3]);
  phase.change(-turns, 1.0);
  const std::vector<double> beats = track_beats(curve, phase);
  ASSERT_EQ(beats.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_NEAR(beats[i], all[i], all[i] > 1800.0 && all[i] < 2100.0 ? 4.0 : 0.6) << i;
}

TEST(TrackBeats, NothingToTrack) {
  TempoPath path;
  path.period_frames = {50.0};
  EXPECT_TRUE(track_beats(OnsetCurve{}, BeatPhase{}).empty());
  const OnsetCurve silent = pulses({}, 1000);
  EXPECT_TRUE(track_beats(silent, BeatPhase(silent, path)).empty());
}

}  // namespace
}  // namespace ag06::analysis
