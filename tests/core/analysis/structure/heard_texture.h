// Runs samples through both grids into a TextureHistory. For tests only.
#pragma once

#include <algorithm>
#include <vector>

#include "analysis/structure/texture_history.h"
#include "support/signals.h"

namespace ag06::test {

inline void feed(analysis::TextureHistory& heard, Planes io, double sample_rate_hz, const std::vector<int>& cuts = {4096}) {
  const StreamSpec spec{sample_rate_hz, static_cast<int>(io.samples.size()), 512};
  analysis::Stft short_stft, long_stft;
  if (short_stft.prepare(analysis::short_grid(spec)) != Status::ok || long_stft.prepare(analysis::long_grid(spec)) != Status::ok) return;
  const auto to_short = [&heard](const analysis::SpectrumFrame& frame) { heard.process_short(frame); };
  const auto to_long = [&heard](const analysis::SpectrumFrame& frame) { heard.process_long(frame); };
  std::size_t turn = 0;
  for (int at = 0; at < frame_count(io);) {
    const int frames = std::min(cuts[turn++ % cuts.size()], frame_count(io) - at);
    const ConstAudioBlock in = io.slice(at, frames);
    short_stft.process(in, to_short);
    long_stft.process(in, to_long);
    at += frames;
  }
  short_stft.finish(to_short);
  long_stft.finish(to_long);
}

[[nodiscard]] inline analysis::TextureHistory prepared(double sample_rate_hz, int channels, double max_duration_s) {
  const StreamSpec spec{sample_rate_hz, channels, 512};
  analysis::TextureHistory heard;
  if (heard.prepare(analysis::short_grid(spec), analysis::long_grid(spec), max_duration_s) != Status::ok) std::abort();
  return heard;
}

[[nodiscard]] inline analysis::TextureHistory hear(const Planes& io, double sample_rate_hz, const std::vector<int>& cuts = {4096}) {
  analysis::TextureHistory heard = prepared(sample_rate_hz, static_cast<int>(io.samples.size()), frame_count(io) / sample_rate_hz + 1.0);
  feed(heard, io, sample_rate_hz, cuts);
  return heard;
}

}  // namespace ag06::test
