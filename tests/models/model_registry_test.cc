// What is wrong with a registry or with a file that it names is said in one line, before anything is loaded.
#include <gtest/gtest.h>

#include "tiny_models.h"

namespace ag06::inference {
namespace {
using testing::TinyModels;
using testing::why_refused;
using nlohmann::json;

[[nodiscard]] std::string refused(const TinyModels& tiny) {
  return why_refused(tiny.file("registry.json"), [&] { (void)read_registry(tiny.folder(), testing::tiny_features()); });
}

TEST(ModelRegistry, ReadsWhatIsThere) {
  const TinyModels tiny;
  const ModelRegistry registry = read_registry(tiny.folder(), testing::tiny_features());
  ASSERT_EQ(registry.models.size(), 2u);
  EXPECT_EQ(registry.models[0].id, "baseline-cnn");
  EXPECT_EQ(registry.ensemble_label, "AI");
  EXPECT_DOUBLE_EQ(registry.find("ast")->ensemble_weight[3], 0.5);
  EXPECT_DOUBLE_EQ(registry.prior_spread[9], 0.28);
  EXPECT_EQ(registry.find("enhanced-cnn"), nullptr);
  EXPECT_EQ(read_weights(registry, registry.models[1]).size(), registry.models[1].bytes);
}

TEST(ModelRegistry, ParametersHashIsTheFiles) {
  EXPECT_EQ(std::string(parameters_sha256()).size(), 64u);
  const TinyModels tiny;
  EXPECT_EQ(read_registry(tiny.folder(), testing::tiny_features()).parameters_sha256, parameters_sha256());
}

TEST(ModelRegistry, MissingOrNoJson) {
  const TinyModels tiny;
  tiny.write("registry.json", "{\"version\": 1,");
  EXPECT_EQ(refused(tiny), "not JSON: a mistake near byte 15");
  tiny.write("registry.json", "[]");
  EXPECT_EQ(refused(tiny), "it must be an object, not array");
  tiny.write("registry.json", std::string(2 << 20, ' '));
  EXPECT_EQ(refused(tiny), "it is larger than any such file");
  std::filesystem::remove(tiny.file("registry.json"));
  EXPECT_EQ(refused(tiny), "it is missing");
}

TEST(ModelRegistry, MadeForSomethingElse) {
  struct Case {
    std::function<void(json&)> change;
    std::string why;
  };
  const std::string mine = std::string(parameters_sha256()).substr(0, 12) + "...";
  const Case cases[] = {
      {[](json& r) { r["version"] = 2; }, "it is of version 2, and this program knows version 1"},
      {[](json& r) { r["parameters_sha256"] = std::string(64, 'a'); }, "made for other parameters (aaaaaaaaaaaa...), and this program has those of " + mine},
      {[](json& r) { r["parameters_sha256"] = "abc"; }, "parameters_sha256 must be 64 hexadecimal digits"},
      {[](json& r) { r["features"]["id"] = "ear-0"; }, "made for other features: 'ear-0', and this program hears 'ear-1'"},
      {[](json& r) { r["features"]["heard"] = 8; }, "features.heard 8 is not what this program hears: 7"},
      {[](json& r) { r["features"]["mel"] = {2, 64, 128}; }, "features.mel [2,64,128] is not what this program hears: [2,64,256]"},
      {[](json& r) { r["features"]["excerpt_s"] = 8.0; }, "features.excerpt_s 8.0 is not what this program hears: 10.24"},
      {[](json& r) { std::swap(r["settings"][0], r["settings"][1]); },
       R"(settings must be ["input-gain","compression","high","mid","low","air","reverb","delay","width","output"])"},
  };
  for (const Case& c : cases) {
    const TinyModels tiny;
    tiny.edit(c.change);
    EXPECT_EQ(refused(tiny), c.why);
  }
}

TEST(ModelRegistry, WrongMembers) {
  struct Case {
    std::function<void(json&)> change;
    std::string why;
  };
  const Case cases[] = {
      {[](json& r) { r.erase("fallback"); }, "fallback is missing"},
      {[](json& r) { r["fallback"].push_back(0.5); }, "fallback must be a list of 10 numbers"},
      {[](json& r) { r["fallback"][2] = 1.5; }, "fallback 1.5 is outside 0.0 to 1.0"},
      {[](json& r) { r["fallback"][2] = "x"; }, "fallback must hold numbers, not string"},
      {[](json& r) { r["prior_spread"][2] = 0; }, "prior_spread 0 is outside 1e-06 to 1.0"},
      {[](json& r) { r["models"] = json::array(); }, "models must be a list of models"},
      {[](json& r) { r["models"][1].erase("bytes"); }, "models[1].bytes is missing"},
      {[](json& r) { r["models"][1]["bytes"] = -4; }, "models[1].bytes must be a whole number"},
      {[](json& r) { r["models"][0]["file"] = "/etc/passwd"; }, "models[0].file must lie beside the registry, not at '/etc/passwd'"},
      {[](json& r) { r["models"][0]["file"] = "../x.onnx"; }, "models[0].file must lie beside the registry, not at '../x.onnx'"},
      {[](json& r) { r["models"][0]["label"] = ""; }, "models[0].label must be a text of 1 to 60 bytes"},
      {[](json& r) { r["models"][1]["id"] = "baseline-cnn"; }, "models[1].id 'baseline-cnn' stands there twice"},
      {[](json& r) { r["ensemble"]["weights"]["tcn"] = r["fallback"]; }, "ensemble.weights.tcn is none of the models"},
      {[](json& r) { r["ensemble"] = 3; }, "ensemble must be an object, not number"},
      {[](json& r) { r["ensemble"]["calibration"][0] = nullptr; }, "ensemble.calibration must hold numbers, not null"},
  };
  for (const Case& c : cases) {
    const TinyModels tiny;
    tiny.edit(c.change);
    EXPECT_EQ(refused(tiny), c.why);
  }
}

class Weights : public ::testing::Test {
 protected:
  [[nodiscard]] std::string refused_weights() const {
    const ModelRegistry registry = read_registry(tiny.folder(), testing::tiny_features());
    return why_refused(tiny.file("weights/ast.onnx"), [&] { (void)read_weights(registry, *registry.find("ast")); });
  }
  TinyModels tiny;
};

TEST_F(Weights, Missing) {
  std::filesystem::remove(tiny.file("weights/ast.onnx"));
  EXPECT_EQ(refused_weights(), "it is missing");
}

TEST_F(Weights, Renamed) {
  std::filesystem::rename(tiny.file("weights/ast.onnx"), tiny.file("weights/ast2.onnx"));
  EXPECT_EQ(refused_weights(), "it is missing");
  std::filesystem::rename(tiny.file("weights/baseline-cnn.onnx"), tiny.file("weights/ast.onnx"));
  EXPECT_TRUE(refused_weights().starts_with("it is not the file that was registered: its sha256 is ")) << refused_weights();
}

TEST_F(Weights, Truncated) {
  const std::string whole = tiny.read("weights/ast.onnx");
  tiny.write("weights/ast.onnx", whole.substr(0, 500));
  EXPECT_EQ(refused_weights(), "it holds 500 bytes where the registry says " + std::to_string(whole.size()));
}

TEST_F(Weights, OneBitTurned) {
  std::string whole = tiny.read("weights/ast.onnx");
  whole[whole.size() / 2] = static_cast<char>(whole[whole.size() / 2] ^ 1);
  tiny.write("weights/ast.onnx", whole);
  const std::string why = refused_weights();
  EXPECT_TRUE(why.starts_with("it is not the file that was registered: its sha256 is ")) << why;
  EXPECT_TRUE(why.ends_with(", the registry says " + read_registry(tiny.folder(), testing::tiny_features()).find("ast")->sha256.substr(0, 12) + "...")) << why;
}

}  // namespace
}  // namespace ag06::inference
