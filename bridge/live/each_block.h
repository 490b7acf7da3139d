// Interleaved stereo as planar blocks, for those who listen to the latest seconds. Not for the callback: it allocates.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "base/audio_block.h"

namespace ag06::bridge {

inline constexpr int kEachBlockFrames = 4096;

// f(block) over the whole.
template <class F>
void each_block(std::span<const float> interleaved, F f) {
  std::vector<float> left(kEachBlockFrames), right(kEachBlockFrames);
  const float* planes[] = {left.data(), right.data()};
  for (std::size_t at = 0, frames = interleaved.size() / 2; at < frames; at += kEachBlockFrames) {
    const auto count = static_cast<int>(std::min<std::size_t>(kEachBlockFrames, frames - at));
    for (int i = 0; i < count; ++i) {
      left[static_cast<std::size_t>(i)] = interleaved[2 * (at + static_cast<std::size_t>(i))];
      right[static_cast<std::size_t>(i)] = interleaved[2 * (at + static_cast<std::size_t>(i)) + 1];
    }
    f(ConstAudioBlock{planes, 2, count});
  }
}

}  // namespace ag06::bridge
