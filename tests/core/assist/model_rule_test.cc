#include "assist/model_rule.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

#include "assist/model_context.h"
#include "assist/musical_rule.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A plain song: no noise in its pauses, no rumble, -14 LUFS.
analysis::Profile plain_song() {
  analysis::Profile song;
  song.report.integrated_lufs = -14.0;
  song.report.plr_db = 12.0;
  song.report.crest_factor_db = 12.0;
  for (double& level_db : song.octave_level_db) level_db = -20.0;
  song.octave_level_db[0] = -90.0;
  song.playing_peak_median_dbfs = -10.0;
  song.playing_rms_spread_db = 9.0;
  song.pause_noise_dbfs = kNan;
  return song;
}

const MixProfile& profile_named(const char* id) {
  for (const MixProfile& profile : kBuiltInProfiles)
    if (std::string(profile.id) == id) return profile;
  return kBuiltInProfiles[0];
}

double value_of(Setting setting, double position_01) { return setting_value(static_cast<int>(setting), position_01); }
double position_of(Setting setting, double value) { return setting_of_value(static_cast<int>(setting), value); }

// Sure of everything, and everything neutral but one setting.
Opinion sure_of(Setting setting, double position_01, double spread_01 = 0.05) {
  Opinion opinion;
  opinion.spread_01.fill(spread_01);
  opinion.confidence_01.fill(0.8);
  opinion.setting_01[static_cast<std::size_t>(setting)] = position_01;
  return opinion;
}

struct Decided {
  explicit Decided(const Opinion& opinion, const MusicalContext& context = {}, double amount_01 = 1.0, const MixProfile& style = kBuiltInProfiles[0],
                   const analysis::Profile& song = plain_song(), double tempo_bpm = 120.0) {
    EXPECT_EQ(session.prepare({44100.0, 2, 512}), Status::ok);
    EXPECT_EQ(session.set_param(p::kTempoBpm, tempo_bpm), Status::ok);
    apply_model_rule(song, opinion, context, style, amount_01, session, moves);
  }
  [[nodiscard]] const Move* move_of(int param_id) const {
    for (const Move& move : moves.moves())
      if (move.param_id == param_id) return &move;
    return nullptr;
  }
  [[nodiscard]] std::set<int> moved() const {
    std::set<int> ids;
    for (const Move& move : moves.moves()) EXPECT_TRUE(ids.insert(move.param_id).second) << p::kTable[p::index_of_id(move.param_id)].key;
    return ids;
  }
  [[nodiscard]] std::string notes() const {
    std::string text;
    for (const char* note : moves.notes()) text += std::string(note) + "\n";
    return text;
  }
  engine::Session session;
  MoveList moves;
};

TEST(ModelRule, ANeutralOpinionChangesNothingButTheMeteredLevel) {
  Opinion opinion;
  opinion.confidence_01.fill(0.9);
  const Decided decided(opinion, {.tempo_bpm = 97.0, .tempo_confidence_01 = 0.9, .energy_01 = 0.8, .genre = "rock"}, 1.0, profile_named("rock"));
  EXPECT_EQ(decided.moved(), std::set<int>{p::kInputGainDb});
  EXPECT_NEAR(decided.session.param(p::kInputGainDb), kWorkingLevelLufs + 14.0, 0.05);
  EXPECT_NE(decided.notes().find("nothing but its level"), std::string::npos);
}

