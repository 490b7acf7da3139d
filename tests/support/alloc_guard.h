// Counts heap calls of the current thread while a guard lives, where one file of the program includes support/alloc_counter.h. Not under sanitizers,
// which have a malloc of their own: kCountsAllocations tells.
#pragma once

#include <cstddef>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define AG06_COUNTS_ALLOCATIONS 1
#else
#define AG06_COUNTS_ALLOCATIONS 0
#endif

namespace ag06::test {

inline constexpr bool kCountsAllocations = AG06_COUNTS_ALLOCATIONS == 1;

namespace heap {
inline thread_local long heap_calls = 0;
inline thread_local bool counting = false;
inline void note_heap_call() noexcept {
  if (counting) ++heap_calls;
}
}  // namespace detail

class AllocationGuard {
 public:
  AllocationGuard() noexcept {
    heap::heap_calls = 0;
    heap::counting = true;
  }
  ~AllocationGuard() { heap::counting = false; }
  AllocationGuard(const AllocationGuard&) = delete;
  AllocationGuard& operator=(const AllocationGuard&) = delete;
  // Allocations and releases since the guard was made.
  [[nodiscard]] long heap_calls() const noexcept { return heap::heap_calls; }
};

}  // namespace ag06::test
