#include "assist/suggestions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "engine/session.h"
#include "params/params.gen.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;
using analysis::Defect;
using analysis::DefectKind;
using analysis::ProblemKind;

SongReport finished() {
  SongReport report;
  report.heard.stream.integrated_lufs = -14.0;
  report.heard.stereo.band_correlation.fill(0.9);
  report.heard.stereo.mono_loss_db = 0.0;
  report.target_id = "rock";
  return report;
}

std::map<int, double> settings(const Suggestion& suggestion) { return {suggestion.settings.begin(), suggestion.settings.end()}; }

TEST(Suggestions, AFinishedSongNeedsNothing) { EXPECT_TRUE(suggest(finished()).empty()); }

TEST(Suggestions, EveryoneIsAcceptedByTheChain) {
  SongReport report = finished();
  for (int kind = 0; kind < 7; ++kind) report.problems.push_back({static_cast<ProblemKind>(kind), 60.0 + 900.0 * kind, 30.0, 50.0});
  for (int kind = 0; kind < 9; ++kind) report.heard.defects.push_back(Defect{static_cast<DefectKind>(kind), 0.7, kind % 2 ? 3.0 : -3.0, -1.0, {}});
  report.heard.stream.integrated_lufs = -60.0;
  report.heard.stereo.mono_loss_db = 5.0;
  report.heard.dynamics.compressor = {true, -24.0, 3.0, 12.0, 140.0};
  engine::Session session;
  ASSERT_EQ(session.prepare({48000.0, 2, 512}), Status::ok);
  const std::vector<Suggestion> list = suggest(report);
  EXPECT_GE(list.size(), 10u);
  for (const Suggestion& suggestion : list) {
    EXPECT_GT(suggestion.title.size(), 5u);
    EXPECT_GT(suggestion.reasoning.size(), 5u) << suggestion.title;
    EXPECT_STRNE(suggestion.cause, "") << suggestion.title;
    EXPECT_EQ(suggestion.type == SuggestionType::note, suggestion.settings.empty()) << suggestion.title;
    EXPECT_GT(suggestion.confidence, 0.0);
    EXPECT_LE(suggestion.confidence, 1.0);
    for (const auto& [id, value] : suggestion.settings)
      EXPECT_EQ(session.set_param(id, value), Status::ok) << suggestion.title << " " << id << " = " << value;
  }
  for (std::size_t i = 1; i < list.size(); ++i) EXPECT_LE(list[i - 1].priority, list[i].priority);
}

TEST(Suggestions, TakesBackThreeFifthsOfTheMudAtItsPlace) {
  SongReport report = finished();
  report.problems = {{ProblemKind::mud, 310.0, 5.0, 1.2}};
  const std::vector<Suggestion> list = suggest(report);
  ASSERT_EQ(list.size(), 1u);
  const auto set = settings(list[0]);
  EXPECT_EQ(set.at(p::kEqEnabled), 1.0);
  EXPECT_EQ(set.at(p::kEq3Enabled), 1.0);
  EXPECT_NEAR(set.at(p::kEq3GainDb), -3.0, 1e-9);
  EXPECT_NEAR(set.at(p::kEq3FreqHz), 310.0, 1e-9);
  EXPECT_EQ(set.at(p::kEq3Type), 0.0);
  EXPECT_EQ(list[0].reasoning, "5.0 dB over the tone of rock at 310 Hz");
}

TEST(Suggestions, HumTakesBothNarrowBandsAndResonancesTheRest) {
  SongReport report = finished();
  report.problems = {
      {ProblemKind::resonance, 1000.0, 8.0, 10.0}, {ProblemKind::resonance, 2000.0, 7.0, 10.0}, {ProblemKind::resonance, 3000.0, 6.0, 10.0}};
  EXPECT_EQ(suggest(report).size(), 2u);
  report.problems.push_back({ProblemKind::hum, 50.0, 20.0, 18.0});
  const std::vector<Suggestion> list = suggest(report);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(settings(list[0]).at(p::kEq8FreqHz), 100.0);
}

TEST(Suggestions, BalanceTurnsTheLouderSideDownByJustThat) {
  SongReport report = finished();
  report.heard.defects = {Defect{DefectKind::imbalance, 0.5, 6.0206, 0.0, {}}};
  EXPECT_NEAR(settings(suggest(report).at(0)).at(p::kImagerBalanceRatio), -0.5, 1e-4);
  report.heard.defects[0].value = -6.0206;
  EXPECT_NEAR(settings(suggest(report).at(0)).at(p::kImagerBalanceRatio), 0.5, 1e-4);
}

TEST(Suggestions, UnknownFiguresSuggestNothing) {
  SongReport report = finished();
  report.heard.stream.integrated_lufs = std::nan("");
  report.heard.stereo.band_correlation.fill(std::nan(""));
  report.heard.stereo.mono_loss_db = std::nan("");
  EXPECT_TRUE(suggest(report).empty());
}

}  // namespace
}  // namespace ag06::assist
