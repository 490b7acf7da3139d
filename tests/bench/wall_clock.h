// Wall-clock time of a piece of work. Not for hosts other than the native one: there the host brings the clock.
#pragma once

#include <chrono>

namespace ag06::bench {

[[nodiscard]] double seconds_of(const auto& work) {
  const auto from = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

}  // namespace ag06::bench
