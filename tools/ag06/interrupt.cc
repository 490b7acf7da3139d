#include "interrupt.h"

#include <csignal>
#include <cstdlib>
#include <initializer_list>

namespace ag06::cli {
namespace {
volatile std::sig_atomic_t noted = 0;
extern "C" void note(int signal_number) { noted = signal_number; }
}  // namespace

void note_interrupts() noexcept {
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    struct sigaction before {};
    sigaction(signal_number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;  // nohup stays nohup
    struct sigaction action {};
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
    // Every further word to a reader that left raises SIGPIPE again: that is no impatience.
    if (signal_number != SIGPIPE) action.sa_flags |= static_cast<int>(SA_RESETHAND);
    sigaction(signal_number, &action, nullptr);
  }
  // A file grown past the user's limit is then an error of the write, which clears up after itself.
  std::signal(SIGXFSZ, SIG_IGN);
}

void check_interrupt() {
  if (noted != 0) throw Interrupted{noted};
}

void die_by(int signal_number) noexcept {
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
  std::_Exit(128 + signal_number);
}

}  // namespace ag06::cli
