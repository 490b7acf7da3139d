// Reads small JSON files that people write, with errors that name what and where. Not for audio projects, which may be large.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace ag06::cli {

// what: "parameters", "a profile". Throws Failure: input where the file cannot be read, usage where it is no JSON object, larger than 1 MiB, or
// sets one of its keys twice.
[[nodiscard]] nlohmann::json read_json_object(const std::string& path, const std::string& what);
// "%g"
[[nodiscard]] std::string short_number(double value);

}  // namespace ag06::cli
