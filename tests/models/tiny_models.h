// The small models of tiny_model.py in a folder of the test's own, which it may spoil. Not for real models.
#pragma once

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "native/model_error.h"
#include "native/song_models.h"

namespace ag06::inference::testing {

inline constexpr int kTinyHeard = 7;

[[nodiscard]] inline ModelFeatures tiny_features() {
  ModelFeatures features;
  features.heard = kTinyHeard;
  return features;
}

class TinyModels {
 public:
  TinyModels() {
    static int made = 0;
    path_ = std::filesystem::temp_directory_path() / ("ag06-models-" + std::to_string(getpid()) + "-" + std::to_string(++made));
    std::filesystem::copy(AG06_TINY_MODELS, path_, std::filesystem::copy_options::recursive);
  }
  ~TinyModels() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TinyModels(const TinyModels&) = delete;
  TinyModels& operator=(const TinyModels&) = delete;

  [[nodiscard]] std::string folder() const { return path_.string(); }
  [[nodiscard]] std::string file(const std::string& name) const { return folder() + "/" + name; }
  void edit(const std::function<void(nlohmann::json&)>& change) const {
    nlohmann::json registry = nlohmann::json::parse(std::ifstream(file("registry.json")));
    change(registry);
    std::ofstream(file("registry.json")) << registry.dump();
  }
  void write(const std::string& name, const std::string& bytes) const { std::ofstream(file(name), std::ios::binary) << bytes; }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

 private:
  std::filesystem::path path_;
};

// "WHY" of what work() throws; "" when it does not. The file must be the one that is named.
template <class Work>
[[nodiscard]] std::string why_refused(const std::string& file, Work&& work) {
  try {
    work();
  } catch (const ModelError& error) {
    return error.file == file ? error.why : "of another file: " + std::string(error.what());
  }
  return {};
}

}  // namespace ag06::inference::testing
