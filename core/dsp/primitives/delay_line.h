// A whole-frame delay of one channel, in place. Not for fractional or modulated delays.
#pragma once

#include <algorithm>
#include <vector>

#include "base/simd.h"

namespace ag06::dsp {

class DelayLine {
 public:
  // Control thread; allocates. delay_frames >= 0.
  void prepare(int delay_frames) {
    ring_.assign(static_cast<std::size_t>(delay_frames), 0.0f);
    at_ = 0;
  }
  void reset() noexcept {
    std::fill(ring_.begin(), ring_.end(), 0.0f);
    at_ = 0;
  }
  [[nodiscard]] int delay_frames() const noexcept { return static_cast<int>(ring_.size()); }

  float next(float in) noexcept {
    if (ring_.empty()) return in;
    const float out = ring_[at_];
    ring_[at_] = in;
    if (++at_ == ring_.size()) at_ = 0;
    return out;
  }
  // in and out may be the same buffer.
  void process(const float* in, float* out, int frames) noexcept {
    if (ring_.empty()) {
      if (in != out) std::copy(in, in + frames, out);
      return;
    }
    for (int done = 0; done < frames;) {
      const int run = std::min(frames - done, delay_frames() - static_cast<int>(at_));
      exchange(in + done, out + done, ring_.data() + at_, run);
      at_ += static_cast<std::size_t>(run);
      if (at_ == ring_.size()) at_ = 0;
      done += run;
    }
  }

 private:
  // Four at a time, each loaded before it is overwritten: in and out may be the same.
  static void exchange(const float* in, float* out, float* ring, int frames) noexcept {
    int i = 0;
    for (; i + 4 <= frames; i += 4) {
      const f32x4 entering = load4(in + i), leaving = load4(ring + i);
      store4(ring + i, entering);
      store4(out + i, leaving);
    }
    for (; i < frames; ++i) {
      const float entering = in[i];
      out[i] = ring[i];
      ring[i] = entering;
    }
  }

  std::vector<float> ring_;
  std::size_t at_ = 0;
};

}  // namespace ag06::dsp
