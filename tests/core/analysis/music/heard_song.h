// The musical features of samples. For tests only.
#pragma once

#include "analysis/song_analyser.h"
#include "support/signals.h"

namespace ag06::test {

[[nodiscard]] inline analysis::MusicReport heard_music(Planes io, double sample_rate_hz) {
  analysis::SongAnalyser analyser;
  const Status status = analyser.prepare({sample_rate_hz, static_cast<int>(io.samples.size()), 512}, frame_count(io) / sample_rate_hz + 1.0);
  if (status != Status::ok) return {};
  run(analyser, io);
  return analyser.finish().music;
}

}  // namespace ag06::test
