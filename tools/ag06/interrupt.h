// Lets a Ctrl-C, or the end of a pipe, stop the work between two blocks, so that files half written are cleared away. Not a thread-safe cancel token.
#pragma once

namespace ag06::cli {

struct Interrupted {
  int signal_number;
};

// SIGINT, SIGTERM, SIGHUP and SIGPIPE (whoever read our progress or results has left) are noted from here on. A second one of the first three
// kills at once.
void note_interrupts() noexcept;
// Throws Interrupted when one of them has come.
void check_interrupt();
// Ends the program as the signal would have.
[[noreturn]] void die_by(int signal_number) noexcept;

}  // namespace ag06::cli
