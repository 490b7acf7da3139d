#include "assist/planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "analysis/stream_meter.h"
#include "engine/session.h"
#include "params/curves.h"
#include "support/music.h"
#include "support/passes.h"

namespace ag06::assist {
namespace {
using test::music;
using test::Planes;
using test::run_passes;
namespace p = ag06::params;

constexpr double kRateHz = 44100.0;

// The chain with the planner's settings over the whole song, measured without the planner.
analysis::StreamReport rendered(const Planner& planner, const Planes& song) {
  engine::Session session;
  EXPECT_EQ(session.prepare({kRateHz, 2, 512}), Status::ok);
  for (const p::Parameter& parameter : p::kTable) EXPECT_EQ(session.set_param(parameter.id, planner.param(parameter.id)), Status::ok);
  session.reset();
  Planes io(2, static_cast<int>(song.samples[0].size()) + session.latency_frames());
  for (std::size_t c = 0; c < 2; ++c) std::copy(song.samples[c].begin(), song.samples[c].end(), io.samples[c].begin());
  session.process(io.block());
  analysis::StreamMeter meter;
  EXPECT_EQ(meter.prepare({kRateHz, 2, 512}), Status::ok);
  meter.process(io.slice(session.latency_frames(), static_cast<int>(song.samples[0].size())));
  return meter.finish();
}

class PlannerTarget : public testing::TestWithParam<double> {};

TEST_P(PlannerTarget, MeetsLoudnessAndCeilingOnAnIndependentRender) {
  for (const double level_lin : {0.01, 0.3, 1.0}) {
    Planes song = music(2, 20 * 44100, kRateHz, level_lin, 77);
    Planner planner;
    ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, {.target_lufs = GetParam()}), Status::ok);
    run_passes(planner, song);
    const analysis::StreamReport report = rendered(planner, song);
    EXPECT_NEAR(report.integrated_lufs, GetParam(), 0.1) << level_lin;
    EXPECT_LE(report.true_peak_dbtp, -1.0) << level_lin;
    // What the planner says of its result is what the result measures.
    EXPECT_NEAR(planner.output_report().integrated_lufs, report.integrated_lufs, 1e-9);
    EXPECT_NEAR(planner.output_report().true_peak_dbtp, report.true_peak_dbtp, 1e-9);
  }
}
INSTANTIATE_TEST_SUITE_P(Targets, PlannerTarget, testing::Values(-14.0, -16.0, -23.0, -11.0));

TEST(Planner, EveryMoveIsExplainedAndLeadsFromTheDefaultsToTheResult) {
  Planes song = music(2, 20 * 44100, kRateHz, 0.2, 5);
  Planner planner;
  ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, {}), Status::ok);
  run_passes(planner, song);
  ASSERT_FALSE(planner.moves().empty());
  engine::Session replay;
  ASSERT_EQ(replay.prepare({kRateHz, 2, 512}), Status::ok);
  for (const Move& move : planner.moves()) {
    EXPECT_GT(std::strlen(move.reason), 20u);
    EXPECT_GT(std::strlen(move.evidence), 5u);
    EXPECT_GT(move.confidence_01, 0.0);
    EXPECT_LE(move.confidence_01, 1.0);
    EXPECT_NE(move.from, move.to);
    EXPECT_EQ(replay.param(move.param_id), move.from) << p::kTable[p::index_of_id(move.param_id)].key;
    EXPECT_EQ(replay.set_param(move.param_id, move.to), Status::ok);
  }
  for (const p::Parameter& parameter : p::kTable) EXPECT_EQ(replay.param(parameter.id), planner.param(parameter.id)) << parameter.key;
}

TEST(Planner, BlockCutsDoNotChangeTheResult) {
  Planes song = music(2, 12 * 44100, kRateHz, 0.4, 6);
  Planner a, b;
  ASSERT_EQ(a.prepare({kRateHz, 2, 4096}, {}), Status::ok);
  ASSERT_EQ(b.prepare({kRateHz, 2, 4096}, {}), Status::ok);
  run_passes(a, song, 4096);
  run_passes(b, song, 1000);
  for (const p::Parameter& parameter : p::kTable) EXPECT_EQ(a.param(parameter.id), b.param(parameter.id)) << parameter.key;
}

