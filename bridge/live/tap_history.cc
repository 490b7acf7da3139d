#include "live/tap_history.h"

#include <algorithm>
#include <bit>

namespace ag06::bridge {

TapHistory::TapHistory(int min_frames)
    : samples_(2 * std::bit_ceil(static_cast<std::size_t>(std::max(min_frames, 1)))), mask_(samples_.size() / 2 - 1) {}

void TapHistory::write(const float* const* planes, int frames) noexcept {
  const std::uint64_t start = written_.load(std::memory_order_relaxed);
  const std::uint64_t end = start + static_cast<std::uint64_t>(frames);
  announced_.store(end, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);   // whoever sees one of the samples below sees the announcement
  for (int i = 0; i < frames; ++i) {
    const std::size_t at = 2 * static_cast<std::size_t>((start + static_cast<std::uint64_t>(i)) & mask_);
    samples_[at].store(planes[0][i], std::memory_order_relaxed);
    samples_[at + 1].store(planes[1][i], std::memory_order_relaxed);
  }
  written_.store(end, std::memory_order_release);
}

TapRead TapHistory::read(TapCursor& cursor, std::span<float> into) const noexcept {
  const std::uint64_t capacity = mask_ + 1;
  const std::uint64_t written = written_.load(std::memory_order_acquire);
  const std::uint64_t oldest = written > capacity ? written - capacity : 0;
  const std::uint64_t asked = cursor.next_frame;
  std::uint64_t first = std::clamp(asked, oldest, written);
  const std::uint64_t end = std::min<std::uint64_t>(written, first + into.size() / 2);
  for (std::uint64_t frame = first; frame < end; ++frame) {
    const std::size_t at = 2 * static_cast<std::size_t>(frame & mask_);
    const std::size_t to = 2 * static_cast<std::size_t>(frame - first);
    into[to] = samples_[at].load(std::memory_order_relaxed);
    into[to + 1] = samples_[at + 1].load(std::memory_order_relaxed);
  }
  std::atomic_thread_fence(std::memory_order_acquire);
  const std::uint64_t announced = announced_.load(std::memory_order_relaxed);
  const std::uint64_t safe = std::min(end, announced > capacity ? std::max(first, announced - capacity) : first);
  if (safe > first) {   // the writer lapped this reader while it copied
    const std::size_t stale = 2 * static_cast<std::size_t>(safe - first);
    std::copy(into.begin() + static_cast<std::ptrdiff_t>(stale), into.begin() + static_cast<std::ptrdiff_t>(2 * (end - first)), into.begin());
    first = safe;
  }
  cursor.next_frame = end;
  return {first, static_cast<int>(end - first), first > asked ? first - asked : 0};
}

}  // namespace ag06::bridge
