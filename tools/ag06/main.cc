// ag06: measures and mixes audio files without a browser. Reads the command line, runs one subcommand, turns failures into exit statuses.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <new>
#include <vector>

#include "command.h"

namespace {
using ag06::cli::ExitStatus;

[[nodiscard]] int fail(ExitStatus status, const char* what, const char* why) {
  std::fprintf(stderr, "ag06: %s: %s\n", what, why);
  return static_cast<int>(status);
}

[[nodiscard]] int run(int argc, char** argv) {
  CLI::App app{"AG06 Studio on the command line: measures audio files and mixes them.", "ag06"};
  app.set_version_flag("--version", "ag06 " AG06_VERSION);
  app.require_subcommand(1);
  const std::vector<ag06::cli::Command> commands{ag06::cli::make_params_command(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    return fail(ExitStatus::usage, "usage", error.what());
  }
  for (const ag06::cli::Command& command : commands)
    if (command.parser->parsed()) return static_cast<int>(command.run());
  return fail(ExitStatus::usage, "usage", "no command was given");
}
}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const ag06::cli::Failure& failure) {
    return fail(failure.status, failure.what_failed.c_str(), failure.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitStatus::work, "memory", "there is not enough of it");
  } catch (const std::exception& error) {
    return fail(ExitStatus::work, "internal error", error.what());
  }
}
