// Cuts a stream into slots of 10 ms, whatever the blocks it came in, so that what is measured per slot never depends on them. Not a delay line.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/audio_block.h"
#include "base/stream_spec.h"

namespace ag06::analysis {

inline constexpr int kSlotsPerSecond = 100;

class SlotCutter {
 public:
  // Allocates. spec must be valid.
  void prepare(const StreamSpec& spec) {
    sample_rate_hz_ = spec.sample_rate_hz;
    channels_ = spec.channels;
    for (auto& plane : held_) plane.assign(static_cast<std::size_t>(spec.sample_rate_hz / kSlotsPerSecond) + 2, 0.0f);
    reset();
  }
  void reset() noexcept {
    slot_ = 0;
    held_frames_ = 0;
    slot_frames_ = frames_of(0);
  }
  // Calls sink(const float* const* planes, int frames) for every slot that becomes whole; the last, unfinished one is dropped.
  // Where the rate is not a multiple of a hundred, slots differ by one frame and stay in time.
  template <class Sink>
  void process(ConstAudioBlock in, Sink&& sink) noexcept {
    const float* planes[kMaxStripChannels] = {};
    for (int at = 0; at < in.frames;) {
      const int count = std::min(in.frames - at, slot_frames_ - held_frames_);
      const bool whole = count == slot_frames_;
      for (int c = 0; c < channels_; ++c) {
        planes[c] = whole ? in.channel(c) + at : held_[c].data();
        if (!whole) std::memcpy(held_[c].data() + held_frames_, in.channel(c) + at, sizeof(float) * static_cast<std::size_t>(count));
      }
      at += count;
      held_frames_ += count;
      if (held_frames_ < slot_frames_) return;
      sink(static_cast<const float* const*>(planes), slot_frames_);
      held_frames_ = 0;
      slot_frames_ = frames_of(++slot_);
    }
  }
  [[nodiscard]] std::int64_t start_of(std::int64_t slot) const noexcept {
    return static_cast<std::int64_t>(static_cast<double>(slot) * sample_rate_hz_ / kSlotsPerSecond + 0.5);
  }

 private:
  [[nodiscard]] int frames_of(std::int64_t slot) const noexcept { return static_cast<int>(start_of(slot + 1) - start_of(slot)); }

  double sample_rate_hz_ = 48000.0;
  int channels_ = 1;
  std::int64_t slot_ = 0;
  int slot_frames_ = 480;
  int held_frames_ = 0;
  std::vector<float> held_[kMaxStripChannels];
};

}  // namespace ag06::analysis
