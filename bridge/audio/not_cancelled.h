// Puts off the cancellation of the thread it lives on. For callbacks on the threads of libjack; not for our own threads, which nobody cancels.
#pragma once

#include <pthread.h>

namespace ag06::bridge {

// jackd's library ends its threads by asynchronous cancellation (jack2 posix/JackPosixThread.cpp, ThreadHandler and Kill): in the middle of a
// callback that would leave a lock taken, or unwind through noexcept code, which ends the program. While this lives it waits. No system call.
class NotCancelled {
 public:
  NotCancelled() { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  ~NotCancelled() noexcept(false) { pthread_setcancelstate(before_, nullptr); }   // a cancellation that waits takes place here
  NotCancelled(const NotCancelled&) = delete;
  NotCancelled& operator=(const NotCancelled&) = delete;

 private:
  int before_ = PTHREAD_CANCEL_ENABLE;
};

}  // namespace ag06::bridge
