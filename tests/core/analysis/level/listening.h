// Lets listeners hear a stream as the song analyser does: samples in blocks, and the frames of the long grid. Not for loudness.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/spectral/stft.h"
#include "support/music.h"

namespace ag06::test {

inline constexpr double kHourS = 3600.0;

[[nodiscard]] inline analysis::StftGrid long_grid_of(const Planes& planes, double sample_rate_hz) {
  return analysis::long_grid({sample_rate_hz, static_cast<int>(planes.samples.size()), 512});
}

// The listener must be prepared for long_grid_of(planes).
template <class Listener>
void listen(Listener& listener, Planes& planes, double sample_rate_hz, int block_frames = 4410) {
  analysis::Stft stft;
  ASSERT_EQ(stft.prepare(long_grid_of(planes, sample_rate_hz)), Status::ok);
  const auto sink = [&listener](const analysis::SpectrumFrame& frame) { listener.process(frame); };
  const int frames = static_cast<int>(planes.samples[0].size());
  for (int at = 0; at < frames; at += block_frames) {
    const ConstAudioBlock block = planes.slice(at, std::min(block_frames, frames - at));
    listener.process(block);
    stft.process(block, sink);
  }
  stft.finish(sink);
}

}  // namespace ag06::test
