#include "beside.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace ag06::cli {
namespace {
constexpr double kChunkS = 1.0;
}

Beside::Beside(const StreamSpec& spec, std::function<void(ConstAudioBlock)> work)
    : work_(std::move(work)), channels_(spec.channels), block_frames_(spec.max_block_frames), chunk_frames_(static_cast<std::size_t>(kChunkS * spec.sample_rate_hz)) {}

void Beside::take(ConstAudioBlock block) {
  for (int c = 0; c < channels_; ++c) {
    std::vector<float>& plane = filling_[static_cast<std::size_t>(c)];
    plane.insert(plane.end(), block.channel(c), block.channel(c) + block.frames);
  }
  if (filling_[0].size() >= chunk_frames_) hand_over();
}

void Beside::wait() {
  hand_over();
  pending_.get();
}

void Beside::hand_over() {
  if (pending_.valid()) pending_.get();
  std::swap(filling_, working_);
  for (std::vector<float>& plane : filling_) plane.clear();
  const auto work = [this] {
    const auto frames = static_cast<int>(working_[0].size());
    for (int at = 0; at < frames; at += block_frames_) {
      const float* planes[kMaxStripChannels] = {};
      for (int c = 0; c < channels_; ++c) planes[c] = working_[static_cast<std::size_t>(c)].data() + at;
      work_({planes, channels_, std::min(block_frames_, frames - at)});
    }
  };
  try {
    pending_ = std::async(std::launch::async, work);
  } catch (const std::system_error&) {   // no thread to be had: done by whoever waits for it
    pending_ = std::async(std::launch::deferred, work);
  }
}

}  // namespace ag06::cli
