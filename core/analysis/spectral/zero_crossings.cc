#include "analysis/spectral/zero_crossings.h"

#include <algorithm>
#include <limits>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::analysis {
namespace {
constexpr float kSoundingPeak = 1e-4f;
constexpr double kPieceMs = 10.0;
}  // namespace

Status ZeroCrossings::prepare(const StreamSpec& spec) noexcept {
  if (const Status status = validate(spec); status != Status::ok) return status;
  channels_ = spec.channels;
  piece_frames_ = frames_for_ms(kPieceMs, spec.sample_rate_hz);
  reset();
  return Status::ok;
}

void ZeroCrossings::reset() noexcept {
  for (Channel& channel : now_) channel = {};
  missing_ = piece_frames_;
  pairs_ = crossings_ = 0;
}

void ZeroCrossings::process(ConstAudioBlock in) noexcept {
  for (int at = 0; at < in.frames;) {
    const int count = std::min(missing_, in.frames - at);
    for (int c = 0; c < channels_; ++c) {
      Channel& now = now_[c];
      const float* x = in.channel(c) + at;
      int i = 1;
      i32x4 crossed = i32x4{0, 0, 0, 0};
      f32x4 peaks = splat4(0.0f);
      for (; i + 4 <= count; i += 4) {
        const f32x4 here = load4(x + i), before = load4(x + i - 1);
        crossed -= (here < splat4(0.0f)) ^ (before < splat4(0.0f));
        peaks = max4(peaks, max4(here, -here));
      }
      int crossings = crossed[0] + crossed[1] + crossed[2] + crossed[3] + ((x[0] < 0.0f) != (now.last < 0.0f) ? 1 : 0);
      float peak = std::max(std::max(std::max(peaks[0], peaks[1]), std::max(peaks[2], peaks[3])), std::max(x[0], -x[0]));
      for (; i < count; ++i) {
        crossings += (x[i] < 0.0f) != (x[i - 1] < 0.0f) ? 1 : 0;
        peak = std::max(peak, std::max(x[i], -x[i]));
      }
      now.crossings += crossings;
      now.peak = std::max(now.peak, peak);
      now.last = x[count - 1];
    }
    missing_ -= count;
    at += count;
    if (missing_ == 0) end_piece();
  }
}

void ZeroCrossings::end_piece() noexcept {
  for (int c = 0; c < channels_; ++c) {
    Channel& now = now_[c];
    if (now.peak >= kSoundingPeak) {
      pairs_ += piece_frames_;
      crossings_ += now.crossings;
    }
    now.peak = 0.0f;
    now.crossings = 0;
  }
  missing_ = piece_frames_;
}

double ZeroCrossings::rate() const noexcept {
  return pairs_ == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(crossings_) / static_cast<double>(pairs_);
}

}  // namespace ag06::analysis
