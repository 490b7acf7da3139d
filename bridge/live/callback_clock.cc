#include "live/callback_clock.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace ag06::bridge {
namespace {

constexpr double kSqrt2 = 1.41421356237309504880;

// Whole nanoseconds: a duration equal to a bound belongs below it.
constexpr std::array<std::uint64_t, TimeHistogram::kBounds> bounds_ns() {
  std::array<std::uint64_t, TimeHistogram::kBounds> bounds{};
  std::uint64_t power_ns = 1000;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    bounds[i] = i % 2 == 0 ? power_ns : static_cast<std::uint64_t>(kSqrt2 * static_cast<double>(power_ns));
    if (i % 2 == 1) power_ns *= 2;
  }
  return bounds;
}
constexpr auto kBoundsNs = bounds_ns();

// The audio thread alone writes: a plain addition that others may look at.
void raise(std::atomic<std::uint64_t>& count, std::uint64_t by) noexcept {
  count.store(count.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

std::uint64_t steady_now_ns(void*) noexcept {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count());
}

}  // namespace

NanosecondClock steady_nanoseconds() noexcept { return {steady_now_ns, nullptr}; }

void TimeHistogram::add(std::uint64_t duration_ns) noexcept {
  const auto bucket = std::lower_bound(kBoundsNs.begin(), kBoundsNs.end(), duration_ns) - kBoundsNs.begin();
  raise(counts_[static_cast<std::size_t>(bucket)], 1);
  raise(sum_ns_, duration_ns);
}

TimeHistogram::Snapshot TimeHistogram::snapshot() const {
  Snapshot shot;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const double bound_us = i < kBoundsNs.size() ? static_cast<double>(kBoundsNs[i]) * 1e-3 : std::numeric_limits<double>::infinity();
    shot.buckets_us.emplace_back(bound_us, counts_[i].load(std::memory_order_relaxed));
    shot.count += shot.buckets_us.back().second;
  }
  shot.sum_us = static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) * 1e-3;
  return shot;
}

void CallbackClock::prepare(double sample_rate_hz, int block_frames) noexcept {
  ns_per_frame_ = 1e9 / sample_rate_hz;
  longest_gap_ns_ = kLatestStartBlocks * block_frames * ns_per_frame_;
  has_started_ = false;
  misses_.store(0, std::memory_order_relaxed);
}

void CallbackClock::start() noexcept {
  const std::uint64_t now_ns = clock_.now_ns(clock_.context);
  is_late_ = has_started_ && static_cast<double>(now_ns - started_ns_) > longest_gap_ns_;
  started_ns_ = now_ns;
  has_started_ = true;
}

std::uint64_t CallbackClock::end(int frames) noexcept {
  const std::uint64_t duration_ns = clock_.now_ns(clock_.context) - started_ns_;
  if (static_cast<double>(duration_ns) > kLongestShare * frames * ns_per_frame_) is_late_ = true;
  if (is_late_) raise(misses_, 1);
  histogram_.add(duration_ns);
  return duration_ns;
}

}  // namespace ag06::bridge
