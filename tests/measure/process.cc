#include "measure/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

extern char** environ;

namespace ag06::measure {

Outcome run_program(const std::vector<std::string>& arguments) {
  constexpr std::size_t kMaxOutputBytes = 65536;
  Outcome outcome;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return outcome;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed == 0) {
    char piece[4096];
    for (;;) {
      const ssize_t got = read(ends[0], piece, sizeof(piece));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      if (outcome.output.size() < kMaxOutputBytes) outcome.output.append(piece, static_cast<std::size_t>(got));
    }
    int status = 0;
    rusage usage{};
    pid_t ended = 0;
    do ended = wait4(child, &status, 0, &usage);
    while (ended < 0 && errno == EINTR);
    if (ended == child && WIFEXITED(status)) outcome.exit_status = WEXITSTATUS(status);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
    outcome.processor_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  close(ends[0]);
  return outcome;
}

}  // namespace ag06::measure
