// What the ABI's objects share: handles, planar buffers, the last status. Not part of the ABI itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/audio_block.h"
#include "base/status.h"

namespace ag06::abi {

extern int last_status;

template <class T>
[[nodiscard]] T& from_handle(std::uintptr_t handle) noexcept {
  return *reinterpret_cast<T*>(handle);
}

// Makes an object and readies it; 0 and last_status set when it refuses.
template <class T, class Ready>
[[nodiscard]] std::uintptr_t make(Ready ready) {
  auto made = std::make_unique<T>();
  const Status status = ready(*made);
  last_status = static_cast<int>(status);
  return status == Status::ok ? reinterpret_cast<std::uintptr_t>(made.release()) : 0;
}

// Planar float buffers whose addresses stay while the object lives. A request past the capacity is cut to it.
class PlanarBuffer {
 public:
  void prepare(int channels, int max_frames) {
    capacity_frames_ = max_frames;
    samples_.assign(static_cast<std::size_t>(channels) * static_cast<std::size_t>(max_frames), 0.0f);
    planes_.clear();
    for (int c = 0; c < channels; ++c) planes_.push_back(samples_.data() + static_cast<std::size_t>(c) * static_cast<std::size_t>(max_frames));
  }
  // nullptr for a channel that does not exist.
  [[nodiscard]] float* channel(int index) const noexcept {
    return index >= 0 && index < static_cast<int>(planes_.size()) ? planes_[static_cast<std::size_t>(index)] : nullptr;
  }
  [[nodiscard]] AudioBlock block(int frames) const noexcept {
    return {planes_.data(), static_cast<int>(planes_.size()), std::clamp(frames, 0, capacity_frames_)};
  }

 private:
  int capacity_frames_ = 0;
  std::vector<float> samples_;
  std::vector<float*> planes_;
};

}  // namespace ag06::abi
