// What a pass of the loudness fit made, so that neither the next pass nor the writing need make it again. Of songs that are too long for it nothing is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assist/planner.h"
#include "base/audio_block.h"

namespace ag06::cli {

// begin() and take() are the planner's; the rest is for who uses it.
class KeptRender final : public assist::RenderedSink {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{192} << 20;  // nine minutes of stereo at 44.1 kHz

  KeptRender(int channels, std::int64_t declared_frames);

  void begin() override;
  void take(ConstAudioBlock block) override;
  // Nothing is kept until the next begin().
  void drop() noexcept { whole_ = false; }
  // All of it is here, and nothing else.
  [[nodiscard]] bool is_whole() const noexcept { return whole_; }
  // use(block) for all of it, at most most_frames at a time; progress(ratio) after each.
  template <class Use, class Ratio>
  void stream(int most_frames, Use use, Ratio progress) {
    for (std::int64_t at = 0; at < frames(); at += most_frames) {
      use(block(at, most_frames));
      progress(static_cast<double>(at) / static_cast<double>(frames()));
    }
  }

 private:
  [[nodiscard]] ConstAudioBlock block(std::int64_t first_frame, int most_frames) noexcept;
  [[nodiscard]] std::int64_t frames() const noexcept { return static_cast<std::int64_t>(planes_[0].size()); }
  [[nodiscard]] bool fits(std::int64_t frames) const noexcept { return static_cast<std::size_t>(frames) * planes_.size() * sizeof(float) <= kMostBytes; }

  std::vector<std::vector<float>> planes_;
  std::vector<const float*> at_;
  std::int64_t declared_frames_;
  bool whole_ = false;
};

}  // namespace ag06::cli
