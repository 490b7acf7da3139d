#include "profile_file.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "assist/profiles.gen.h"
#include "failure.h"
#include "json_file.h"
#include "params/curves.h"
#include "text_distance.h"

namespace ag06::cli {
namespace {
using assist::MixProfile;
using assist::ProfileField;
using nlohmann::json;

constexpr std::size_t kLongestText = 60;
constexpr std::size_t kLongestKeyShown = 64;

[[nodiscard]] std::string text_of(const std::string& path, const json& object, const char* key, bool required) {
  const auto found = object.find(key);
  if (found == object.end() && !required) return {};
  if (found == object.end()) throw Failure(ExitStatus::usage, path, std::string(key) + " is missing");
  if (!found->is_string() || found->get_ref<const std::string&>().empty() || found->get_ref<const std::string&>().size() > kLongestText)
    throw Failure(ExitStatus::usage, path, std::string(key) + " must be a text of 1 to " + std::to_string(kLongestText) + " bytes");
  return found->get<std::string>();
}

[[nodiscard]] double choice_of(const std::string& path, const ProfileField& field, const json& value) {
  const params::Parameter& parameter = params::kTable[params::index_of_key(field.choices_of)];
  std::string names;
  for (int i = 0; i <= static_cast<int>(field.max); ++i) {
    if (value.is_string() && value.get_ref<const std::string&>() == parameter.choices[i]) return i;
    names += (i == 0 ? "" : ", ") + std::string(parameter.choices[i]);
  }
  throw Failure(ExitStatus::usage, path, std::string(field.path) + " must be one of " + names);
}

[[nodiscard]] double number_of(const std::string& path, const ProfileField& field, const json& value) {
  if (!value.is_number()) throw Failure(ExitStatus::usage, path, std::string(field.path) + " must be a number, not " + value.type_name());
  const auto number = value.get<double>();
  if (!(number >= field.min && number <= field.max))
    throw Failure(ExitStatus::usage, path, std::string(field.path) + ": " + value.dump() + " is outside " + short_number(field.min) + " to " + short_number(field.max));
  return number;
}

void set_field(const std::string& path, const ProfileField& field, const json& value, MixProfile& profile) {
  double* numbers = &profile.values[static_cast<std::size_t>(field.at)];
  if (*field.choices_of != '\0') {
    numbers[0] = choice_of(path, field, value);
  } else if (field.count == 1) {
    numbers[0] = number_of(path, field, value);
  } else {
    if (!value.is_array() || value.size() != static_cast<std::size_t>(field.count))
      throw Failure(ExitStatus::usage, path, std::string(field.path) + " must be a list of " + std::to_string(field.count) + " numbers");
    for (int i = 0; i < field.count; ++i) numbers[i] = number_of(path, field, value[static_cast<std::size_t>(i)]);
  }
}

void set_section(const std::string& path, const std::string& section, const json& fields, MixProfile& profile) {
  std::vector<std::string_view> known;
  for (const ProfileField& field : assist::kProfileFields) known.emplace_back(field.path);
  const auto refuse = [&](const std::string& name) {
    const std::string shown = name.substr(0, kLongestKeyShown);
    throw Failure(ExitStatus::usage, path, "no field is called '" + shown + "'; the nearest is '" + std::string(nearest(shown, known)) + "'");
  };
  if (!fields.is_object()) refuse(section);
  for (const auto& [name, value] : fields.items()) {
    const std::string full = section + "." + name;
    const auto field = std::find_if(std::begin(assist::kProfileFields), std::end(assist::kProfileFields), [&](const ProfileField& f) { return full == f.path; });
    if (field == std::end(assist::kProfileFields)) refuse(full);
    set_field(path, *field, value, profile);
  }
}

[[nodiscard]] OwnedProfile read_profile(const std::string& path) {
  const json object = read_json_object(path, "a profile");
  OwnedProfile owned{text_of(path, object, "id", true), text_of(path, object, "label", true), assist::kBuiltInProfiles[0]};
  for (const auto& [key, value] : object.items())
    if (key != "id" && key != "label" && key != "description" && key != "$schema") set_section(path, key, value, owned.profile);
  return owned;
}
}  // namespace

OwnedProfile profile_named(const std::string& name_or_path) {
  std::string names;
  for (const MixProfile& built_in : assist::kBuiltInProfiles) {
    if (name_or_path == built_in.id) return {built_in.id, built_in.label, built_in};
    names += std::string(built_in.id) + ", ";
  }
  if (!name_or_path.ends_with(".json") && name_or_path.find('/') == std::string::npos)
    throw Failure(ExitStatus::usage, "--profile", "'" + name_or_path + "' is none of " + names + "nor a JSON file");
  return read_profile(name_or_path);
}

}  // namespace ag06::cli
