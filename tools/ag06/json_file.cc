#include "json_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>

#include "failure.h"

namespace ag06::cli {
namespace {
constexpr std::size_t kLargestBytes = 1 << 20;
}  // namespace

using nlohmann::json;

json read_json_object(const std::string& path, const std::string& what) {
  errno = 0;
  std::ifstream file(path);
  std::string text(kLargestBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kLargestBytes) throw Failure(ExitStatus::usage, path, "it is larger than any file of " + what);
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
    throw Failure(ExitStatus::usage, path, "a number in it is too large for any use");
  }
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", value);
  return text;
}

}  // namespace ag06::cli
