// Which version a song is mixed as, and the trained models that it needs. Not for what the models say of a song (song_opinion.h).
#pragma once

#include <memory>
#include <string>

#include "mix_plan.h"
#include "native/song_models.h"

namespace ag06::cli {

struct VersionChoice {
  Version version = Version::musical;
  std::string id;      // as in "--version"
  std::shared_ptr<const inference::SongModels> models;  // of Version::models
  std::string note;    // for people: why the default is not what it would be
};

// name: as typed, empty for the default: the ensemble where its models and the library are there, else musical with a note. models_option: --models, may be empty.
// Throws Failure: usage for an unknown name; work where models that were asked for cannot be used.
[[nodiscard]] VersionChoice choose_version(const std::string& name, const std::string& models_option);

// The names that --version takes, for people.
[[nodiscard]] std::string version_names();

}  // namespace ag06::cli
