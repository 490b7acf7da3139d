// What sounded in one stretch of a song, by the twelve pitch classes of its own tuning. Not for levels: strengths are relative.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "analysis/tonality/chroma_history.h"

namespace ag06::analysis {

using PitchClasses = std::array<double, 12>;  // C first

struct HarmonicSpan {
  double start_s = 0.0;
  double end_s = 0.0;
  PitchClasses chroma{};  // mean of the frames, each between 0 and 1; all 0 in silence
  PitchClasses bass{};    // share of the time that each was the bass, times its strength
  double weight = 0.0;    // 0..1: how much of the span sounds, soft parts less

  [[nodiscard]] double length_s() const noexcept { return end_s - start_s; }
};

// The stretches between the beats (ascending; beats before the start, after the end or next to the last one are passed over). Where no beat falls for
// long they are a quarter of a second. They follow each other without gaps from 0 to its end; empty for an empty history.
[[nodiscard]] std::vector<HarmonicSpan> cut_into_spans(const ChromaHistory& heard, std::span<const double> beats_s, double tuning_cents);

}  // namespace ag06::analysis
