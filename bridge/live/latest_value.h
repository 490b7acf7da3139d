// Hands the latest of a value's versions from one thread to another without locks or waiting, whole or not at all. Not for events, of which each one
// counts (meter_queue.h).
#pragma once

#include <atomic>

namespace ag06::bridge {

// Three slots: the writer's, the reader's, and the one in the middle, which the two exchange for their own. However often the writer publishes while
// nobody reads, the next take() gives the version published last, and nothing piles up.
template <class T>
class LatestValue {
 public:
  // One thread at a time.
  void publish(const T& value) noexcept {
    slots_[writers_] = value;
    writers_ = middle_.exchange(writers_ | kFresh, std::memory_order_acq_rel) & kIndex;
  }
  // One thread at a time, another than publish()'s. The newest version, valid until the next call; nullptr when there is none since the last one.
  [[nodiscard]] const T* take() noexcept {
    if ((middle_.load(std::memory_order_relaxed) & kFresh) == 0) return nullptr;
    readers_ = middle_.exchange(readers_, std::memory_order_acq_rel) & kIndex;
    return &slots_[readers_];
  }

 private:
  static constexpr unsigned kIndex = 3u;
  static constexpr unsigned kFresh = 4u;
  T slots_[3]{};
  unsigned writers_ = 0;
  unsigned readers_ = 1;
  std::atomic<unsigned> middle_{2};
};

}  // namespace ag06::bridge