TEST(ModelRule, WhatIsNotHeardStaysNeutralAndIsNamed) {
  Opinion opinion;
  opinion.setting_01.fill(0.7);
  opinion.spread_01.fill(0.7 / kLeastMoveInSpreads + 0.01);
  opinion.spread_01[static_cast<std::size_t>(Setting::high)] = 0.2 / kLeastMoveInSpreads - 0.01;
  const Decided decided(opinion);
  EXPECT_EQ(decided.session.param(p::kCompEnabled), 0.0);
  EXPECT_EQ(decided.session.param(p::kReverbEnabled), 0.0);
  EXPECT_EQ(decided.session.param(p::kEq4Enabled), 0.0);
  EXPECT_NEAR(decided.session.param(p::kEq5GainDb), value_of(Setting::high, 0.7), 0.05);
  const std::string notes = decided.notes();
  for (const Setting setting : {Setting::compression, Setting::mid, Setting::low, Setting::air, Setting::reverb, Setting::delay, Setting::width})
    EXPECT_NE(notes.find(kSettings[static_cast<std::size_t>(setting)].label), std::string::npos) << notes;
  EXPECT_EQ(notes.find("High"), std::string::npos) << notes;
  EXPECT_EQ(notes.find("Input"), std::string::npos) << notes;
  EXPECT_EQ(notes.find("nothing but"), std::string::npos) << notes;
}

struct Landing {
  Setting setting;
  double position_01;
  double half_position_01;  // half way to neutral
  int param_id;
  int enabled_id;
};

class ModelRuleLanding : public testing::TestWithParam<Landing> {};

TEST_P(ModelRuleLanding, EachSettingLandsInItsParameterWithTheUnitItNeeds) {
  const Landing& landing = GetParam();
  const Decided decided(sure_of(landing.setting, landing.position_01)), half(sure_of(landing.setting, landing.position_01), {}, 0.5);
  const double step = p::kTable[p::index_of_id(landing.param_id)].step;
  EXPECT_NEAR(decided.session.param(landing.param_id), value_of(landing.setting, landing.position_01), step);
  EXPECT_NEAR(half.session.param(landing.param_id), value_of(landing.setting, landing.half_position_01), step);
  EXPECT_EQ(decided.session.param(landing.enabled_id), 1.0);
  const Move* move = decided.move_of(landing.param_id);
  ASSERT_NE(move, nullptr);
  EXPECT_EQ(move->confidence_01, 0.8);
  EXPECT_GT(std::string(move->reason).size(), 20u);
  EXPECT_NE(std::string(move->evidence).find("spread 0.05"), std::string::npos) << move->evidence;
  // The rig of this unit and no other.
  engine::Session rig;
  ASSERT_EQ(rig.prepare({44100.0, 2, 512}), Status::ok);
  apply_model_rig(rig, sure_of(landing.setting, landing.position_01).setting_01);
  const int unit_first = landing.enabled_id / 10 * 10, unit_last = landing.enabled_id >= 200 ? unit_first + 19 : landing.enabled_id + 9;
  for (const RigValue& fixed : kModelRig) {
    const p::Parameter& parameter = p::kTable[p::index_of_id(fixed.param_id)];
    const bool of_unit = fixed.param_id >= unit_first && fixed.param_id <= unit_last;
    EXPECT_NEAR(decided.session.param(fixed.param_id), of_unit ? rig.param(fixed.param_id) : parameter.default_value, parameter.step) << parameter.key;
  }
}
INSTANTIATE_TEST_SUITE_P(Settings, ModelRuleLanding,
                         testing::Values(Landing{Setting::compression, 0.75, 0.375, p::kCompRatio, p::kCompEnabled}, Landing{Setting::high, 0.25, 0.375, p::kEq5GainDb, p::kEq5Enabled},
                                         Landing{Setting::mid, 0.75, 0.625, p::kEq4GainDb, p::kEq4Enabled}, Landing{Setting::low, 0.25, 0.375, p::kEq2GainDb, p::kEq2Enabled},
                                         Landing{Setting::air, 0.75, 0.625, p::kEq6GainDb, p::kEq6Enabled}, Landing{Setting::reverb, 0.75, 0.375, p::kReverbSendRatio, p::kReverbEnabled},
                                         Landing{Setting::delay, 0.75, 0.375, p::kDelaySendRatio, p::kDelayEnabled}, Landing{Setting::width, 1.0, 0.75, p::kImagerWidthRatio, p::kImagerEnabled}));

