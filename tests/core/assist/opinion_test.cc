#include "assist/opinion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace ag06::assist {
namespace {

ModelSettings all(double x) {
  ModelSettings made;
  made.fill(x);
  return made;
}

// A model that says the same for every setting, one value per excerpt.
struct Voice {
  Voice(std::vector<double> said, double spread, double weight, double calibration = 1.0) : weight_(weight), calibration_(calibration) {
    for (const double x : said) settings.insert(settings.end(), kModelSettings, static_cast<float>(x));
    spreads.assign(settings.size(), static_cast<float>(spread));
  }
  [[nodiscard]] ModelOutputs outputs() const { return {settings, spreads, all(weight_), all(calibration_)}; }
  std::vector<float> settings;
  std::vector<float> spreads;
  double weight_;
  double calibration_;
};

Opinion form(const std::vector<Voice>& voices, double fallback = 0.5, double prior = 0.25) {
  std::vector<ModelOutputs> models;
  for (const Voice& voice : voices) models.push_back(voice.outputs());
  return form_opinion(models, static_cast<int>(voices[0].settings.size()) / kModelSettings, all(fallback), all(prior));
}

TEST(Opinion, OfOneModelIsItsMeanOverTheExcerpts) {
  const Opinion opinion = form({Voice({0.25, 0.5, 0.75}, 0.125, 1.0, 2.0)});
  for (std::size_t k = 0; k < kModelSettings; ++k) {
    EXPECT_NEAR(opinion.setting_01[k], 0.5, 1e-12);
    EXPECT_NEAR(opinion.spread_01[k], 0.25, 1e-12);  // calibrated
    EXPECT_NEAR(opinion.disagreement_01[k], std::sqrt(0.125 / 3.0), 1e-9);
    EXPECT_EQ(opinion.confidence_01[k], 0.0);  // no surer than before listening
  }
}

TEST(Opinion, WeighsTheModelsPerSettingAndLeavesTheRestToTheFallback) {
  const Voice a({0.25}, 0.0625, 1.0), b({0.75}, 0.125, 1.0);
  std::vector<ModelOutputs> models{a.outputs(), b.outputs()};
  models[0].weights = {0.5, 1.0, 0.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
  models[1].weights = {0.5, 0.0, 1.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
  ModelSettings fallback = all(0.125);
  const Opinion opinion = form_opinion(models, 1, fallback, all(0.25));
  EXPECT_NEAR(opinion.setting_01[0], 0.5, 1e-12);
  EXPECT_NEAR(opinion.setting_01[1], 0.25, 1e-12);
  EXPECT_NEAR(opinion.setting_01[2], 0.75, 1e-12);
  EXPECT_NEAR(opinion.setting_01[3], 0.25 + 0.5 * 0.125, 1e-12);
  EXPECT_NEAR(opinion.setting_01[4], 0.125, 1e-12);  // nobody has a share
  EXPECT_NEAR(opinion.spread_01[0], 0.09375, 1e-12);
  EXPECT_NEAR(opinion.confidence_01[0], 1.0 - 0.09375 / 0.25, 1e-12);
  EXPECT_NEAR(opinion.confidence_01[4], 0.0, 1e-12);
}

TEST(Opinion, DisagreementBetweenExcerptsLowersTheConfidence) {
  const Opinion agreed = form({Voice({0.5, 0.5}, 0.1, 1.0)});
  const Opinion split = form({Voice({0.4, 0.6}, 0.1, 1.0)});
  EXPECT_NEAR(agreed.disagreement_01[3], 0.0, 1e-12);
  EXPECT_NEAR(split.disagreement_01[3], 0.1, 1e-6);
  EXPECT_NEAR(split.setting_01[3], agreed.setting_01[3], 1e-6);
  EXPECT_NEAR(agreed.confidence_01[3], 1.0 - 0.1 / 0.25, 1e-6);
  EXPECT_NEAR(split.confidence_01[3], 1.0 - std::sqrt(0.01 + 0.01 / 2.0) / 0.25, 1e-6);
}

TEST(Opinion, ASingleExcerptDoesNotDisagree) { EXPECT_EQ(form({Voice({0.3}, 0.1, 1.0)}).disagreement_01[0], 0.0); }

TEST(Opinion, OppositeModelsThatAgreeWithThemselvesDoNotCountAsExcerptsApart) {
  const Opinion opinion = form({Voice({0.2, 0.4}, 0.1, 0.5), Voice({0.8, 0.6}, 0.1, 0.5)});
  EXPECT_NEAR(opinion.setting_01[0], 0.5, 1e-6);
  EXPECT_NEAR(opinion.disagreement_01[0], 0.0, 1e-5);
}

TEST(Opinion, AModelThatIsNotFiniteCountsAsTheFallbackAndIsNotSure) {
  for (const float poison : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
    for (const bool in_spreads : {false, true}) {
      Voice broken({0.9, 0.9}, 0.01, 1.0);
      (in_spreads ? broken.spreads : broken.settings)[13] = poison;
      const Opinion alone = form({broken}, 0.375);
      for (std::size_t k = 0; k < kModelSettings; ++k) {
        EXPECT_NEAR(alone.setting_01[k], 0.375, 1e-12);
        EXPECT_NEAR(alone.confidence_01[k], 0.0, 1e-12);
      }
      broken.weight_ = 0.25;
      const Opinion among = form({broken, Voice({0.8, 0.8}, 0.05, 0.75)}, 0.4);
      EXPECT_NEAR(among.setting_01[0], 0.75 * 0.8 + 0.25 * 0.4, 1e-6);
      EXPECT_NEAR(among.spread_01[0], 0.75 * 0.05 + 0.25 * 0.25, 1e-6);
      EXPECT_EQ(check(among), Status::ok);
    }
  }
}

TEST(Opinion, NothingThatComesInLeadsOutOfItsRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Voice wild({3e38, -3e38}, 3e38, 1e30, -1e30), poisoned({0.5, 0.5}, 0.1, nan, nan);
  EXPECT_EQ(check(form({wild})), Status::ok);
  EXPECT_EQ(check(form({wild, poisoned}, nan, nan)), Status::ok);
  EXPECT_EQ(check(form({poisoned}, 7.0, -1.0)), Status::ok);
  EXPECT_EQ(form({poisoned}).confidence_01[0], 0.0);
  EXPECT_EQ(check(form_opinion({}, 0, all(0.5), all(0.25))), Status::ok);
  Voice cut({0.5, 0.5}, 0.1, 1.0);
  cut.spreads.pop_back();
  EXPECT_NEAR(form({cut}, 0.125).setting_01[0], 0.125, 1e-12);
}

TEST(Opinion, ChecksItsNumbers) {
  Opinion opinion;
  EXPECT_EQ(check(opinion), Status::ok);
  opinion.disagreement_01[2] = 1.01;
  EXPECT_EQ(check(opinion), Status::out_of_range);
  opinion.disagreement_01[2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(check(opinion), Status::not_finite);
}

}  // namespace
}  // namespace ag06::assist
