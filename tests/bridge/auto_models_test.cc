// Mode auto with trained models: small ones with known answers, heard through the real ear.
#include "live/auto_models.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "live/auto_mixer.h"
#include "params/curves.h"

namespace ag06::bridge {
namespace {
namespace p = params;
constexpr double kRateHz = 48000.0;

[[nodiscard]] std::vector<float> noise(double seconds, double level, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<float> samples(2 * static_cast<std::size_t>(seconds * kRateHz));
  for (float& sample : samples) sample = static_cast<float>(level * normal(random));
  return samples;
}

// The models of tests/models/tiny_model.py that Python's arguments describe, made for this program.
class AutoModelsTest : public ::testing::Test {
 protected:
  ~AutoModelsTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  [[nodiscard]] std::shared_ptr<const inference::SongModels> models(const std::string& model_arguments) const {
    const std::string heard = std::to_string(assist::kHeardNumbers), parameters = inference::parameters_sha256();
    const std::string command = "cd '" AG06_SOURCE_DIR "/tests/models' && python3 -B -c \"import tiny_model as t; m = {'ag06.parameters_sha256': '" + parameters + "', 'ag06.features': '" +
                                inference::kEarId + "'}; t.write_models('" + folder + "', " + heard + ", '" + parameters + "', models={'ast': t.model(" + heard + ", " + model_arguments +
                                ", metadata=m)})\"";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return std::make_shared<const inference::SongModels>(inference::read_registry(folder), std::make_shared<const inference::OnnxRuntime>(AG06_RUNTIME_LIBRARY), inference::kEnsembleId);
  }
  const std::string folder = (std::filesystem::temp_directory_path() / ("ag06-auto-" + std::to_string(getpid()))).string();
};

TEST_F(AutoModelsTest, WithoutModelsThereIsNoOpinionAndTheRuleDecides) {
  AutoModels none(nullptr);
  EXPECT_FALSE(none.hear(noise(12.0, 0.1, 1), kRateHz));
  EXPECT_EQ(none.decides(), "musical");
}

TEST_F(AutoModelsTest, OpinionIsTheModelsOverTheLastHearings) {
  AutoModels heard(models("[0.4] * 10, spread=0.02"));
  EXPECT_EQ(heard.decides(), "ensemble");
  const auto first = heard.hear(noise(20.0, 0.1, 1), kRateHz);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->disagreement_01[3], 0.0);
  const auto second = heard.hear(noise(9.0, 0.01, 2), kRateHz);
  ASSERT_TRUE(second);
  EXPECT_GT(second->disagreement_01[3], 0.0);
  heard.forget();
  EXPECT_EQ(heard.hear(noise(20.0, 0.1, 1), kRateHz)->setting_01, first->setting_01);
  EXPECT_TRUE(heard.hear(noise(20.0, 0.1, 1), 44100.0)) << "another rate is another ear";
}

TEST_F(AutoModelsTest, StepsLeadToTheOpinionAndStop) {
  // Compression, reverb and delay next to nothing; low end and width at 0.7 of their knobs.
  AutoModels heard(models("t.bias_for([0.5, 0.001, 0.5, 0.5, 0.7, 0.5, 0.001, 0.001, 0.7, 0.5]), gain=0, uses_heard=False, spread=0.01"));
  const std::vector<float> input = noise(12.0, 0.03, 5);
  AutoOptions options;
  options.ask = [&] { return heard.hear(input, kRateHz); };
  ParamArray values{};
  for (int i = 0; i < p::kCount; ++i) values[static_cast<std::size_t>(i)] = p::kTable[i].default_value;
  int rounds = 0;
  for (; rounds < 80; ++rounds) {
    // The output's loudness is brought to the target by other tests; here it is there already.
    std::vector<float> output = noise(12.0, 0.11, 6);
    const AutoStep step = next_auto_step(input, output, kRateHz, values, {}, options);
    ASSERT_EQ(step.waiting_for, "");
    bool moved = false;
    for (const AutoMove& move : step.moves) {
      if (move.param_index == p::kOutputGainDbIndex) continue;
      values[static_cast<std::size_t>(move.param_index)] = move.to;
      moved = true;
    }
    if (!moved) break;
  }
  EXPECT_LT(rounds, 80) << "it settles";
  EXPECT_GT(rounds, 2) << "and does not jump";
  EXPECT_NEAR(values[static_cast<std::size_t>(p::index_of_id(p::kEq2GainDb))], assist::setting_value(static_cast<int>(assist::Setting::low), 0.7), 0.15);
  EXPECT_NEAR(values[static_cast<std::size_t>(p::index_of_id(p::kImagerWidthRatio))], assist::setting_value(static_cast<int>(assist::Setting::width), 0.7), 0.02);
  EXPECT_EQ(values[static_cast<std::size_t>(p::index_of_id(p::kReverbEnabled))], 0.0);
}

TEST_F(AutoModelsTest, NobodyIsAskedAboutSilence) {
  AutoOptions options;
  options.ask = []() -> std::optional<assist::Opinion> {
    ADD_FAILURE();
    return std::nullopt;
  };
  const ParamArray values{};
  EXPECT_NE(next_auto_step(std::vector<float>(2 * 12 * 48000), std::vector<float>(2 * 12 * 48000), kRateHz, values, {}, options).waiting_for, "");
}

}  // namespace
}  // namespace ag06::bridge
