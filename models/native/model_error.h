// How the trained models fail: which file, and why. Not for programming errors.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace ag06::inference {

// what() is one line, "FILE: WHY"; why a clause in plain words.
class ModelError : public std::runtime_error {
 public:
  ModelError(std::string failing_file, std::string reason)
      : std::runtime_error(failing_file + ": " + reason), file(std::move(failing_file)), why(std::move(reason)) {}

  std::string file;
  std::string why;
};

}  // namespace ag06::inference