TEST(Planner, FitOnlyKeepsEverySettingButLevelAndLimiter) {
  Planes song = music(2, 12 * 44100, kRateHz, 0.4, 7);
  Planner planner;
  ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, {.kind = PlannerOptions::Kind::fit_only, .target_lufs = -12.0}), Status::ok);
  ASSERT_EQ(planner.set_param(p::kEqEnabled, 1.0), Status::ok);
  ASSERT_EQ(planner.set_param(p::kEq4Enabled, 1.0), Status::ok);
  ASSERT_EQ(planner.set_param(p::kEq4GainDb, 6.0), Status::ok);
  run_passes(planner, song);
  EXPECT_NEAR(rendered(planner, song).integrated_lufs, -12.0, 0.1);
  EXPECT_LE(rendered(planner, song).true_peak_dbtp, -1.0);
  for (const Move& move : planner.moves())
    EXPECT_TRUE(move.param_id == p::kOutputGainDb || move.param_id >= p::kLimiterEnabled) << p::kTable[p::index_of_id(move.param_id)].key;
  EXPECT_EQ(planner.param(p::kEq4GainDb), 6.0);
}

TEST(Planner, SilenceIsLeftAloneAndSaidSo) {
  Planes silence(2, 5 * 44100);
  Planner planner;
  ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, {}), Status::ok);
  run_passes(planner, silence);
  EXPECT_TRUE(planner.moves().empty());
  ASSERT_EQ(planner.notes().size(), 1u);
  EXPECT_NE(std::string(planner.notes()[0]).find("no measurable loudness"), std::string::npos);
  for (const p::Parameter& parameter : p::kTable) EXPECT_EQ(planner.param(parameter.id), parameter.default_value);
}

TEST(Planner, EmptySongEnds) {
  Planner planner;
  ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, {}), Status::ok);
  planner.end_pass();
  EXPECT_FALSE(planner.wants_pass());
}

TEST(Planner, AmountZeroLeavesToneAndDynamicsAlone) {
  Planes song = music(2, 15 * 44100, kRateHz, 0.3, 8);
  Planner planner;
  ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, {.amount_01 = 0.0}), Status::ok);
  run_passes(planner, song);
  for (int band = 2; band <= 6; ++band) EXPECT_EQ(planner.param(p::kEq1GainDb + 10 * (band - 1)), 0.0);
  EXPECT_NEAR(planner.param(p::kCompRatio), planner.param(p::kCompEnabled) >= 0.5 ? 1.0 : 2.0, 1e-9);
  EXPECT_NEAR(rendered(planner, song).integrated_lufs, -14.0, 0.1);
}

TEST(Planner, RumbleIsCutAndTonalExcessIsTamed) {
  Planes song = music(2, 20 * 44100, kRateHz, 0.2, 9);
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < song.samples[c].size(); ++i) {
      const double t = static_cast<double>(i) / kRateHz;
      song.samples[c][i] += static_cast<float>(0.05 * std::sin(2.0 * kPi * 15.0 * t) + 0.3 * std::sin(2.0 * kPi * 300.0 * t));
    }
  Planner planner;
  ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, {}), Status::ok);
  run_passes(planner, song);
  EXPECT_EQ(planner.param(p::kEqEnabled), 1.0);
  EXPECT_EQ(planner.param(p::kEq1Enabled), 1.0);
  EXPECT_EQ(planner.param(p::kEq3Enabled), 1.0);
  EXPECT_LT(planner.param(p::kEq3GainDb), -0.5);
}

TEST(Planner, ANoisyPauseIsGatedAndACleanOneIsNot) {
  const auto gate_of = [](double noise_lin) {
    test::Random random(31);
    Planes song = music(1, 40 * 44100, kRateHz, 0.5, 10);
    for (std::size_t i = 0; i < song.samples[0].size(); ++i) {
      const bool pause = static_cast<int>(static_cast<double>(i) / kRateHz) % 5 == 4;
      if (pause) song.samples[0][i] = static_cast<float>(noise_lin * (random.unit() - 0.5));
    }
    Planner planner;
    EXPECT_EQ(planner.prepare({kRateHz, 1, 4096}, {}), Status::ok);
    run_passes(planner, song);
    return planner.param(p::kGateEnabled);
  };
  EXPECT_EQ(gate_of(0.003), 1.0);    // about -61 dBFS rms, steady
  EXPECT_EQ(gate_of(0.00001), 0.0);  // nobody hears that
}

TEST(Planner, RefusesBadOptions) {
  Planner planner;
  EXPECT_EQ(planner.prepare({kRateHz, 2, 4096}, {.target_lufs = -4.0}), Status::out_of_range);
  EXPECT_EQ(planner.prepare({kRateHz, 2, 4096}, {.ceiling_dbtp = 0.5}), Status::out_of_range);
  EXPECT_EQ(planner.prepare({kRateHz, 2, 4096}, {.amount_01 = 1.5}), Status::out_of_range);
  EXPECT_EQ(planner.prepare({kRateHz, 7, 4096}, {}), Status::bad_channel_count);
}

}  // namespace
}  // namespace ag06::assist
