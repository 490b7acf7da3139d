// LD_PRELOAD library: ends the program with a back-trace when an audio callback (between rtguard_enter() and rtguard_leave(), which
// bridge/live/realtime_scope.h calls) allocates, locks, waits or calls the system. Two nets: the C library's entry points by name, which tell what
// was called, and the kernel's syscall user dispatch (Linux 5.11, Documentation/admin-guide/syscall-user-dispatch.rst), which lets no system call
// through, however it is made. Not for programs under AddressSanitizer, which has an allocator of its own. Exit status 66; RTGUARD_REPORT=FILE gets
// one line per process with the number of guarded callbacks.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif

enum { kExitStatus = 66 };

static _Thread_local int depth = 0;
static _Thread_local int is_dispatched = 0;
static _Thread_local volatile char dispatch_selector = 0;   // 0: the kernel takes system calls, 1: it sends SIGSYS
static atomic_long guarded_calls = 0;
static atomic_int has_dispatch = 1;

static void write_text(const char* text) {
  if (write(2, text, strlen(text)) < 0) _exit(kExitStatus);
}

__attribute__((noreturn)) static void report(const char* what) {
  depth = 0;
  dispatch_selector = 0;
  write_text("rt_guard: the audio callback called ");
  write_text(what);
  write_text("\n");
  void* frames[64];
  backtrace_symbols_fd(frames, backtrace(frames, 64), 2);
  _exit(kExitStatus);
}

static void on_system_call(int signal_number, siginfo_t* info, void* context) {
  (void)signal_number;
  (void)context;
  dispatch_selector = 0;
  char what[64];
  snprintf(what, sizeof(what), "the system: call number %d", info->si_syscall);
  report(what);
}

#define CHECK(name) \
  do {              \
    if (depth > 0) report(name); \
  } while (0)

// The function that this library stands in front of.
static void* next_of(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (found == NULL) {
    write_text("rt_guard: cannot find ");
    write_text(name);
    write_text("\n");
    _exit(kExitStatus);
  }
  return found;
}
#define FORWARD(result, name, parameters, arguments)          \
  result name parameters {                                    \
    static _Atomic(void*) next = NULL;                        \
    CHECK(#name);                                             \
    void* target = atomic_load(&next);                        \
    if (target == NULL) atomic_store(&next, target = next_of(#name)); \
    return ((result(*) parameters)target)arguments;           \
  }

void rtguard_enter(void) {
  if (depth == 0 && !is_dispatched && atomic_load(&has_dispatch)) {
    if (prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, 0, 0, &dispatch_selector) == 0) is_dispatched = 1;
    else atomic_store(&has_dispatch, 0);
  }
  ++depth;
  if (is_dispatched) dispatch_selector = 1;
}

void rtguard_leave(void) {
  if (--depth == 0) dispatch_selector = 0;
  atomic_fetch_add(&guarded_calls, 1);
}

__attribute__((constructor)) static void begin(void) {
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_sigaction = on_system_call;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, NULL);
  void* frames[1];
  backtrace(frames, 1);   // loads what a later back-trace needs
}

__attribute__((destructor)) static void end(void) {
  const char* path = getenv("RTGUARD_REPORT");
  if (path == NULL) return;
  const int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file < 0) return;
  char line[96];
  const int bytes = snprintf(line, sizeof(line), "guarded %ld callbacks, system calls %s\n", atomic_load(&guarded_calls),
                             atomic_load(&has_dispatch) ? "dispatched" : "by name only");
  if (write(file, line, (size_t)bytes) != bytes) write_text("rt_guard: the report could not be written\n");
  close(file);
}

// glibc's own allocator, so that nothing is needed before dlsym() works.
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* memory, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);
void __libc_free(void* memory);

void* malloc(size_t bytes) {
  CHECK("malloc");
  return __libc_malloc(bytes);
}
void* calloc(size_t count, size_t bytes) {
  CHECK("calloc");
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, size_t bytes) {
  CHECK("realloc");
  return __libc_realloc(memory, bytes);
}
void* memalign(size_t alignment, size_t bytes) {
  CHECK("memalign");
  return __libc_memalign(alignment, bytes);
}
void* aligned_alloc(size_t alignment, size_t bytes) {
  CHECK("aligned_alloc");
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  CHECK("posix_memalign");
  *memory = __libc_memalign(alignment, bytes);
  return *memory != NULL ? 0 : 12;
}
void free(void* memory) {
  CHECK("free");
  __libc_free(memory);
}

