// Drops the frames a delaying chain puts before the first frame of its input. Not a delay compensator for parallel paths.
#pragma once

#include <algorithm>

namespace ag06::engine {

class LatencyTrim {
 public:
  void begin(int latency_frames) noexcept { left_ = latency_frames; }
  // How many of the next output frames to skip.
  [[nodiscard]] int take(int frames) noexcept {
    const int skipped = std::min(left_, frames);
    left_ -= skipped;
    return skipped;
  }

 private:
  int left_ = 0;
};

}  // namespace ag06::engine
