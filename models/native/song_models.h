// The trained models a version needs, loaded once, asked about as many songs as wanted. Not for hearing the excerpts (core/assist/ear.h) and not for what is
// done with an opinion (core/assist/planner.h).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "assist/opinion.h"
#include "native/model_registry.h"
#include "native/onnx_api.h"

namespace ag06::inference {

class SongModels {
 public:
  // version: "ensemble", or the id of a registered model. Reads, checks and loads every file that it needs. Throws ModelError.
  SongModels(ModelRegistry registry, std::shared_ptr<const OnnxRuntime> runtime, const std::string& version);

  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  [[nodiscard]] const std::string& label() const noexcept { return label_; }
  [[nodiscard]] const ModelFeatures& features() const noexcept { return registry_.features; }

  // What the models say of excerpts, one after the other: settings and spread of each model. Any thread; several at once.
  struct Answers {
    int excerpts = 0;
    struct OfModel {
      std::vector<float> settings, spreads;  // excerpts x 10
    };
    std::vector<OfModel> models;  // in the order they are loaded
  };
  // mel: excerpts x features().mel_numbers(); heard: excerpts x features().heard_numbers(). Throws ModelError.
  [[nodiscard]] Answers ask(std::span<const float> mel, std::span<const float> heard, int excerpts) const;
  // Answers to some excerpts, then to others of the same song.
  static void append(Answers& to, const Answers& more);
  // The song's opinion. answers.excerpts >= 1.
  [[nodiscard]] assist::Opinion opinion_of(const Answers& answers) const;
  // Both at once.
  [[nodiscard]] assist::Opinion run(std::span<const float> mel, std::span<const float> heard, int excerpts) const { return opinion_of(ask(mel, heard, excerpts)); }

 private:
  struct Loaded {
    std::unique_ptr<OnnxSession> session;
    std::string path;
    assist::ModelSettings weights{};
    assist::ModelSettings calibration{};
  };
  void load(const RegisteredModel& model, const assist::ModelSettings& weights, const assist::ModelSettings& calibration);

  ModelRegistry registry_;
  std::shared_ptr<const OnnxRuntime> runtime_;
  std::string version_;
  std::string label_;
  std::vector<Loaded> models_;
};

}  // namespace ag06::inference
