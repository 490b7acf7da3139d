// Counts heap calls of the current thread while a guard lives, by standing in for malloc and its kin. Include it in exactly one file of a program.
// Not under sanitizers, which have a malloc of their own: kCountsAllocations tells.
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

#if AG06_COUNTS_ALLOCATIONS
// glibc's own entry points; operator new and delete arrive here too.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t bytes) {
  ag06::test::heap::note_heap_call();
  return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) {
  ag06::test::heap::note_heap_call();
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, std::size_t bytes) {
  ag06::test::heap::note_heap_call();
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  ag06::test::heap::note_heap_call();
  return __libc_memalign(alignment, bytes);
}
void free(void* memory) {
  ag06::test::heap::note_heap_call();
  __libc_free(memory);
}
}
#endif
