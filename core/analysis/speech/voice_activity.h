// Tells when somebody speaks: at once for a live voice over noise (active), and over the last two seconds speech from music (speech_probability).
// Not a recogniser, and singing is music to it.
// Source: R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum statistics", IEEE TSAP 9(5), 2001 (noise floor);
// E. Scheirer, M. Slaney, "Construction and evaluation of a robust multifeature speech/music discriminator", ICASSP 1997 (4 Hz modulation, low-energy
// frames, spectral change). Deviation: floor of the level instead of every bin; the features are weighed by a logistic model fitted by us
// (models/voice).
#pragma once

#include <array>
#include <vector>

#include "analysis/spectral/stft.h"
#include "analysis/speech/pitch_track.h"

namespace ag06::analysis {

inline constexpr int kVoiceFeatures = 9;
using VoiceFeatures = std::array<double, kVoiceFeatures>;

class VoiceActivity {
 public:
  // grid: short_grid(). Allocates.
  [[nodiscard]] Status prepare(const StftGrid& grid);
  void reset() noexcept;
  void process(const SpectrumFrame& frame) noexcept;

  // Whether the voice is there now: it rose over the noise floor, or fell less than 200 ms ago.
  [[nodiscard]] bool active() const noexcept { return hangover_frames_ > 0; }
  // That the last two seconds are speech, 0..1; 0 until two seconds were heard.
  [[nodiscard]] double speech_probability() const noexcept { return probability_; }
  // Share of the stream in which somebody speaks, pauses between words included; 0 for an empty stream.
  [[nodiscard]] double speech_ratio() const noexcept;
  // What the probability was drawn from; renewed every quarter of a second.
  [[nodiscard]] const VoiceFeatures& features() const noexcept { return features_; }

 private:
  static constexpr int kWindowFrames = 200;
  static constexpr int kStepFrames = 25;
  static constexpr int kLagFrames = 15;       // 150 ms: the spectrum a syllable ago
  static constexpr int kShapeBands = 24;
  static constexpr int kFloorPieces = 8;
  static constexpr int kFloorPieceFrames = 25;

  struct Moment {
    float level_db = -200.0f;
    float centroid_octaves = 0.0f;
    float bass_db = 0.0f;         // below 120 Hz against the whole
    float pitch_semitones = 0.0f;
    float change = 0.0f;          // 1 - correlation of the spectrum with the one kLagFrames ago
    bool voiced = false;
  };

  void track_floor(float level_db) noexcept;
  void judge_window() noexcept;
  [[nodiscard]] float change_since_lag() const noexcept;
  [[nodiscard]] const Moment& moment(int back) const noexcept;

  StftGrid grid_;
  PitchTrack pitch_;
  std::array<int, kShapeBands + 1> edges_{};
  std::array<std::array<float, kShapeBands>, kLagFrames + 1> shapes_{};
  std::array<Moment, kWindowFrames> moments_{};
  std::array<float, kFloorPieces> floor_pieces_db_{};
  float piece_floor_db_ = 0.0f;
  float smooth_level_ = 0.0f;
  int hangover_frames_ = 0;
  std::int64_t frames_ = 0;
  std::int64_t judged_steps_ = 0, speech_steps_ = 0;
  double probability_ = 0.0;
  VoiceFeatures features_{};
};

}  // namespace ag06::analysis
