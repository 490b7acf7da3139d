// Times the audio callback: how long it took, whether it came or ended too late, and how that was spread since the start. Not for the position in the
// audio, which the device counts in frames.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace ag06::bridge {

// Nanoseconds of a clock that never goes back. Must not call the system: std::chrono::steady_clock reads it from memory (vDSO).
struct NanosecondClock {
  std::uint64_t (*now_ns)(void* context) noexcept;
  void* context = nullptr;
};
[[nodiscard]] NanosecondClock steady_nanoseconds() noexcept;

// Counts per duration in fixed buckets whose upper bounds are 1 us times powers of the square root of two, and one bucket beyond.
class TimeHistogram {
 public:
  static constexpr int kBounds = 41;   // 1 us .. 2^20 us
  // One thread.
  void add(std::uint64_t duration_ns) noexcept;
  struct Snapshot {
    std::vector<std::pair<double, std::uint64_t>> buckets_us;   // upper bound, count of that bucket alone; the last bound is infinite
    double sum_us = 0.0;
    std::uint64_t count = 0;   // the sum of the buckets
  };
  // Any thread; a callback that ends meanwhile may be in the sum and not yet in the buckets.
  [[nodiscard]] Snapshot snapshot() const;

 private:
  std::array<std::atomic<std::uint64_t>, kBounds + 1> counts_{};
  std::atomic<std::uint64_t> sum_ns_{0};
};

class CallbackClock {
 public:
  // A callback is late when it starts more than kLatestStartBlocks after the one before, or when it took more than kLongestShare of its audio's time.
  static constexpr double kLatestStartBlocks = 1.5;
  static constexpr double kLongestShare = 0.8;

  explicit CallbackClock(NanosecondClock clock) noexcept : clock_(clock) {}
  // No callback runs. The histogram goes on.
  void prepare(double sample_rate_hz, int block_frames) noexcept;
  // Audio thread. end() returns the callback's duration.
  void start() noexcept;
  std::uint64_t end(int frames) noexcept;
  // Since prepare(); any thread.
  [[nodiscard]] std::uint64_t misses() const noexcept { return misses_.load(std::memory_order_relaxed); }
  [[nodiscard]] const TimeHistogram& histogram() const noexcept { return histogram_; }

 private:
  NanosecondClock clock_;
  double ns_per_frame_ = 0.0;
  double longest_gap_ns_ = 0.0;
  std::uint64_t started_ns_ = 0;
  bool has_started_ = false;
  bool is_late_ = false;
  std::atomic<std::uint64_t> misses_{0};
  TimeHistogram histogram_;
};

}  // namespace ag06::bridge