TEST(ModelRule, AmountZeroWantsNothing) {
  Opinion opinion;
  opinion.setting_01.fill(0.95);
  opinion.confidence_01.fill(1.0);
  const Decided decided(opinion, {}, 0.0);
  EXPECT_EQ(decided.moved(), std::set<int>{p::kInputGainDb});
  EXPECT_TRUE(decided.moves.notes().empty());
}

TEST(ModelRule, WhatWouldNotBeHeardIsLeftOut) {
  struct Edge {
    Setting setting;
    double faint, heard;  // in the parameter's unit
  };
  for (const Edge& edge : {Edge{Setting::compression, 1.04, 1.06}, Edge{Setting::high, -0.45, -0.55}, Edge{Setting::low, 0.45, 0.55}, Edge{Setting::reverb, 0.015, 0.025},
                           Edge{Setting::delay, 0.015, 0.025}, Edge{Setting::width, 1.02, 1.04}, Edge{Setting::width, 0.98, 0.96}}) {
    EXPECT_EQ(Decided(sure_of(edge.setting, position_of(edge.setting, edge.faint), 0.001)).moved(), std::set<int>{p::kInputGainDb}) << kSettings[static_cast<std::size_t>(edge.setting)].id;
    EXPECT_GT(Decided(sure_of(edge.setting, position_of(edge.setting, edge.heard), 0.001)).moved().size(), 1u) << kSettings[static_cast<std::size_t>(edge.setting)].id;
  }
}

TEST(ModelRule, LevelsAreMeteredAndTheModelsValueIsShown) {
  const Decided decided(sure_of(Setting::input_gain, position_of(Setting::input_gain, 12.0)));
  EXPECT_NEAR(decided.session.param(p::kInputGainDb), -4.0, 0.05);
  const Move* move = decided.move_of(p::kInputGainDb);
  ASSERT_NE(move, nullptr);
  EXPECT_NE(std::string(move->evidence).find("the models would say +12.0 dB"), std::string::npos) << move->evidence;
  EXPECT_EQ(Decided(sure_of(Setting::output, 0.9)).session.param(p::kOutputGainDb), 0.0);
}

TEST(ModelRule, ContextSetsTimesAndCharactersApartFromTheAmounts) {
  Opinion opinion = sure_of(Setting::reverb, 0.4);
  opinion.setting_01[static_cast<std::size_t>(Setting::delay)] = 0.3;
  opinion.setting_01[static_cast<std::size_t>(Setting::compression)] = 0.4;
  const MixProfile& rock = profile_named("rock");
  const Decided plain(opinion), fast(opinion, {.tempo_bpm = 160.0, .tempo_confidence_01 = 0.9, .energy_01 = 0.9, .genre = "rock"}, 1.0, rock),
      slow(opinion, {.tempo_bpm = 70.0, .tempo_confidence_01 = 0.9, .energy_01 = 0.1}, 1.0, rock);
  for (const int amount : {p::kReverbSendRatio, p::kDelaySendRatio, p::kCompRatio}) {
    EXPECT_EQ(plain.session.param(amount), fast.session.param(amount));
    EXPECT_EQ(plain.session.param(amount), slow.session.param(amount));
    EXPECT_NE(std::string(fast.move_of(amount)->evidence).find("Models:"), std::string::npos);
  }
  EXPECT_EQ(fast.session.param(p::kTempoBpm), 160.0);
  EXPECT_EQ(plain.session.param(p::kTempoBpm), 120.0);
  EXPECT_EQ(plain.session.param(p::kDelaySync), 0.0);  // no tempo, no notes
  EXPECT_EQ(fast.session.param(p::kDelaySync), rock.values[profile::kDelayNote]);
  EXPECT_EQ(fast.session.param(p::kReverbType), rock.values[profile::kReverbType]);
  EXPECT_EQ(fast.session.param(p::kCompStyle), rock.values[profile::kDynamicsStyle]);
  EXPECT_LT(fast.session.param(p::kReverbDecayS), rock.values[profile::kReverbDecayS]);
  EXPECT_GT(slow.session.param(p::kReverbDecayS), rock.values[profile::kReverbDecayS]);
  EXPECT_LT(fast.session.param(p::kCompReleaseMs), slow.session.param(p::kCompReleaseMs));
  for (const int context : {p::kDelaySync, p::kReverbType, p::kCompStyle}) {
    ASSERT_NE(fast.move_of(context), nullptr);
    EXPECT_NE(std::string(fast.move_of(context)->evidence).find("genre rock; tempo 160.0 BPM; energy 0.90"), std::string::npos) << fast.move_of(context)->evidence;
  }
  EXPECT_EQ(fast.moved().size(), fast.moves.moves().size());
}

