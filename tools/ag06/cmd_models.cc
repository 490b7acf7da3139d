// `ag06 models`: the trained models, where they lie, and whether they can be used; if not, why.
#include <cstdio>
#include <memory>
#include <optional>

#include "command.h"
#include "native/model_error.h"
#include "native/model_places.h"
#include "native/song_models.h"
#include "report_json.h"

namespace ag06::cli {
namespace {
using namespace ag06::inference;

struct ModelsOptions {
  std::string folder;
  bool json = false;
};

// ok where why is empty.
struct Checked {
  const RegisteredModel* model;
  std::string why;
};

struct Findings {
  std::string folder, library;
  std::shared_ptr<const OnnxRuntime> runtime;
  std::string why_no_runtime;
  std::optional<ModelRegistry> registry;
  std::string why_no_registry;
  std::vector<Checked> models;

  [[nodiscard]] std::string first_reason() const {
    if (!why_no_registry.empty()) return folder + "/" + kRegistryFile + ": " + why_no_registry;
    if (!why_no_runtime.empty()) return library + ": " + why_no_runtime;
    for (const Checked& checked : models)
      if (!checked.why.empty()) return registry->path_of(*checked.model) + ": " + checked.why;
    return {};
  }
};

[[nodiscard]] Findings look(const std::string& given) {
  Findings found{models_folder(given), runtime_library(), nullptr, {}, std::nullopt, {}, {}};
  try {
    found.runtime = std::make_shared<const OnnxRuntime>(found.library);
  } catch (const ModelError& error) {
    found.why_no_runtime = error.why;
  }
  try {
    found.registry = read_registry(found.folder);
  } catch (const ModelError& error) {
    found.why_no_registry = error.why;
    return found;
  }
  for (const RegisteredModel& model : found.registry->models) {
    Checked checked{&model, {}};
    try {
      if (found.runtime) (void)SongModels(*found.registry, found.runtime, model.id);
      else (void)read_weights(*found.registry, model);
    } catch (const ModelError& error) {
      checked.why = error.why;
    }
    found.models.push_back(std::move(checked));
  }
  return found;
}

[[nodiscard]] Json reason(const std::string& why) { return why.empty() ? Json(nullptr) : Json(why); }

void print_json(const Findings& found) {
  const ModelFeatures mine;
  Json models = Json::array();
  for (const Checked& checked : found.models)
    models.push_back({{"id", checked.model->id}, {"label", checked.model->label}, {"file", found.registry->path_of(*checked.model)}, {"bytes", checked.model->bytes},
                      {"sha256", checked.model->sha256}, {"ok", checked.why.empty()}, {"why_not", reason(checked.why)}});
  const Json all = {{"registry", {{"file", found.folder + "/" + kRegistryFile}, {"ok", found.registry.has_value()}, {"why_not", reason(found.why_no_registry)}}},
                    {"runtime", {{"file", found.library}, {"version", found.runtime ? Json(found.runtime->version()) : Json(nullptr)}, {"ok", found.runtime != nullptr},
                                 {"why_not", reason(found.why_no_runtime)}}},
                    {"expects", {{"parameters_sha256", parameters_sha256()},
                                 {"features", {{"id", mine.id}, {"mel", {mine.channels, mine.mel_bands, mine.mel_frames}}, {"heard", mine.heard}, {"excerpt_s", mine.excerpt_s}}}}},
                    {"models", std::move(models)}};
  std::printf("%s\n", dumped(all).c_str());
}

void print_lines(const Findings& found) {
  const auto line = [](const std::string& name, const std::string& what, const std::string& why) {
    std::printf("%-14s %s\n", name.c_str(), on_one_line(why.empty() ? what : what + ": " + why).c_str());
  };
  line("registry", found.folder + "/" + kRegistryFile, found.why_no_registry);
  line("ONNX Runtime", found.library + (found.runtime ? ", " + found.runtime->version() : std::string()), found.why_no_runtime);
  for (const Checked& checked : found.models)
    line(checked.model->id, checked.model->label + ", " + found.registry->path_of(*checked.model) + ", " + decimal(static_cast<double>(checked.model->bytes) / 1e6, 1) + " MB" +
                                (checked.why.empty() ? ", ok" : ""), checked.why);
}
}  // namespace

Command make_models_command(CLI::App& app) {
  CLI::App* parser = app.add_subcommand("models", "List the trained models and say whether they can be used");
  auto options = std::make_shared<ModelsOptions>();
  parser->add_option("--models", options->folder, "Folder of the trained models (default: AG06_MODELS, or ../models from the program)");
  parser->add_flag("--json", options->json, "As JSON");
  parser->footer("Exit status 5 when something is not as it should be.");
  return {parser, [options] {
            const Findings found = look(options->folder);
            options->json ? print_json(found) : print_lines(found);
            if (const std::string why = found.first_reason(); !why.empty()) throw Failure(ExitStatus::work, "models", why);
            return ExitStatus::done;
          }};
}

}  // namespace ag06::cli
