// The meters' way from the audio thread to whoever shows them: a fixed queue of intervals that merge without losing a peak or a count. Not for the
// spectrum and the audio itself (tap_history.h).
#pragma once

#include <boost/lockfree/spsc_queue.hpp>

#include <cstdint>
#include <mutex>

#include "protocol/studio_state.h"

namespace ag06::bridge {

// A later frame taken into an earlier one of the same stream: peaks, reductions and load_max_ratio become the larger, everything else the later. What could
// not be measured (NaN) gives way to a peak that was.
void include_later(MeterFrame& into, const MeterFrame& later) noexcept;

// The same for intervals directly one after the other, whose load_ratio becomes the mean weighted by the frames of each.
void merge_meters(MeterFrame& into, std::uint64_t into_frames, const MeterFrame& later, std::uint64_t later_frames) noexcept;

// One interval as the audio thread notes it.
struct MeterInterval {
  MeterFrame frame;
  std::uint64_t frames = 0;       // that it covers
  std::uint32_t stream = 0;       // counts the streams opened: intervals of different ones are never merged
};

class MeterQueue {
 public:
  static constexpr int kCapacity = 64;
  // Audio thread. What finds no room is merged with the next: nothing is lost however long nobody reads.
  void push(const MeterInterval& interval) noexcept;
  // Any thread but the audio thread. All since the last call, merged; those of older streams dropped. False: nothing new.
  [[nodiscard]] bool read(MeterFrame& into);

 private:
  static void merge(MeterInterval& into, const MeterInterval& later) noexcept;

  boost::lockfree::spsc_queue<MeterInterval, boost::lockfree::capacity<kCapacity>> queue_;
  MeterInterval waiting_;         // audio thread's
  bool has_waiting_ = false;
  std::mutex mutex_;              // of the readers
};

}  // namespace ag06::bridge
