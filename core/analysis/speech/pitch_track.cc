#include "analysis/speech/pitch_track.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::analysis {

void PitchTrack::prepare(const StftGrid& grid) {
  highest_bin_ = static_cast<float>(std::min(kHighestHz / grid.bin_hz(), grid.bins() - 2.0));
  level_db_.assign(static_cast<std::size_t>(highest_bin_) + 2, 0.0f);
  for (int c = 0; c < kCandidates; ++c)
    candidate_bins_[static_cast<std::size_t>(c)] = static_cast<float>(kLowestHz * exp2_exact(c / (12.0 * kPerSemitone)) / grid.bin_hz());
}

float PitchTrack::at(float bin) const noexcept {
  const auto whole = static_cast<std::size_t>(bin);
  const float part = bin - static_cast<float>(whole);
  return level_db_[whole] + part * (level_db_[whole + 1] - level_db_[whole]);
}

Pitch PitchTrack::find(const float* power) noexcept {
  for (std::size_t k = 0; k < level_db_.size(); ++k) level_db_[k] = 0.5f * lin_to_db_fast(power[k] + 1e-12f);
  std::array<float, kCandidates> scores_db{};
  for (std::size_t c = 0; c < scores_db.size(); ++c) {
    float sum_db = 0.0f, weights = 0.0f;
    float before_db = at(candidate_bins_[c] * 0.5f);
    for (int h = 1; h <= kHarmonics; ++h) {
      const float peak = candidate_bins_[c] * static_cast<float>(h);
      const float valley = candidate_bins_[c] * (static_cast<float>(h) + 0.5f);
      if (valley > highest_bin_) break;
      const float weight = 1.0f / static_cast<float>(h + 3);
      const float after_db = at(valley);
      sum_db += weight * (at(peak) - 0.5f * (after_db + before_db));
      weights += weight;
      before_db = after_db;
    }
    scores_db[c] = weights > 0.0f ? sum_db / weights : 0.0f;
  }
  std::size_t best = 0;
  for (std::size_t c = 1; c < scores_db.size(); ++c)
    if (scores_db[c] > scores_db[best]) best = c;
  Pitch pitch{scores_db[best], static_cast<float>(best) / kPerSemitone};
  if (best > 0 && best + 1 < scores_db.size()) {
    const float left = scores_db[best - 1], right = scores_db[best + 1];
    const float bend = left - 2.0f * scores_db[best] + right;
    if (bend < -1e-6f) pitch.semitones += 0.5f * (left - right) / bend / kPerSemitone;
  }
  return pitch;
}

}  // namespace ag06::analysis
