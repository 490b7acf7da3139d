// Test programmes as EBU Tech 3341 and 3342 describe them: pieces of a 1 kHz sine, in phase on all channels, at given peak levels. Not for other signals.
#pragma once

#include <initializer_list>
#include <vector>

#include "analysis/loudness.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::test {

inline constexpr double kSilentDbfs = -1000.0;

struct Piece {
  double duration_s;
  double peak_dbfs;
};

// The tone runs on through level changes: phase is counted from the programme's start.
[[nodiscard]] inline Planes programme(const std::vector<Piece>& pieces, int channels = 2, double sample_rate_hz = 48000.0) {
  double end_s = 0.0;
  for (const Piece& piece : pieces) end_s += piece.duration_s;
  Planes planes(channels, frames_for_ms(1000.0 * end_s, sample_rate_hz));
  double at_s = 0.0;
  for (const Piece& piece : pieces) {
    const int from = frames_for_ms(1000.0 * at_s, sample_rate_hz);
    at_s += piece.duration_s;
    const int to = frames_for_ms(1000.0 * at_s, sample_rate_hz);
    if (piece.peak_dbfs > kSilentDbfs) add_sine(planes, from, to - from, sample_rate_hz, 1000.0, from_db(piece.peak_dbfs));
  }
  return planes;
}

[[nodiscard]] inline std::vector<Piece> repeated(int times, std::initializer_list<Piece> pieces) {
  std::vector<Piece> all;
  for (int k = 0; k < times; ++k) all.insert(all.end(), pieces);
  return all;
}

// Feeds the meter and looks after every 10 ms; look(seconds since start).
template <class Look>
void run_looking(analysis::LoudnessMeter& meter, Planes& planes, double sample_rate_hz, Look look) {
  const int frames = frame_count(planes);
  for (int hop = 0, at = 0; at < frames; ++hop) {
    const int end = std::min(frames, frames_for_ms(10.0 * (hop + 1), sample_rate_hz));
    meter.process(planes.slice(at, end - at));
    at = end;
    look(at / sample_rate_hz);
  }
}

}  // namespace ag06::test
