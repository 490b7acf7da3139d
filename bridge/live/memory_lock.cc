#include "live/memory_lock.h"

#ifdef __linux__
#include <sys/mman.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <string>
#endif

namespace ag06::bridge {
#ifdef __linux__
namespace {

constexpr unsigned kCapIpcLock = 14;   // linux/capability.h

// The capability lifts the limit; its word in /proc spares us libcap.
bool has_capability_to_lock() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("CapEff:")) {
      return (std::strtoull(line.c_str() + 7, nullptr, 16) >> kCapIpcLock & 1) != 0;
    }
  }
  return false;
}

bool may_lock_everything() {
  rlimit limit{};
  return (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY) || has_capability_to_lock();
}

}  // namespace

// On fault: without it every thread's whole stack would be filled and held.
MemoryLock::MemoryLock(bool wanted) noexcept : is_locked_(wanted && may_lock_everything() && mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0) {}

MemoryLock::~MemoryLock() {
  if (is_locked_) {
    munlockall();
  }
}
#else
MemoryLock::MemoryLock(bool) noexcept {}
MemoryLock::~MemoryLock() = default;
#endif

}  // namespace ag06::bridge
