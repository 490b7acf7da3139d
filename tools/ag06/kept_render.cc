#include "kept_render.h"

#include <algorithm>

namespace ag06::cli {

KeptRender::KeptRender(int channels, std::int64_t declared_frames)
    : planes_(static_cast<std::size_t>(channels)), at_(planes_.size(), nullptr), declared_frames_(declared_frames) {}

void KeptRender::begin() {
  whole_ = fits(declared_frames_);
  for (std::vector<float>& plane : planes_) {
    plane.clear();
    if (whole_) plane.reserve(static_cast<std::size_t>(std::max<std::int64_t>(declared_frames_, 0)));
  }
}

void KeptRender::take(ConstAudioBlock block) {
  if (!whole_) return;
  whole_ = fits(frames() + block.frames);
  for (std::size_t c = 0; c < planes_.size(); ++c) {
    if (whole_) planes_[c].insert(planes_[c].end(), block.channel(static_cast<int>(c)), block.channel(static_cast<int>(c)) + block.frames);
    else planes_[c] = {};
  }
}

ConstAudioBlock KeptRender::block(std::int64_t first_frame, int most_frames) noexcept {
  for (std::size_t c = 0; c < planes_.size(); ++c) at_[c] = planes_[c].data() + first_frame;
  return {at_.data(), static_cast<int>(planes_.size()), static_cast<int>(std::min<std::int64_t>(most_frames, frames() - first_frame))};
}

}  // namespace ag06::cli
