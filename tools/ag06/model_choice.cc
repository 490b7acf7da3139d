#include "model_choice.h"

#include <algorithm>
#include <iterator>

#include "failure.h"
#include "native/model_error.h"
#include "native/model_places.h"

namespace ag06::cli {
namespace {
constexpr const char* kModelVersions[] = {"baseline-cnn", "enhanced-cnn", "ast", inference::kEnsembleId};

[[nodiscard]] std::shared_ptr<const inference::SongModels> load(const std::string& version, const std::string& models_option) {
  inference::ModelRegistry registry = inference::read_registry(inference::models_folder(models_option));
  return std::make_shared<const inference::SongModels>(std::move(registry), std::make_shared<const inference::OnnxRuntime>(inference::runtime_library()), version);
}
}  // namespace

std::string version_names() {
  std::string names = "original, musical";
  for (const char* version : kModelVersions) names += std::string(", ") + version;
  return names;
}

VersionChoice choose_version(const std::string& name, const std::string& models_option) {
  if (name == "original") return {Version::original, name, nullptr, {}};
  if (name == "musical") return {Version::musical, name, nullptr, {}};
  const bool is_default = name.empty();
  const std::string version = is_default ? inference::kEnsembleId : name;
  if (std::find(std::begin(kModelVersions), std::end(kModelVersions), version) == std::end(kModelVersions))
    throw Failure(ExitStatus::usage, "--version", "'" + name + "' is none of " + version_names());
  try {
    return {Version::models, version, load(version, models_option), {}};
  } catch (const inference::ModelError& error) {
    // Models that were asked for are not quietly left out.
    if (!is_default) throw Failure(ExitStatus::work, error.file, error.why);
    return {Version::musical, "musical", nullptr, std::string("Mixed as musical, without the trained models: ") + error.what() + "."};
  }
}

}  // namespace ag06::cli
