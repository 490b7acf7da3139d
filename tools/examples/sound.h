// A piece of stereo audio in memory, and small sums over it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "analysis/stream_report.h"
#include "base/audio_block.h"
#include "base/stream_spec.h"

namespace ag06::examples {

struct Sound {
  double sample_rate_hz = 48000.0;
  std::array<std::vector<float>, 2> channels;

  [[nodiscard]] int frames() const noexcept { return static_cast<int>(channels[0].size()); }};

// Mono becomes two equal channels. rate_factor: the samples are taken to be that many times faster (pitch and tempo change together).
// Throws std::runtime_error naming file and why; also when less than the wanted piece is there.
[[nodiscard]] Sound read_sound(const std::string& path, double start_s, double duration_s, double rate_factor, bool swap);

// f(AudioBlock) over the whole, in pieces of at most kMaxBlockFrames.
template <class F>
void each_block(Sound& sound, int first_frame, F f) {
  for (int at = first_frame; at < sound.frames(); at += kMaxBlockFrames) {
    float* planes[] = {sound.channels[0].data() + at, sound.channels[1].data() + at};
    f(AudioBlock{planes, 2, std::min(kMaxBlockFrames, sound.frames() - at)});
  }
}

void scale(Sound& sound, double gain_lin) noexcept;
[[nodiscard]] analysis::StreamReport measure(Sound& sound, int first_frame);
// Power of the difference over the power of wanted, in dB, from first_frame on.
[[nodiscard]] double error_db(const Sound& wanted, const Sound& got, int first_frame) noexcept;

}  // namespace ag06::examples
