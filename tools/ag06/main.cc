// ag06: measures and mixes audio files without a browser. Reads the command line, runs one subcommand, turns failures into exit statuses.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string_view>
#include <vector>

#include "batch.h"
#include "command.h"
#include "interrupt.h"
#include "text_distance.h"

namespace {
using ag06::cli::Command;
using ag06::cli::ExitStatus;
using ag06::cli::Failure;

constexpr char kFooter[] =
    "Exit status: 0 done, 2 wrong usage, 3 an input could not be read or is not audio, 4 an output could not be written, 5 the work failed.\n"
    "'ag06 COMMAND --help' lists the options of a command.";

[[nodiscard]] bool begins_with_dash(const char* word) noexcept { return word[0] == '-'; }

// The parser itself would only say that a subcommand is required.
void check_command_name(const char* name, const std::vector<Command>& commands) {
  std::vector<std::string_view> names;
  std::vector<std::string> owned;
  for (const Command& command : commands) owned.push_back(command.parser->get_name());
  for (const std::string& known : owned) {
    if (known == name) return;
    names.emplace_back(known);
  }
  throw Failure(ExitStatus::usage, name, "there is no such command; did you mean '" + std::string(ag06::cli::nearest(name, names)) + "'?");
}

[[nodiscard]] ExitStatus run(int argc, char** argv) {
  CLI::App app{"AG06 Studio on the command line: measures audio files and mixes them.", "ag06"};
  app.set_version_flag("--version", "ag06 " AG06_VERSION, "Print the version and exit");
  app.require_subcommand(1);
  app.footer(kFooter);
  const std::vector<Command> commands{ag06::cli::make_analyze_command(app), ag06::cli::make_mix_command(app), ag06::cli::make_models_command(app),
                                      ag06::cli::make_params_command(app)};
  if (argc > 1 && !begins_with_dash(argv[1])) check_command_name(argv[1], commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    app.exit(asked);
    return ExitStatus::done;
  } catch (const CLI::ParseError& error) {
    throw Failure(ExitStatus::usage, "usage", error.what());
  }
  ag06::cli::note_interrupts();
  for (const Command& command : commands)
    if (command.parser->parsed()) return command.run();
  throw Failure(ExitStatus::usage, "usage", "no command was given");
}

[[nodiscard]] int failed(const Failure& failure) {
  ag06::cli::print_failure(failure);
  return static_cast<int>(failure.status);
}
}  // namespace

int main(int argc, char** argv) {
  try {
    const ExitStatus status = run(argc, argv);
    const bool flushed = std::fflush(stdout) == 0 && !std::ferror(stdout);
    if (!flushed) ag06::cli::check_interrupt();  // `ag06 params | head` ends as quietly as any program does there
    if (!flushed) throw Failure(ExitStatus::output, "standard output", "it could not be written");
    return static_cast<int>(status);
  } catch (const Failure& failure) {
    return failed(failure);
  } catch (const ag06::cli::Interrupted& interrupted) {
    if (interrupted.signal_number != SIGPIPE) std::fputs("ag06: interrupted: the file in work was not written\n", stderr);
    ag06::cli::die_by(interrupted.signal_number);
  } catch (const std::bad_alloc&) {
    return failed({ExitStatus::work, "memory", "there is not enough of it"});
  } catch (const std::exception& error) {
    return failed({ExitStatus::work, "internal error", error.what()});
  }
}
