#include "assist/model_settings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "params/curves.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

TEST(ModelSettings, EveryLawStaysInItsParametersRangeAndComesBack) {
  for (int setting = 0; setting < kModelSettings; ++setting) {
    const p::Parameter& parameter = p::kTable[p::index_of_id(kSettings[static_cast<std::size_t>(setting)].param_id)];
    EXPECT_TRUE(parameter.model_target) << parameter.key;
    for (double at = 0.0; at <= 1.0; at += 0.125) {
      EXPECT_EQ(p::check(parameter, setting_value(setting, at)), Status::ok) << parameter.key << " at " << at;
      EXPECT_NEAR(setting_of_value(setting, setting_value(setting, at)), at, 1e-9) << parameter.key;
    }
  }
}

TEST(ModelSettings, NeutralIsThePlaceWhereTheParameterChangesNothing) {
  const double expected[kModelSettings] = {0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0};
  for (int setting = 0; setting < kModelSettings; ++setting)
    EXPECT_NEAR(setting_value(setting, kSettings[static_cast<std::size_t>(setting)].neutral_01), expected[setting], 1e-12) << kSettings[static_cast<std::size_t>(setting)].id;
}

TEST(ModelSettings, TheTableNamesTheSameTen) {
  int targets = 0;
  for (const p::Parameter& parameter : p::kTable) targets += parameter.model_target ? 1 : 0;
  EXPECT_EQ(targets, kModelSettings);
}

TEST(ModelSettings, TheRigSwitchesOnWhatIsUsedAndNothingElse) {
  engine::Session session;
  ASSERT_EQ(session.prepare({48000.0, 2, 512}), Status::ok);
  ModelSettings settings;
  for (int i = 0; i < kModelSettings; ++i) settings[static_cast<std::size_t>(i)] = kSettings[static_cast<std::size_t>(i)].neutral_01;
  apply_model_rig(session, settings);
  for (const int id : {p::kCompEnabled, p::kEqEnabled, p::kReverbEnabled, p::kDelayEnabled, p::kImagerEnabled}) EXPECT_EQ(session.param(id), 0.0) << id;
  settings[static_cast<std::size_t>(Setting::mid)] = 0.75;
  settings[static_cast<std::size_t>(Setting::reverb)] = 0.5;
  apply_model_rig(session, settings);
  EXPECT_EQ(session.param(p::kEqEnabled), 1.0);
  EXPECT_EQ(session.param(p::kEq4Enabled), 1.0);
  EXPECT_EQ(session.param(p::kEq5Enabled), 0.0);
  EXPECT_EQ(session.param(p::kEq4GainDb), 9.0);
  EXPECT_EQ(session.param(p::kReverbSendRatio), 0.5);
  for (const RigValue& fixed : kModelRig) EXPECT_EQ(session.param(fixed.param_id), fixed.value) << fixed.param_id;
}

TEST(ModelSettings, OutOfRangePositionsAreClamped) {
  for (int setting = 0; setting < kModelSettings; ++setting) {
    EXPECT_EQ(setting_value(setting, -3.0), setting_value(setting, 0.0));
    EXPECT_EQ(setting_value(setting, 7.0), setting_value(setting, 1.0));
    EXPECT_GE(setting_of_value(setting, -1e9), 0.0);
    EXPECT_LE(setting_of_value(setting, 1e9), 1.0);
  }
}
}  // namespace
}  // namespace ag06::assist
