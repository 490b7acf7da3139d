// Stands in for malloc and its kin, so that an AllocationGuard (support/alloc_guard.h) sees every heap call. Include it in exactly one file of a
// program.
#pragma once

#include "support/alloc_guard.h"

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
