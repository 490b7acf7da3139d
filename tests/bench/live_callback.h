// What one call of the bridge's audio callback costs with everything on, call by call, as its slowest calls are what is heard. Native only: the page
// has no such callback.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ag06::bench {

// Shares of the time that a block lasts.
struct CallShares {
  std::size_t callbacks = 0;
  double p50 = 0.0;
  double p99 = 0.0;
  double p999 = 0.0;
  double max = 0.0;
};

struct LiveCallback {
  bool is_prepared = false;
  int block_frames = 64;
  bool is_realtime = false;         // run as audio threads are, SCHED_FIFO; where that is not allowed, other programs' time is in the figures
  CallShares steady;                // one call after the other
  CallShares paced;                 // one per block's time, as a device calls: the caches hold what others left in them
  double silence_ratio = 0.0;       // median call during silence after the signal, over the median with signal
  std::vector<std::pair<double, std::uint64_t>> histogram_us;   // the engine's own of all calls with signal: upper bound and count
};

// live_s seconds of music and as much silence one call after the other, and music for paced_s of real time.
[[nodiscard]] LiveCallback measure_live_callback(double live_s, double paced_s);

}  // namespace ag06::bench
