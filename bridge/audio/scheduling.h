// How a thread is scheduled, asked from another thread. Not for changing it.
#pragma once

#include <pthread.h>
#include <sched.h>

namespace ag06::bridge {

// PipeWire sets SCHED_RESET_ON_FORK beside the policy, and the system returns both in one figure.
inline bool runs_in_real_time(pthread_t thread) {
  int policy = SCHED_OTHER;
  sched_param parameters{};
  if (pthread_getschedparam(thread, &policy, &parameters) != 0) {
    return false;
  }
#ifdef SCHED_RESET_ON_FORK
  policy &= ~SCHED_RESET_ON_FORK;
#endif
  return policy == SCHED_FIFO || policy == SCHED_RR;
}

}  // namespace ag06::bridge
