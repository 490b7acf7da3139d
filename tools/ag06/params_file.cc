#include "params_file.h"

#include <cmath>
#include <string_view>

#include "failure.h"
#include "json_file.h"
#include "params/curves.h"
#include "text_distance.h"

namespace ag06::cli {
namespace {
using nlohmann::json;
namespace p = ag06::params;

constexpr std::size_t kLongestKeyShown = 64;

[[noreturn]] void refuse_key(const std::string& path, const std::string& key) {
  std::vector<std::string_view> keys;
  for (const p::Parameter& parameter : p::kTable) keys.emplace_back(parameter.key);
  const std::string shown = key.substr(0, kLongestKeyShown);
  throw Failure(ExitStatus::usage, path, "no parameter is called '" + shown + (key == shown ? "" : "...") + "'; the nearest is '" + std::string(nearest(shown, keys)) + "'");
}

[[nodiscard]] double checked_value(const std::string& path, const p::Parameter& parameter, const json& value) {
  const std::string key = parameter.key;
  if (value.is_boolean() && parameter.curve == p::Curve::toggle) return value.get<bool>() ? 1.0 : 0.0;
  if (!value.is_number()) throw Failure(ExitStatus::usage, path, key + " must be a number, not " + value.type_name());
  const auto number = value.get<double>();
  if (p::check(parameter, number) != Status::ok)
    throw Failure(ExitStatus::usage, path, key + ": " + value.dump() + " is outside " + short_number(parameter.min) + " to " + short_number(parameter.max));
  const bool whole = parameter.curve == p::Curve::choice || parameter.curve == p::Curve::toggle;
  if (whole && number != std::floor(number)) throw Failure(ExitStatus::usage, path, key + " must be a whole number, not " + value.dump());
  return number;
}
}  // namespace

std::vector<ParamOverride> read_params_file(const std::string& path) {
  const json object = read_json_object(path, "parameters");
  std::vector<ParamOverride> overrides;
  for (const auto& [key, value] : object.items()) {
    const int index = p::index_of_key(key);
    if (index < 0) refuse_key(path, key);
    overrides.push_back({p::kTable[index].id, checked_value(path, p::kTable[index], value)});
  }
  return overrides;
}

}  // namespace ag06::cli
