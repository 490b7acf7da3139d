// What is in a response, for tests.
#pragma once

#include <string>

#include "server/http.h"

namespace ag06::bridge::test {

// Empty where there is no such field.
[[nodiscard]] inline std::string field(const server::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.fields) {
    if (key == name) return value;
  }
  return {};
}

// The body, from memory or from its file.
[[nodiscard]] inline std::string content(const server::Response& response) {
  if (!response.file) return response.body;
  std::string bytes(static_cast<std::size_t>(response.file->bytes), ' ');
  bytes.resize(response.file->file->read(response.file->first_byte, bytes.data(), bytes.size()));
  return bytes;
}

}  // namespace ag06::bridge::test
