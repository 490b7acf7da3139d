#include "analysis/music/genre.h"

#include <algorithm>
#include <cstddef>

#include "analysis/music/genre_features.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr std::size_t kCount = kGenres;
constexpr double kSilentLufs = -70.0;  // Source: ITU-R BS.1770-5, absolute gate
constexpr double kLeastSpeechRatio = 0.2;  // music reads up to 0.23 (models/voice)

// A pulse, a key or a voice; the model was trained on nothing else, and noise would be given a genre.
bool is_music_or_speech(const SongAnalysis& heard) noexcept {
  return is_finite(heard.rhythm.tempo_bpm) || heard.tonality.key >= 0 || heard.speech_ratio >= kLeastSpeechRatio;
}
}  // namespace

std::array<double, kGenres> genre_scores(const std::array<double, kGenreInputs>& inputs) noexcept {
  std::array<double, kGenres> logits = kGenreBias;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!is_finite(inputs[i])) continue;  // unknown counts as the mean
    const double z = clamp_to((inputs[i] - kGenreMean[i]) / kGenreScale[i], -kGenreLimit, kGenreLimit);
    for (std::size_t g = 0; g < kCount; ++g) logits[g] += kGenreWeight[g][i] * z;
  }
  double highest = logits[0];
  for (const double logit : logits) highest = std::max(highest, logit);
  double sum = 0.0;
  for (double& logit : logits) {
    logit = exp_exact((logit - highest) / kGenreTemperature);
    sum += logit;
  }
  for (double& logit : logits) logit /= sum;
  return logits;
}

GenreReport find_genre(const SongAnalysis& heard) noexcept {
  GenreReport report;
  const double loudness_lufs = heard.stream.integrated_lufs;
  if (!(heard.duration_s >= kShortestGenreS) || !is_finite(loudness_lufs) || loudness_lufs < kSilentLufs || !is_finite(heard.spectrum.centroid_hz))
    return report;
  if (!is_music_or_speech(heard)) return report;
  const std::array<double, kGenres> scores = genre_scores(genre_inputs(heard));
  std::size_t best = 0;
  for (std::size_t g = 1; g < kCount; ++g)
    if (scores[g] > scores[best]) best = g;
  if (scores[best] < kGenreLeastConfidence) return report;
  report.label = static_cast<int>(best);
  report.confidence = scores[best];
  report.scores = scores;
  return report;
}

}  // namespace ag06::analysis
