// The models' answers are their formula's, whatever is unusable is refused by name, and the library may be missing.
#include <gtest/gtest.h>

#include <future>
#include <random>
#include <vector>

#include "tiny_models.h"

namespace ag06::inference {
namespace {
using testing::kTinyHeard;
using testing::TinyModels;
using testing::tiny_features;
using testing::why_refused;
using nlohmann::json;

constexpr int kSettings = assist::kModelSettings;

[[nodiscard]] std::shared_ptr<const OnnxRuntime> runtime() {
  static const auto loaded = std::make_shared<const OnnxRuntime>(AG06_RUNTIME_LIBRARY);
  return loaded;
}

// The formula of tiny_model.py.
struct Formula {
  double bias_0, bias_step, gain;
  [[nodiscard]] double setting(std::span<const float> mel, std::span<const float> heard, int s) const {
    double mean = 0.0;
    for (const float level : mel) mean += level / static_cast<double>(mel.size());
    double sum = mean * gain + bias_0 + bias_step * s;
    for (int h = 0; h < kTinyHeard; ++h) sum += static_cast<double>(heard[static_cast<std::size_t>(h)]) * ((10 * h + s) % 7 - 3) / (10.0 * kTinyHeard);
    return 1.0 / (1.0 + std::exp(-sum));
  }
};
constexpr Formula kBaseline{-0.5, 0.1, 0.5};
constexpr Formula kAst{0.3, -0.05, -0.25};

struct Excerpts {
  explicit Excerpts(int count_) : count(count_), mel(static_cast<std::size_t>(count_) * tiny_features().mel_numbers()), heard(static_cast<std::size_t>(count_ * kTinyHeard)) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> level(-2.0f, 1.0f);
    for (float& number : mel) number = level(random);
    for (float& number : heard) number = 2.0f * level(random);
  }
  [[nodiscard]] std::span<const float> mel_of(int e) const { return std::span(mel).subspan(static_cast<std::size_t>(e) * tiny_features().mel_numbers(), tiny_features().mel_numbers()); }
  [[nodiscard]] std::span<const float> heard_of(int e) const { return std::span(heard).subspan(static_cast<std::size_t>(e * kTinyHeard), kTinyHeard); }
  int count;
  std::vector<float> mel, heard;
};

[[nodiscard]] SongModels models_of(const TinyModels& tiny, const std::string& version) { return {read_registry(tiny.folder(), tiny_features()), runtime(), version}; }

TEST(SongModels, AnswersAreTheFormulas) {
  const TinyModels tiny;
  const Excerpts excerpts(3);
  const SongModels models = models_of(tiny, "ensemble");
  EXPECT_EQ(models.label(), "AI");
  const SongModels::Answers answers = models.ask(excerpts.mel, excerpts.heard, 3);
  ASSERT_EQ(answers.models.size(), 2u);
  for (int e = 0; e < 3; ++e)
    for (int s = 0; s < kSettings; ++s) {
      const auto at = static_cast<std::size_t>(e * kSettings + s);
      EXPECT_NEAR(answers.models[0].settings[at], kBaseline.setting(excerpts.mel_of(e), excerpts.heard_of(e), s), 1e-5);
      EXPECT_NEAR(answers.models[1].settings[at], kAst.setting(excerpts.mel_of(e), excerpts.heard_of(e), s), 1e-5);
      EXPECT_NEAR(answers.models[0].spreads[at], 0.1, 1e-6);
      EXPECT_NEAR(answers.models[1].spreads[at], 0.2, 1e-6);
    }
}

TEST(SongModels, OneExcerptAfterTheOtherIsTheSameAsAllAtOnce) {
  const TinyModels tiny;
  const Excerpts excerpts(4);
  const SongModels models = models_of(tiny, "ensemble");
  const assist::Opinion at_once = models.run(excerpts.mel, excerpts.heard, 4);
  SongModels::Answers one_by_one;
  for (int e = 0; e < 4; ++e) SongModels::append(one_by_one, models.ask(excerpts.mel_of(e), excerpts.heard_of(e), 1));
  const assist::Opinion in_turn = models.opinion_of(one_by_one);
  for (std::size_t s = 0; s < kSettings; ++s) {
    EXPECT_NEAR(at_once.setting_01[s], in_turn.setting_01[s], 1e-6);
    EXPECT_NEAR(at_once.disagreement_01[s], in_turn.disagreement_01[s], 1e-6);
  }
}

TEST(SongModels, OpinionWeighsAsTheRegistrySays) {
  const TinyModels tiny;
  tiny.edit([](json& r) {
    r["ensemble"]["weights"]["ast"] = {0.25, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    r["ensemble"]["weights"]["baseline-cnn"] = {0.25, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1};
    r["fallback"][1] = 0.125;
  });
  const Excerpts excerpts(1);
  const assist::Opinion opinion = models_of(tiny, "ensemble").run(excerpts.mel, excerpts.heard, 1);
  const auto said = [&](const Formula& formula, int s) { return formula.setting(excerpts.mel, excerpts.heard, s); };
  EXPECT_NEAR(opinion.setting_01[0], 0.25 * said(kBaseline, 0) + 0.25 * said(kAst, 0) + 0.5 * 0.5, 1e-5);
  EXPECT_NEAR(opinion.setting_01[1], 0.125, 1e-6);
  EXPECT_NEAR(opinion.setting_01[4], 0.5 * said(kBaseline, 4) + 0.5 * said(kAst, 4), 1e-5);
  const assist::Opinion single = models_of(tiny, "ast").run(excerpts.mel, excerpts.heard, 1);
  for (int s = 0; s < kSettings; ++s) EXPECT_NEAR(single.setting_01[static_cast<std::size_t>(s)], said(kAst, s), 1e-5);
}

TEST(SongModels, OneObjectServesSeveralThreads) {
  const TinyModels tiny;
  const Excerpts excerpts(2);
  const SongModels models = models_of(tiny, "ensemble");
  const assist::Opinion expected = models.run(excerpts.mel, excerpts.heard, 2);
  std::vector<std::future<assist::Opinion>> running;
  for (int i = 0; i < 4; ++i) running.push_back(std::async(std::launch::async, [&] { return models.run(excerpts.mel, excerpts.heard, 2); }));
  for (auto& run : running) EXPECT_EQ(run.get().setting_01, expected.setting_01);
}

TEST(SongModels, OnlyWhatAVersionNeedsIsLoaded) {
  const TinyModels tiny;
  std::filesystem::remove(tiny.file("weights/ast.onnx"));
  EXPECT_EQ(models_of(tiny, "baseline-cnn").label(), "baseline-cnn");
  EXPECT_EQ(why_refused(tiny.file("weights/ast.onnx"), [&] { (void)models_of(tiny, "ast"); }), "it is missing");
  EXPECT_EQ(why_refused(tiny.file("weights/ast.onnx"), [&] { (void)models_of(tiny, "ensemble"); }), "it is missing");
  EXPECT_EQ(why_refused(tiny.file("registry.json"), [&] { (void)models_of(tiny, "enhanced-cnn"); }), "it has no model 'enhanced-cnn'");
  tiny.edit([](json& r) { r["ensemble"]["weights"].erase("ast"); });
  EXPECT_EQ(models_of(tiny, "ensemble").ask(Excerpts(1).mel, Excerpts(1).heard, 1).models.size(), 1u);
}

TEST(SongModels, MissingLibrary) {
  EXPECT_EQ(why_refused("/nowhere/libonnxruntime.so.1", [] { OnnxRuntime("/nowhere/libonnxruntime.so.1"); }),
            "it is missing; `npm ci` in web/ brings it (tools/setup does that), the next build puts it in its place");
  const TinyModels tiny;
  EXPECT_TRUE(why_refused(tiny.file("registry.json"), [&] { OnnxRuntime runtime(tiny.file("registry.json")); }).starts_with("it cannot be loaded: "));
  EXPECT_EQ(runtime()->version().substr(0, 2), "1.");
}

// A model of another shape, registered properly: sha256 and size are right, so that only the shape is wrong.
class Shapes : public ::testing::Test {
 protected:
  [[nodiscard]] std::string refused(const std::string& python) const {
    const std::string command = "cd '" AG06_SOURCE_DIR "/tests/models' && python3 -B -c \"import tiny_model as t; meta = {'ag06.parameters_sha256': '" + std::string(parameters_sha256()) +
                                "', 'ag06.features': 'ear-1'}; t.write_models('" + tiny.folder() + "', 7, meta['ag06.parameters_sha256'], models={'ast': " + python + "})\"";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return why_refused(tiny.file("weights/ast.onnx"), [&] { (void)models_of(tiny, "ast"); });
  }
  TinyModels tiny;
};

TEST_F(Shapes, AreThoseOfTheFeatures) {
  EXPECT_EQ(refused("t.model(7, [0] * 10, metadata=meta)"), "");
  EXPECT_EQ(refused("t.model(9, [0] * 10, metadata=meta)"), "input 'heard' is [batch, 9], not [batch, 7]");
  EXPECT_EQ(refused("t.model(7, [0] * 10, metadata=meta, mel=[2, 64, 128])"), "input 'mel' is [batch, 2, 64, 128], not [batch, 2, 64, 256]");
  EXPECT_EQ(refused("t.model(7, [0] * 10, metadata=meta, outputs=('settings', 'wide'))"), "it has no output 'spread'");
}

TEST_F(Shapes, MetadataAreTheFilesOwnWord) {
  EXPECT_EQ(refused("t.model(7, [0] * 10)"), "its own metadata say that it was made for other parameters");
  EXPECT_EQ(refused("t.model(7, [0] * 10, metadata={**meta, 'ag06.features': 'ear-0'})"), "its own metadata say that it was made for other features");
}

TEST_F(Shapes, NoModelAtAll) { EXPECT_NE(refused("b'this is no model'"), ""); }

}  // namespace
}  // namespace ag06::inference
