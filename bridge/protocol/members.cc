#include "protocol/members.h"

#include <cstdio>

namespace ag06::bridge::protocol {

std::string plain(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

int characters_of(std::string_view utf8) noexcept {
  int count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

void Members::refuse(ErrorCode code, const std::string& message) {
  if (!error_) error_ = BadJson{code, what_ + ": " + message};
}

std::string Members::outside(std::string_view key, double found, double min, double max) {
  return shown(key) + " is " + plain(found) + ", but must lie in " + plain(min) + " to " + plain(max);
}

const Json* Members::find(std::string_view key) {
  allow(key);
  const auto at = object_.find(key);
  return at == object_.end() ? nullptr : &*at;
}

const Json* Members::need(std::string_view key) {
  const Json* const value = find(key);
  if (value == nullptr) refuse(ErrorCode::missing_key, shown(key) + " is missing");
  return value;
}

std::optional<std::string> Members::text(std::string_view key) {
  const Json* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    refuse(ErrorCode::wrong_type, shown(key) + " must be a text");
    return std::nullopt;
  }
  const auto& found = value->get_ref<const std::string&>();
  if (characters_of(found) > kMaxTextCharacters) {
    refuse(ErrorCode::out_of_range, shown(key) + " is longer than " + std::to_string(kMaxTextCharacters) + " characters");
    return std::nullopt;
  }
  return found;
}

std::optional<bool> Members::flag(std::string_view key) {
  const Json* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) {
    refuse(ErrorCode::wrong_type, shown(key) + " must be true or false");
    return std::nullopt;
  }
  return value->get<bool>();
}

std::optional<double> Members::number(std::string_view key, double min, double max) {
  const Json* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    refuse(ErrorCode::wrong_type, shown(key) + " must be a number");
    return std::nullopt;
  }
  const double found = value->get<double>();
  if (!(found >= min && found <= max)) {
    refuse(ErrorCode::out_of_range, outside(key, found, min, max));
    return std::nullopt;
  }
  return found;
}

std::optional<double> Members::whole(std::string_view key, double min, double max) {
  const std::optional<double> found = number(key, min, max);
  if (!found || *found == std::floor(*found)) return found;
  refuse(ErrorCode::wrong_type, shown(key) + " must be a whole number");
  return std::nullopt;
}

int Members::choice(std::string_view key, std::initializer_list<std::string_view> words) {
  const std::optional<std::string> found = text(key);
  if (!found) return -1;
  int place = 0;
  std::string list;
  for (const std::string_view word : words) {
    if (*found == word) return place;
    ++place;
    list += (list.empty() ? "" : ", ") + shown(word);
  }
  refuse(ErrorCode::out_of_range, shown(key) + " is " + shown(*found) + ", but must be one of " + list);
  return -1;
}

void Members::finish() {
  for (const auto& [key, value] : object_.items())
    if (!known_.contains(key)) refuse(ErrorCode::unknown_key, "it has no member " + shown(key));
}

}  // namespace ag06::bridge::protocol
