// Reads the members of one JSON object and remembers the first thing that is wrong, so that a reader can be written as a plain list of members.
// Not for building the tree (strict_json.h).
#pragma once

#include <cmath>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "protocol/requests.h"
#include "protocol/strict_json.h"

namespace ag06::bridge::protocol {

// Values that are missing or wrong read as empty; error() says what was wrong first. finish() refuses members nobody asked for.
class Members {
 public:
  // what: in front of every message, e.g. "set_wet". object must be a JSON object and outlive this.
  Members(const Json& object, std::string what) : object_(object), what_(std::move(what)) {}

  void allow(std::string_view key) { known_.emplace(key); }
  const Json* find(std::string_view key);
  const Json* need(std::string_view key);
  std::optional<std::string> text(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<double> number(std::string_view key, double min, double max);
  // 128.0 is a whole number too, as in JSON Schema.
  std::optional<double> whole(std::string_view key, double min, double max);
  // One of the words; its place, or -1.
  int choice(std::string_view key, std::initializer_list<std::string_view> words);
  void finish();

  // "comp.ratio" is 99, but must lie in 1 to 20
  [[nodiscard]] static std::string outside(std::string_view key, double found, double min, double max);
  void refuse(ErrorCode code, const std::string& message);
  [[nodiscard]] const std::optional<BadJson>& error() const noexcept { return error_; }

 private:
  const Json& object_;
  std::string what_;
  std::set<std::string, std::less<>> known_;
  std::optional<BadJson> error_;
};

// For messages: 1.5, 1000, -0.25.
[[nodiscard]] std::string plain(double value);
// Unicode characters of valid UTF-8.
[[nodiscard]] int characters_of(std::string_view utf8) noexcept;

}  // namespace ag06::bridge::protocol
