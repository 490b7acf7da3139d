// The recent past of one channel, readable as contiguous runs at any age. Not a delay by itself: the reader chooses ages and interpolation.
#pragma once

#include <algorithm>
#include <vector>

namespace ag06::dsp {

class HistoryLine {
 public:
  // Longest write, and longest run that may be read from one pointer.
  static constexpr int kMaxWriteFrames = 64;
  static constexpr int kMaxRunFrames = 96;
  // Frames before a forgotten past that read as silence: the reach of the longest interpolation kernel.
  static constexpr int kSilentFrames = 16;

  // Control thread; allocates. max_age_frames: the oldest frame a run may begin with.
  void prepare(int max_age_frames) {
    size_ = max_age_frames + kMaxRunFrames;
    ring_.assign(static_cast<std::size_t>(size_ + kMaxRunFrames), 0.0f);
    at_ = 0;
    forget();
  }
  // Everything becomes silence at once, in time that does not depend on the length: only ages up to remembered_frames() + kSilentFrames may be read.
  void forget() noexcept {
    remembered_ = 0;
    for (int k = 1; k <= kSilentFrames; ++k) store(at_ - k < 0 ? at_ - k + size_ : at_ - k, 0.0f);
  }
  // Every age may be read again, and is silence; takes as long as the line.
  void clear() noexcept {
    std::fill(ring_.begin(), ring_.end(), 0.0f);
    remembered_ = 0;
  }
  [[nodiscard]] int remembered_frames() const noexcept { return remembered_; }

  // The sample written age_frames >= 1 ago, and those after it, kMaxRunFrames in all; those not yet written are finite but mean nothing.
  [[nodiscard]] const float* run_from(int age_frames) const noexcept {
    const int from = at_ - age_frames;
    return ring_.data() + (from < 0 ? from + size_ : from);
  }

  // frames <= kMaxWriteFrames
  void write(const float* in, int frames) noexcept {
    const int before_end = std::min(frames, size_ - at_);
    copy_in(in, at_, before_end);
    copy_in(in + before_end, 0, frames - before_end);
    at_ += frames;
    if (at_ >= size_) at_ -= size_;
    remembered_ = std::min(size_, remembered_ + frames);
  }

 private:
  // The first frames stand a second time behind the end, so that a run never wraps.
  void store(int index, float x) noexcept {
    ring_[static_cast<std::size_t>(index)] = x;
    if (index < kMaxRunFrames) ring_[static_cast<std::size_t>(size_ + index)] = x;
  }
  void copy_in(const float* in, int to, int frames) noexcept {
    std::copy(in, in + frames, ring_.begin() + to);
    const int mirrored = std::min(frames, kMaxRunFrames - to);
    if (mirrored > 0) std::copy(in, in + mirrored, ring_.begin() + size_ + to);
  }

  std::vector<float> ring_;
  int size_ = 0;
  int at_ = 0;
  int remembered_ = 0;
};

}  // namespace ag06::dsp
