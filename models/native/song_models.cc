#include "native/song_models.h"

#include <algorithm>
#include <utility>

#include "native/model_error.h"

namespace ag06::inference {
namespace {
constexpr std::size_t kSettings = assist::kModelSettings;
constexpr const char* kOutputs[] = {"settings", "spread"};

[[nodiscard]] std::string written(const std::vector<std::int64_t>& dimensions) {
  std::string text;
  for (const std::int64_t length : dimensions) text += (text.empty() ? "[" : ", ") + (length < 0 ? std::string("batch") : std::to_string(length));
  return text + "]";
}

void check_tensors(const std::string& path, const char* kind, const std::vector<TensorShape>& has, const std::vector<TensorShape>& wanted) {
  for (const TensorShape& tensor : wanted) {
    const auto found = std::find_if(has.begin(), has.end(), [&](const TensorShape& other) { return other.name == tensor.name; });
    if (found == has.end()) throw ModelError(path, std::string("it has no ") + kind + " '" + tensor.name + "'");
    if (found->dimensions != tensor.dimensions)
      throw ModelError(path, std::string(kind) + " '" + tensor.name + "' is " + written(found->dimensions) + ", not " + written(tensor.dimensions));
  }
  if (has.size() != wanted.size()) throw ModelError(path, "it has " + std::to_string(has.size()) + " " + kind + "s, not " + std::to_string(wanted.size()));
}
}  // namespace

SongModels::SongModels(ModelRegistry registry, std::shared_ptr<const OnnxRuntime> runtime, const std::string& version)
    : registry_(std::move(registry)), runtime_(std::move(runtime)), version_(version) {
  if (version == kEnsembleId) {
    label_ = registry_.ensemble_label;
    for (const RegisteredModel& model : registry_.models)
      if (std::any_of(model.ensemble_weight.begin(), model.ensemble_weight.end(), [](double weight) { return weight != 0.0; }))
        load(model, model.ensemble_weight, registry_.ensemble_calibration);
    return;
  }
  const RegisteredModel* model = registry_.find(version);
  if (model == nullptr) throw ModelError(registry_.folder + "/" + kRegistryFile, "it has no model '" + version + "'");
  label_ = model->label;
  assist::ModelSettings alone;
  alone.fill(1.0);
  load(*model, alone, model->calibration);
}

void SongModels::load(const RegisteredModel& model, const assist::ModelSettings& weights, const assist::ModelSettings& calibration) {
  const std::string path = registry_.path_of(model);
  const ModelFeatures& features = registry_.features;
  auto session = std::make_unique<OnnxSession>(runtime_, path, read_weights(registry_, model));
  // The file says itself what it was made for: a registry written by hand cannot pass it off as something else.
  if (session->metadata("ag06.parameters_sha256") != parameters_sha256()) throw ModelError(path, "its own metadata say that it was made for other parameters");
  if (session->metadata("ag06.features") != features.id) throw ModelError(path, "its own metadata say that it was made for other features");
  check_tensors(path, "input", session->inputs(), {{"mel", {-1, features.channels, features.mel_bands, features.mel_frames}}, {"heard", {-1, features.heard}}});
  check_tensors(path, "output", session->outputs(), {{kOutputs[0], {-1, assist::kModelSettings}}, {kOutputs[1], {-1, assist::kModelSettings}}});
  models_.push_back({std::move(session), path, weights, calibration});
}

SongModels::Answers SongModels::ask(std::span<const float> mel, std::span<const float> heard, int excerpts) const {
  const ModelFeatures& features = registry_.features;
  const TensorShape shapes[] = {{"mel", {excerpts, features.channels, features.mel_bands, features.mel_frames}}, {"heard", {excerpts, features.heard}}};
  const std::span<const float> inputs[] = {mel, heard};
  Answers answers;
  answers.excerpts = excerpts;
  for (const Loaded& model : models_) {
    std::vector<std::vector<float>> outputs = model.session->run(shapes, inputs, kOutputs);
    for (const std::vector<float>& output : outputs)
      if (output.size() != static_cast<std::size_t>(excerpts) * kSettings) throw ModelError(model.path, "it answered with " + std::to_string(output.size()) + " numbers");
    answers.models.push_back({std::move(outputs[0]), std::move(outputs[1])});
  }
  return answers;
}

void SongModels::append(Answers& to, const Answers& more) {
  if (to.excerpts == 0) {
    to = more;
    return;
  }
  to.excerpts += more.excerpts;
  for (std::size_t m = 0; m < to.models.size(); ++m) {
    to.models[m].settings.insert(to.models[m].settings.end(), more.models[m].settings.begin(), more.models[m].settings.end());
    to.models[m].spreads.insert(to.models[m].spreads.end(), more.models[m].spreads.begin(), more.models[m].spreads.end());
  }
}

assist::Opinion SongModels::opinion_of(const Answers& answers) const {
  std::vector<assist::ModelOutputs> outputs;
  for (std::size_t m = 0; m < models_.size(); ++m) outputs.push_back({answers.models[m].settings, answers.models[m].spreads, models_[m].weights, models_[m].calibration});
  return assist::form_opinion(outputs, answers.excerpts, registry_.fallback, registry_.prior_spread);
}

}  // namespace ag06::inference