FORWARD(int, pthread_mutex_lock, (pthread_mutex_t * mutex), (mutex))
FORWARD(int, pthread_mutex_trylock, (pthread_mutex_t * mutex), (mutex))
FORWARD(int, pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
FORWARD(int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
FORWARD(int, pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t* mutex), (condition, mutex))
FORWARD(int, pthread_cond_timedwait, (pthread_cond_t * condition, pthread_mutex_t* mutex, const struct timespec* until), (condition, mutex, until))
FORWARD(int, pthread_cond_signal, (pthread_cond_t * condition), (condition))
FORWARD(int, pthread_cond_broadcast, (pthread_cond_t * condition), (condition))
FORWARD(int, pthread_create, (pthread_t * thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument),
        (thread, attributes, run, argument))
FORWARD(int, pthread_join, (pthread_t thread, void** result), (thread, result))
FORWARD(int, sem_wait, (sem_t * semaphore), (semaphore))
FORWARD(int, sem_post, (sem_t * semaphore), (semaphore))
FORWARD(ssize_t, read, (int file, void* bytes, size_t count), (file, bytes, count))
FORWARD(ssize_t, write, (int file, const void* bytes, size_t count), (file, bytes, count))
FORWARD(ssize_t, readv, (int file, const struct iovec* parts, int count), (file, parts, count))
FORWARD(ssize_t, writev, (int file, const struct iovec* parts, int count), (file, parts, count))
FORWARD(int, close, (int file), (file))
FORWARD(int, poll, (struct pollfd * files, nfds_t count, int timeout_ms), (files, count, timeout_ms))
FORWARD(int, select, (int count, fd_set* reads, fd_set* writes, fd_set* others, struct timeval* timeout), (count, reads, writes, others, timeout))
FORWARD(ssize_t, send, (int socket_file, const void* bytes, size_t count, int flags), (socket_file, bytes, count, flags))
FORWARD(ssize_t, recv, (int socket_file, void* bytes, size_t count, int flags), (socket_file, bytes, count, flags))
FORWARD(int, nanosleep, (const struct timespec* duration, struct timespec* left), (duration, left))
FORWARD(int, clock_nanosleep, (clockid_t clock, int flags, const struct timespec* duration, struct timespec* left), (clock, flags, duration, left))
FORWARD(int, usleep, (useconds_t duration_us), (duration_us))
FORWARD(int, sched_yield, (void), ())
FORWARD(int, munmap, (void* memory, size_t bytes), (memory, bytes))
FORWARD(int, puts, (const char* text), (text))
FORWARD(size_t, fwrite, (const void* bytes, size_t size, size_t count, FILE* file), (bytes, size, count, file))
FORWARD(int, vfprintf, (FILE * file, const char* format, va_list arguments), (file, format, arguments))

void* mmap(void* address, size_t bytes, int protection, int flags, int file, off_t offset) {
  static _Atomic(void*) next = NULL;
  CHECK("mmap");
  void* target = atomic_load(&next);
  if (target == NULL) atomic_store(&next, target = next_of("mmap"));
  return ((void* (*)(void*, size_t, int, int, int, off_t))target)(address, bytes, protection, flags, file, offset);
}

int open(const char* path, int flags, ...) {
  static _Atomic(void*) next = NULL;
  CHECK("open");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  void* target = atomic_load(&next);
  if (target == NULL) atomic_store(&next, target = next_of("open"));
  return ((int (*)(const char*, int, ...))target)(path, flags, mode);
}

int ioctl(int file, unsigned long request, ...) {
  static _Atomic(void*) next = NULL;
  CHECK("ioctl");
  va_list rest;
  va_start(rest, request);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  void* target = atomic_load(&next);
  if (target == NULL) atomic_store(&next, target = next_of("ioctl"));
  return ((int (*)(int, unsigned long, ...))target)(file, request, argument);
}

int printf(const char* format, ...) {
  CHECK("printf");
  va_list rest;
  va_start(rest, format);
  const int written = vfprintf(stdout, format, rest);
  va_end(rest);
  return written;
}

int fprintf(FILE* file, const char* format, ...) {
  CHECK("fprintf");
  va_list rest;
  va_start(rest, format);
  const int written = vfprintf(file, format, rest);
  va_end(rest);
  return written;
}

// Futexes of the C++ library's atomics come this way.
long syscall(long number, ...) {
  static _Atomic(void*) next = NULL;
  CHECK("syscall");
  va_list rest;
  va_start(rest, number);
  long argument[6];
  for (int i = 0; i < 6; ++i) argument[i] = va_arg(rest, long);
  va_end(rest);
  void* target = atomic_load(&next);
  if (target == NULL) atomic_store(&next, target = next_of("syscall"));
  return ((long (*)(long, ...))target)(number, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5]);
}
