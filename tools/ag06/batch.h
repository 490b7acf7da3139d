// Runs a piece of work over several files: the rest go on when one fails, and the first failure decides the exit status.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "failure.h"
#include "progress.h"

namespace ag06::cli {

inline void print_failure(const Failure& failure) { std::fprintf(stderr, "%s\n", on_one_line("ag06: " + failure.what_failed + ": " + failure.what()).c_str()); }

// work(i) does the i-th file; on_failure(i, failure) hears of one that failed, after its error has been printed.
template <class Work, class OnFailure>
[[nodiscard]] ExitStatus run_batch(const std::vector<std::string>& names, Progress& progress, Work&& work, OnFailure&& on_failure) {
  ExitStatus status = ExitStatus::done;
  for (std::size_t i = 0; i < names.size(); ++i) {
    progress.begin_file(names[i]);
    try {
      work(i);
    } catch (const Failure& failure) {
      progress.end_file();
      print_failure(failure);
      on_failure(i, failure);
      if (status == ExitStatus::done) status = failure.status;
    }
  }
  return status;
}

}  // namespace ag06::cli
