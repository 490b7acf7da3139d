// A borrowed view of planar audio: channel pointers and a frame count. Owns nothing.
#pragma once

#include <cstring>

namespace ag06 {

struct AudioBlock {
  float* const* channels = nullptr;
  int channel_count = 0;
  int frames = 0;

  [[nodiscard]] float* channel(int index) const noexcept { return channels[index]; }

  void clear() const noexcept {
    for (int c = 0; c < channel_count; ++c) std::memset(channels[c], 0, sizeof(float) * static_cast<std::size_t>(frames));
  }
};

struct ConstAudioBlock {
  const float* const* channels = nullptr;
  int channel_count = 0;
  int frames = 0;

  ConstAudioBlock() = default;
  ConstAudioBlock(const float* const* planes, int count, int frame_count) noexcept : channels(planes), channel_count(count), frames(frame_count) {}
  ConstAudioBlock(const AudioBlock& io) noexcept : channels(io.channels), channel_count(io.channel_count), frames(io.frames) {}

  [[nodiscard]] const float* channel(int index) const noexcept { return channels[index]; }
};

}  // namespace ag06
