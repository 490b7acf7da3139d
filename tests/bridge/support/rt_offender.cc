// Does one forbidden thing inside a real callback of LiveEngine, or none: rt_offender KIND. Shows that the guard catches each kind. Not a test by
// itself.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "live/live_engine.h"

namespace {

std::mutex mutex;
std::condition_variable condition;
std::atomic<int> number{0};
std::atomic<bool> is_waiting{false};
volatile void* kept = nullptr;

// The system without the C library.
void bare_getppid() {
#if defined(__x86_64__)
  long result = SYS_getppid;
  asm volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long call asm("x8") = SYS_getppid;
  register long result asm("x0");
  asm volatile("svc 0" : "=r"(result) : "r"(call) : "memory");
#endif
}

const std::map<std::string, std::function<void()>> kOffences = {
    {"nothing", [] {}},
    {"malloc", [] { kept = std::malloc(100); }},
    {"calloc", [] { kept = std::calloc(10, 10); }},
    {"realloc", [] { kept = std::realloc(nullptr, 10); }},
    {"free", [] { std::free(const_cast<void*>(kept)); }},
    {"posix_memalign",
     [] {
       void* memory = nullptr;
       if (posix_memalign(&memory, 64, 64) == 0) kept = memory;
     }},
    {"new", [] { kept = new int(7); }},
    {"shared_ptr", [] { kept = std::make_shared<int>(1).get(); }},
    {"throw",
     [] {
       try {
         throw std::runtime_error("x");
       } catch (const std::exception&) {
       }
     }},
    {"mutex", [] { const std::lock_guard lock(mutex); }},
    {"trylock", [] { if (mutex.try_lock()) mutex.unlock(); }},
    {"notify", [] { condition.notify_all(); }},
    {"atomic_wait",
     [] {
       is_waiting = true;
       number.wait(0);   // a futex, until main()'s thread counts up
     }},
    {"open", [] { static_cast<void>(open("/dev/null", O_RDONLY)); }},
    {"read",
     [] {
       char byte;
       if (read(0, &byte, 0) < 0) kept = nullptr;
     }},
    {"write", [] { if (write(1, "", 0) < 0) kept = nullptr; }},
    {"ioctl",
     [] {
       int bytes = 0;
       ioctl(0, FIONREAD, &bytes);
     }},
    {"nanosleep",
     [] {
       const timespec brief{0, 1};
       nanosleep(&brief, nullptr);
     }},
    {"yield", [] { std::this_thread::yield(); }},
    {"printf", [] { std::printf("x\n"); }},
    {"fopen", [] { if (FILE* file = std::fopen("/dev/null", "r")) std::fclose(file); }},
    {"thread", [] { std::thread([] {}).join(); }},
    {"futex", [] { syscall(SYS_futex, &number, 1 /* FUTEX_WAKE */, 1, nullptr, nullptr, 0); }},
    {"getppid", [] { static_cast<void>(getppid()); }},   // no entry point of this name is watched: the kernel's net
    {"bare_syscall", bare_getppid},
};

struct Offender : ag06::bridge::OutputInsert {
  explicit Offender(const std::function<void()>& offence) : commit(offence) {}
  void render(float* const*, int) noexcept override { commit(); }
  const std::function<void()>& commit;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--list") {
    for (const auto& [kind, offence] : kOffences) std::puts(kind.c_str());
    return 0;
  }
  const auto found = argc == 2 ? kOffences.find(argv[1]) : kOffences.end();
  if (found == kOffences.end()) {
    std::fprintf(stderr, "usage: rt_offender --list | KIND\n");
    return 2;
  }
  kept = std::malloc(1);
  std::printf("before the callback all of this is allowed\n");
  ag06::bridge::TapHistory input(1024), output(1024);
  ag06::bridge::SongFeed song;
  Offender offender(found->second);
  ag06::bridge::LiveEngineOptions options;
  options.insert = &offender;
  ag06::bridge::LiveEngine engine(input, output, song, options);
  ag06::bridge::StreamFormat format;
  format.sample_rate_hz = 48000.0;
  format.block_frames = 64;
  engine.prepare(format);
  float planes[4][64] = {};
  const float* inputs[2] = {planes[0], planes[1]};
  float* outputs[2] = {planes[2], planes[3]};
  std::thread waker([] {
    while (!is_waiting) std::this_thread::yield();
    number.store(1);
    number.notify_all();
  });
  engine.process(inputs, outputs, 64);
  is_waiting = true;
  waker.join();
  std::printf("and after it again\n");
  return 0;
}
