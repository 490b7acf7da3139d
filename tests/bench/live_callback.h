// What one call of the bridge's audio callback costs with everything on, call by call, as its slowest calls are what is heard. Native only: the page has no such callback.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ag06::bench {

struct LiveCallback {
  int block_frames = 64;
  bool is_realtime = false;         // run as audio threads are, SCHED_FIFO; false where that is not allowed: then other programs' time is in the figures
  std::size_t callbacks = 0;        // with signal; 0: could not be prepared
  double p50_share = 0.0;           // of the time that a block lasts
  double p99_share = 0.0;
  double p999_share = 0.0;
  double max_share = 0.0;
  double silence_ratio = 0.0;       // median call during silence after the signal, over the median with signal
  std::vector<std::pair<double, std::uint64_t>> histogram_us;   // the engine's own, upper bound and count
};

// live_s seconds of music, then as much silence, back to back and not paced.
[[nodiscard]] LiveCallback measure_live_callback(double live_s);

}  // namespace ag06::bench
