// A whole-frame delay of one channel, in place. Not for fractional or modulated delays.
#pragma once

#include <algorithm>
#include <vector>

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
    for (int i = 0; i < frames; ++i) out[i] = next(in[i]);
  }

 private:
  std::vector<float> ring_;
  std::size_t at_ = 0;
};

}  // namespace ag06::dsp
