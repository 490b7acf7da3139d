// The subcommands of ag06: each adds its options to the parser and hands back what runs once they are read.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "failure.h"

namespace ag06::cli {

struct Command {
  CLI::App* parser;
  std::function<ExitStatus()> run;
};

[[nodiscard]] Command make_analyze_command(CLI::App& app);
[[nodiscard]] Command make_mix_command(CLI::App& app);
[[nodiscard]] Command make_models_command(CLI::App& app);
[[nodiscard]] Command make_params_command(CLI::App& app);

}  // namespace ag06::cli
