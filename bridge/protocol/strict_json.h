// JSON text from strangers into a tree, with the limits of the protocol held while reading: nothing deep, doubled or beyond a double gets built.
// Not for files of our own, which nlohmann reads as it is.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "protocol/error_codes.h"

namespace ag06::bridge::protocol {

using Json = nlohmann::json;

struct BadJson {
  ErrorCode code = ErrorCode::bad_json;
  std::string message;
};

// Errors: too_large, too_deep, not_finite (a number too large for a double), bad_json (with the byte it fails at, or the member named twice; also a
// byte order mark, comments, and text that is not UTF-8).
[[nodiscard]] std::variant<Json, BadJson> read_json(std::string_view text);

// A stranger's text in quotes for an error message: at most 64 bytes of printable ASCII, the rest as "?" or "...".
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace ag06::bridge::protocol
