// Mixing profiles: the data that comes with the studio, and what the rule makes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>
#include <string>

#include "assist/planner.h"
#include "params/curves.h"
#include "support/music.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

constexpr double kRateHz = 44100.0;

TEST(Profiles, EveryNumberLiesInItsField) {
  std::set<std::string> ids;
  for (const MixProfile& profile : kBuiltInProfiles) {
    EXPECT_EQ(check(profile), Status::ok) << profile.id;
    EXPECT_TRUE(ids.insert(profile.id).second) << profile.id;
  }
  for (const char* style : {"speech", "rock", "jazz", "electronic", "classical", "pop", "ballad", "podcast"}) EXPECT_EQ(ids.count(style), 1u) << style;
}

TEST(Profiles, NumbersOutsideTheirFieldsAreRefused) {
  for (const ProfileField& field : kProfileFields) {
    for (const double wrong : {field.min - 1e-6, field.max + 1e-6, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      PlannerOptions options;
      options.style.values[static_cast<std::size_t>(field.at + field.count - 1)] = wrong;
      Planner planner;
      EXPECT_NE(planner.prepare({kRateHz, 2, 4096}, options), Status::ok) << field.path << " " << wrong;
    }
  }
}

TEST(Profiles, ChoicesAreThoseOfTheirParameters) {
  for (const ProfileField& field : kProfileFields) {
    if (*field.choices_of == '\0') continue;
    const int index = p::index_of_key(field.choices_of);
    ASSERT_GE(index, 0) << field.path;
    EXPECT_EQ(field.max, p::kTable[index].max) << field.path;
    EXPECT_EQ(field.min, p::kTable[index].min) << field.path;
  }
}

class Decided : public testing::Test {
 protected:
  // After the listening pass the rule has decided; the fit that follows does not touch effects.
  void decide(const MixProfile& style, double amount_01 = 1.0, double tempo_bpm = 120.0) {
    PlannerOptions options{.amount_01 = amount_01};
    options.style = style;
    ASSERT_EQ(planner_.prepare({kRateHz, 2, 4096}, options), Status::ok);
    ASSERT_EQ(planner_.set_param(p::kTempoBpm, tempo_bpm), Status::ok);
    test::Planes song = test::music(2, 5 * 44100, kRateHz, 0.3, 21);
    for (int at = 0; at < 5 * 44100; at += 4096) planner_.feed(song.slice(at, std::min(4096, 5 * 44100 - at)));
    planner_.end_pass();
  }
  [[nodiscard]] static const MixProfile& named(const char* id) {
    return *std::find_if(std::begin(kBuiltInProfiles), std::end(kBuiltInProfiles), [&](const MixProfile& profile) { return std::strcmp(profile.id, id) == 0; });
  }
  Planner planner_;
};

TEST_F(Decided, BalancedTouchesNoEffect) {
  decide(named("balanced"));
  for (const int id : {p::kDelayEnabled, p::kChorusEnabled, p::kReverbEnabled, p::kImagerEnabled, p::kExciterEnabled}) EXPECT_EQ(planner_.param(id), 0.0) << id;
}

TEST_F(Decided, ElectronicEchoesInTimeWithMonoBass) {
  decide(named("electronic"));
  EXPECT_EQ(planner_.param(p::kDelayEnabled), 1.0);
  EXPECT_STREQ(p::kTable[p::kDelaySyncIndex].choices[static_cast<int>(planner_.param(p::kDelaySync))], "1/8 dotted");
  EXPECT_EQ(planner_.param(p::kImagerMonoBelowHz), 120.0);
  EXPECT_NEAR(planner_.param(p::kImagerWidthRatio), 1.15, 1e-9);
}

TEST_F(Decided, TimesFollowTheTempo) {
  decide(named("ballad"), 1.0, 60.0);
  EXPECT_NEAR(planner_.param(p::kReverbPredelayMs), 60.0, 0.5);  // 0.06 beats of a second each
}

TEST_F(Decided, HalfTheAmountIsHalfTheEffect) {
  decide(named("pop"), 0.5);
  EXPECT_NEAR(planner_.param(p::kReverbSendRatio), 0.03, 1e-9);
  EXPECT_NEAR(planner_.param(p::kImagerWidthRatio), 1.04, 1e-9);
}

TEST_F(Decided, NothingOfNoAmount) {
  decide(named("pop"), 0.0);
  for (const int id : {p::kReverbEnabled, p::kImagerEnabled, p::kExciterEnabled}) EXPECT_EQ(planner_.param(id), 0.0) << id;
}

TEST_F(Decided, EveryMoveNamesTheProfileThatAskedForIt) {
  decide(named("rock"));
  int named_moves = 0;
  for (const Move& move : planner_.moves())
    if (std::strstr(move.reason, "Rock") || std::strstr(move.evidence, "Rock")) ++named_moves;
  EXPECT_GE(named_moves, 6);
}

}  // namespace
}  // namespace ag06::assist
