// What a unit is prepared for: rate, channels and the longest block it will be handed.
#pragma once

#include "base/status.h"

namespace ag06 {

inline constexpr double kMinSampleRateHz = 8000.0;
inline constexpr double kMaxSampleRateHz = 192000.0;
inline constexpr int kMaxStripChannels = 2;    // processing is mono or stereo
inline constexpr int kMaxMeterChannels = 8;    // meters also measure surround
inline constexpr int kMaxBlockFrames = 65536;

struct StreamSpec {
  double sample_rate_hz = 48000.0;
  int channels = 2;
  int max_block_frames = 512;
};

// Errors: bad_sample_rate, bad_channel_count, bad_block_size. Any thread.
[[nodiscard]] constexpr Status validate(const StreamSpec& spec, int max_channels = kMaxStripChannels) noexcept {
  if (!(spec.sample_rate_hz >= kMinSampleRateHz && spec.sample_rate_hz <= kMaxSampleRateHz)) return Status::bad_sample_rate;
  if (spec.channels < 1 || spec.channels > max_channels) return Status::bad_channel_count;
  if (spec.max_block_frames < 1 || spec.max_block_frames > kMaxBlockFrames) return Status::bad_block_size;
  return Status::ok;
}

// Frames that cover a duration at a rate, rounded to nearest; at least zero.
[[nodiscard]] constexpr int frames_for_ms(double duration_ms, double sample_rate_hz) noexcept {
  const double frames = duration_ms * 0.001 * sample_rate_hz;
  return frames <= 0.0 ? 0 : static_cast<int>(frames + 0.5);
}

}  // namespace ag06
