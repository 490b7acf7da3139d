// The planner's version of the models: fitted like the Musical version.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "assist/planner.h"
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

PlannerOptions options_of(double amount_01 = 1.0) {
  PlannerOptions options{.kind = PlannerOptions::Kind::models, .amount_01 = amount_01};
  // In the parameters' units.
  constexpr ModelSettings kValues = {5.0, 1.8, 2.0, -2.0, 3.6, -2.5, 0.1, 0.06, 1.3, -7.2};
  for (std::size_t k = 0; k < kModelSettings; ++k) options.opinion.setting_01[k] = setting_of_value(static_cast<int>(k), kValues[k]);
  options.opinion.spread_01.fill(0.08);
  options.opinion.disagreement_01.fill(0.03);
  options.opinion.confidence_01.fill(0.6);
  options.context = {.tempo_bpm = 101.5, .tempo_confidence_01 = 0.8, .energy_01 = 0.7, .genre = "pop"};
  return options;
}

TEST(PlannerOfModels, MeetsTargetAndCeilingLikeTheMusicalVersion) {
  for (const double target_lufs : {-14.0, -23.0})
    for (const double level_lin : {0.02, 0.9}) {
      Planes song = music(2, 20 * 44100, kRateHz, level_lin, 77);
      Planner planner;
      PlannerOptions options = options_of();
      options.target_lufs = target_lufs;
      ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, options), Status::ok);
      run_passes(planner, song);
      EXPECT_NEAR(planner.output_report().integrated_lufs, target_lufs, 0.1) << level_lin;
      EXPECT_LE(planner.output_report().true_peak_dbtp, -1.0) << level_lin;
      EXPECT_EQ(planner.param(p::kLimiterEnabled), 1.0);
      EXPECT_NEAR(planner.param(p::kCompRatio), 1.8, 0.011);
      EXPECT_NEAR(planner.param(p::kEq2GainDb), 3.6, 0.051);
    }
}

TEST(PlannerOfModels, EveryMoveIsExplainedAndLeadsFromTheDefaultsToTheResult) {
  Planes song = music(2, 20 * 44100, kRateHz, 0.2, 5);
  Planner planner;
  ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, options_of()), Status::ok);
  run_passes(planner, song);
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
    if (move.param_id == p::kOutputGainDb) {
      EXPECT_NE(std::string(move.evidence).find("the models would say -7.2 dB"), std::string::npos) << move.evidence;
    }
  }
  for (const p::Parameter& parameter : p::kTable) EXPECT_EQ(replay.param(parameter.id), planner.param(parameter.id)) << parameter.key;
}

TEST(PlannerOfModels, AmountZeroLeavesOnlyLevelAndLimiter) {
  Planes song = music(2, 15 * 44100, kRateHz, 0.3, 8);
  Planner planner;
  ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, options_of(0.0)), Status::ok);
  run_passes(planner, song);
  for (const Move& move : planner.moves())
    EXPECT_TRUE(move.param_id == p::kInputGainDb || move.param_id == p::kOutputGainDb || (move.param_id >= p::kLimiterEnabled && move.param_id <= p::kLimiterAutoRelease))
        << p::kTable[p::index_of_id(move.param_id)].key;
  EXPECT_NEAR(planner.output_report().integrated_lufs, -14.0, 0.1);
}

TEST(PlannerOfModels, RefusesABadOpinionAndABadContext) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Planner planner;
  const auto status_of = [&](auto change) {
    PlannerOptions options = options_of();
    change(options);
    return planner.prepare({kRateHz, 2, 4096}, options);
  };
  EXPECT_EQ(status_of([](PlannerOptions& o) { o.opinion.setting_01[3] = 1.01; }), Status::out_of_range);
  EXPECT_EQ(status_of([](PlannerOptions& o) { o.opinion.confidence_01[9] = -0.01; }), Status::out_of_range);
  EXPECT_EQ(status_of([nan](PlannerOptions& o) { o.opinion.setting_01[3] = nan; }), Status::not_finite);
  EXPECT_EQ(status_of([nan](PlannerOptions& o) { o.context.tempo_confidence_01 = nan; }), Status::not_finite);
  EXPECT_EQ(status_of([](PlannerOptions& o) { o.context.tempo_confidence_01 = 1.1; }), Status::out_of_range);
  EXPECT_EQ(status_of([](PlannerOptions& o) { o.context.tempo_bpm = -1.0; }), Status::out_of_range);
  EXPECT_EQ(status_of([](PlannerOptions& o) { o.context.energy_01 = 1.1; }), Status::out_of_range);
  EXPECT_EQ(status_of([nan](PlannerOptions& o) { o.context = {.tempo_bpm = nan, .tempo_confidence_01 = 0.0, .energy_01 = nan}; }), Status::ok);
  EXPECT_EQ(status_of([](PlannerOptions& o) { o.context.tempo_bpm = 0.0; }), Status::ok);
}

}  // namespace
}  // namespace ag06::assist