TEST(ModelRule, TheMixsOwnTempoStaysAndAnUnsureOneIsNotTaken) {
  const Opinion opinion = sure_of(Setting::delay, 0.3);
  const Decided own(opinion, {.tempo_bpm = 160.0, .tempo_confidence_01 = 0.9}, 1.0, kBuiltInProfiles[0], plain_song(), 93.0);
  EXPECT_EQ(own.session.param(p::kTempoBpm), 93.0);
  EXPECT_EQ(own.session.param(p::kDelaySync), kBuiltInProfiles[0].values[profile::kDelayNote]);
  const Decided unsure(opinion, {.tempo_bpm = 160.0, .tempo_confidence_01 = kSureOfTempo - 0.01});
  EXPECT_EQ(unsure.session.param(p::kTempoBpm), 120.0);
  EXPECT_EQ(unsure.session.param(p::kDelaySync), 0.0);
}

TEST(ModelRule, NoiseInThePausesAndRumbleAreCleanedUpAsInTheMusicalVersion) {
  analysis::Profile song = plain_song();
  song.pause_noise_dbfs = -60.0;
  song.octave_level_db[0] = -22.0;
  const Decided decided(Opinion{}, {}, 1.0, kBuiltInProfiles[0], song);
  engine::Session musical;
  ASSERT_EQ(musical.prepare({44100.0, 2, 512}), Status::ok);
  MoveList moves;
  apply_musical_rule(song, kBuiltInProfiles[0], 1.0, musical, moves);
  EXPECT_EQ(decided.session.param(p::kGateEnabled), 1.0);
  EXPECT_EQ(decided.session.param(p::kEq1Enabled), 1.0);
  for (const int same : {p::kInputGainDb, p::kGateThresholdDbfs, p::kGateRangeDb, p::kGateReleaseMs, p::kEq1FreqHz})
    EXPECT_EQ(decided.session.param(same), musical.param(same)) << p::kTable[p::index_of_id(same)].key;
}

TEST(ModelRule, SilenceIsLeftAlone) {
  analysis::Profile song = plain_song();
  song.report.integrated_lufs = kNan;
  const Decided decided(sure_of(Setting::high, 0.9), {}, 1.0, kBuiltInProfiles[0], song);
  EXPECT_TRUE(decided.moves.moves().empty());
  EXPECT_NE(decided.notes().find("no measurable loudness"), std::string::npos);
}

TEST(MoveList, AMoveBackToWhereItBeganIsNone) {
  engine::Session session;
  ASSERT_EQ(session.prepare({44100.0, 2, 512}), Status::ok);
  MoveList moves;
  moves.add(session, p::kCompAttackMs, 30.0, Reason().add("There."), Evidence(), 0.5);
  moves.add(session, p::kCompRatio, 3.0, Reason().add("Beside."), Evidence(), 0.5);
  moves.add(session, p::kCompAttackMs, 10.0, Reason().add("And back."), Evidence(), 0.5);
  ASSERT_EQ(moves.moves().size(), 1u);
  EXPECT_EQ(moves.moves()[0].param_id, p::kCompRatio);
}

}  // namespace
}  // namespace ag06::assist
