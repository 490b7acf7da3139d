// Runs a program, without a shell, and says how it ended and what processor time it took. Not for programs that want input.
#pragma once

#include <string>
#include <vector>

namespace ag06::measure {

struct Outcome {
  int exit_status = -1;      // -1: could not be started or was killed
  double processor_s = 0.0;  // user and system time, all its threads
  std::string output;        // what it wrote to stdout and stderr, the first 64 KiB
  [[nodiscard]] bool succeeded() const { return exit_status == 0; }
};

// Blocks until the program ends; arguments[0] is looked up in PATH.
[[nodiscard]] Outcome run_program(const std::vector<std::string>& arguments);

}  // namespace ag06::measure
