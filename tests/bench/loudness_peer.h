// What our loudness and true peak cost beside libebur128's, over the same samples in turn. Not a comparison of their figures: tests/conformance is.
#pragma once

#include <string>

#include "support/music.h"

namespace ag06::bench {

struct Material {
  test::Planes planes{2, 0};
  double sample_rate_hz = 0.0;
};

// All of an audio file that libsndfile reads; no frames when it cannot.
[[nodiscard]] Material material_of(const std::string& path);

struct Figures {
  double processor_s;  // least of the repeats; other work on the machine does not count
  double integrated_lufs;
  double true_peak_dbtp;
  double range_lu;
};
struct LoudnessDuel {
  double song_s;  // 0 when a meter refused the stream
  Figures ours;   // StreamMeter, which measures more than these
  Figures theirs;
};

// The material over and over, song_s seconds of it, in blocks of 4096 frames that each meter gets as it wants them: planar and interleaved.
[[nodiscard]] LoudnessDuel against_libebur128(Material& material, double song_s, int repeats);

}  // namespace ag06::bench
