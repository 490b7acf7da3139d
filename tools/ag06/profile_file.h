// The mixing profile that --profile names: one that comes with the studio, or a JSON file of somebody's own. Not for parameters' values.
#pragma once

#include <string>

#include "assist/mix_profile.h"

namespace ag06::cli {

// Owns the texts that the profile points to.
struct OwnedProfile {
  std::string id;
  std::string label;
  assist::MixProfile profile;
};

// An id of a built-in profile, or a path: anything that ends in .json or holds a slash. Fields the file leaves out are those of `balanced`.
// Throws Failure: usage for an unknown id, an unknown field, a value of the wrong kind or outside its range; input where the file cannot be read.
[[nodiscard]] OwnedProfile profile_named(const std::string& name_or_path);

}  // namespace ag06::cli
