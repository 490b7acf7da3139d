// Lets a Ctrl-C stop the work between two blocks, so that files half written are cleared away. Not a thread-safe cancel token.
#pragma once

namespace ag06::cli {

struct Interrupted {
  int signal_number;
};

// SIGINT, SIGTERM and SIGHUP are noted from here on. A second one kills at once.
void note_interrupts() noexcept;
// Throws Interrupted when one of them has come.
void check_interrupt();
// Ends the program as the signal would have.
[[noreturn]] void die_by(int signal_number) noexcept;

}  // namespace ag06::cli
