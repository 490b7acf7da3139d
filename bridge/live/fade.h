// A gate on the output or a source that opens and closes along half a cosine, sample by sample. Not for crossfades of two versions of one signal
// (engine/monitor.h).
#pragma once

#include <vector>

#include "dsp/primitives/ramp.h"

namespace ag06::bridge {

class Fade {
 public:
  // No callback runs; allocates. frames >= 1. Closed afterwards.
  void prepare(int frames) {
    shape_ = dsp::raised_cosine(frames);
    at_ = 0;
    opens_ = false;
  }
  // Audio thread from here on.
  void set_open(bool opens) noexcept { opens_ = opens; }
  void snap() noexcept { at_ = opens_ ? frames() + 1 : 0; }
  [[nodiscard]] int frames() const noexcept { return static_cast<int>(shape_.size()); }
  [[nodiscard]] bool opens() const noexcept { return opens_; }
  // Standing still: gains of exactly 1 or 0.
  [[nodiscard]] bool is_open() const noexcept { return at_ > frames() && opens_; }
  [[nodiscard]] bool is_closed() const noexcept { return at_ == 0 && !opens_; }
  // Frames until it stands still.
  [[nodiscard]] int frames_left() const noexcept { return opens_ ? frames() + 1 - at_ : at_; }
  // 0 and 1 at the ends.
  float next() noexcept {
    if (frames_left() > 0) at_ += opens_ ? 1 : -1;
    if (at_ == 0) return 0.0f;
    return at_ > frames() ? 1.0f : shape_[static_cast<std::size_t>(at_ - 1)];
  }

 private:
  std::vector<float> shape_;   // the inner frames
  int at_ = 0;                 // 0: closed, frames() + 1: open
  bool opens_ = false;
};

}  // namespace ag06::bridge
