#include "params_file.h"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "failure.h"
#include "params/curves.h"
#include "text_distance.h"

namespace ag06::cli {
namespace {
using nlohmann::json;
namespace p = ag06::params;

constexpr std::size_t kLargestBytes = 1 << 20;
constexpr std::size_t kLongestKeyShown = 64;

[[nodiscard]] std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", value);
  return text;
}

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

[[nodiscard]] json parsed(const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  std::string text(kLargestBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kLargestBytes) throw Failure(ExitStatus::usage, path, "it is larger than any file of parameters");
  if (!file.eof() || file.bad()) throw Failure(ExitStatus::input, path, std::strerror(errno ? errno : EIO));
  std::set<std::string> seen;
  std::string twice;
  const auto note_keys = [&](int depth, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::key && depth == 1 && !seen.insert(value.get<std::string>()).second) twice = value.get<std::string>();
    return true;
  };
  try {
    json object = json::parse(text, note_keys);
    if (!object.is_object()) throw Failure(ExitStatus::usage, path, std::string("must hold a JSON object of keys and values, not ") + object.type_name());
    if (!twice.empty()) throw Failure(ExitStatus::usage, path, twice + " is set twice");
    return object;
  } catch (const json::parse_error& error) {
    throw Failure(ExitStatus::usage, path, "not JSON: a mistake near byte " + std::to_string(error.byte));
  } catch (const json::out_of_range&) {
    throw Failure(ExitStatus::usage, path, "a number in it is too large for any parameter");
  }
}
}  // namespace

std::vector<ParamOverride> read_params_file(const std::string& path) {
  const json object = parsed(path);
  std::vector<ParamOverride> overrides;
  for (const auto& [key, value] : object.items()) {
    const int index = p::index_of_key(key);
    if (index < 0) refuse_key(path, key);
    overrides.push_back({p::kTable[index].id, checked_value(path, p::kTable[index], value)});
  }
  return overrides;
}

}  // namespace ag06::cli
