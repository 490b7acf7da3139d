// models/registry.json: which trained models there are, what they were made for, and how their opinions are weighed; and their files, checked before anything
// is done with them. Not for running them (song_models.h).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "assist/ear.h"
#include "assist/model_settings.h"

namespace ag06::inference {

inline constexpr char kRegistryFile[] = "registry.json";
inline constexpr char kEnsembleId[] = "ensemble";
inline constexpr char kEarId[] = "ear-1";  // another one whenever core/assist/ear.h hears differently: a model for one ear is useless with the other

// What this program hears of an excerpt and hands to a model.
struct ModelFeatures {
  std::string id = kEarId;
  int channels = 2;
  int mel_bands = assist::kMelBands;
  int mel_frames = assist::kMelFrames;
  int heard = assist::kHeardNumbers;
  double excerpt_s = assist::kExcerptS;

  [[nodiscard]] std::size_t mel_numbers() const noexcept { return static_cast<std::size_t>(channels) * static_cast<std::size_t>(mel_bands) * static_cast<std::size_t>(mel_frames); }
  [[nodiscard]] std::size_t heard_numbers() const noexcept { return static_cast<std::size_t>(heard); }
};

// sha256 of core/params/params.json as this program was built with it, 64 hexadecimal digits.
[[nodiscard]] const char* parameters_sha256() noexcept;

struct RegisteredModel {
  std::string id;
  std::string label;
  std::string file;    // beside registry.json
  std::string sha256;  // 64 hexadecimal digits
  std::uint64_t bytes = 0;
  assist::ModelSettings calibration{};
  assist::ModelSettings ensemble_weight{};  // its share of the ensemble's opinion; 0 where the ensemble leaves it out
};

struct ModelRegistry {
  std::string folder;
  std::string parameters_sha256;
  ModelFeatures features;
  assist::ModelSettings fallback{};
  assist::ModelSettings prior_spread{};
  std::vector<RegisteredModel> models;
  std::string ensemble_label;
  assist::ModelSettings ensemble_calibration{};

  // Null where there is none of that id.
  [[nodiscard]] const RegisteredModel* find(const std::string& id) const noexcept;
  [[nodiscard]] std::string path_of(const RegisteredModel& model) const { return folder + "/" + model.file; }
};

// Throws ModelError: the file is missing or no registry, it lacks something, a number is out of its range, or it was made for other parameters or features.
[[nodiscard]] ModelRegistry read_registry(const std::string& folder, const ModelFeatures& expected = {});

// The file of a model, whole. Throws ModelError: missing, another size, another sha256.
[[nodiscard]] std::vector<unsigned char> read_weights(const ModelRegistry& registry, const RegisteredModel& model);

}  // namespace ag06::inference
