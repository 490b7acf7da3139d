// The latest seconds of a stereo signal, written by the audio thread and read by any number of others without locks. Not for handing audio to the audio thread (live/song_feed.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

namespace ag06::bridge {

// A reader's own place in the history. A reader that falls behind loses the oldest frames and is told how many.
struct TapCursor {
  std::uint64_t next_frame = 0;
};

struct TapRead {
  std::uint64_t first_frame = 0;   // place of the first frame delivered
  int frames = 0;
  std::uint64_t lost_frames = 0;   // between the cursor and first_frame
};

// Frames are counted from the start of the bridge: the count goes on over a change of device.
// Guarantee: what read() delivers is exactly what was written at those places; frames that were overwritten meanwhile are counted as lost.
class TapHistory {
 public:
  // Holds at least min_frames; allocates.
  explicit TapHistory(int min_frames);
  // Audio thread, one writer. Stereo planes.
  void write(const float* const* planes, int frames) noexcept;
  // Any thread. Interleaved stereo: as many frames as fit and are there; moves the cursor behind them.
  TapRead read(TapCursor& cursor, std::span<float> into) const noexcept;
  // Behind the newest frame.
  [[nodiscard]] TapCursor now() const noexcept { return {written_.load(std::memory_order_acquire)}; }
  [[nodiscard]] int capacity_frames() const noexcept { return static_cast<int>(mask_ + 1); }

 private:
  std::vector<std::atomic<float>> samples_;
  std::uint64_t mask_;
  std::atomic<std::uint64_t> announced_{0};   // frames before this one may be in the middle of being overwritten
  std::atomic<std::uint64_t> written_{0};
};

}  // namespace ag06::bridge
