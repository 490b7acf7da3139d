// How a piece of work fails: what, why, and the exit status it stands for. Not for programming errors.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace ag06::cli {

enum class ExitStatus : int { done = 0, usage = 2, input = 3, output = 4, work = 5 };

// A file may be called anything, but what is printed of it is one line that steers no terminal.
[[nodiscard]] inline std::string on_one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f; }, '?');
  return text;
}

// Printed as "ag06: WHAT: WHY"; what is a file or an option, why a clause in plain words.
class Failure : public std::runtime_error {
 public:
  Failure(ExitStatus exit_status, std::string failing, const std::string& why) : std::runtime_error(why), status(exit_status), what_failed(std::move(failing)) {}

  ExitStatus status;
  std::string what_failed;
};

}  // namespace ag06::cli
