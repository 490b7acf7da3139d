// What a song sounds like, half second by half second: timbre, harmony, loudness and eleven traits of texture. Not for what happens within a beat.
// Source: bands on the mel scale of D. O'Shaughnessy, "Speech Communication", 1987; K-weighting of ITU-R BS.1770-5 (2023) Annex 1, by the analogue
// prototypes of B. De Man, AES 145, 2018; syllabic modulation after E. Scheirer, M. Slaney, "Construction and evaluation of a robust multifeature
// speech/music discriminator", ICASSP 1997, feature 1; the other traits' sources stand at their units.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/spectral/stft.h"
#include "analysis/structure/percussive_share.h"
#include "analysis/structure/pitch_motion.h"
#include "analysis/structure/partials.h"

namespace ag06::analysis {

inline constexpr int kTextureBands = 24;  // 40 Hz to 16 kHz, mel-spaced

// From 0 to kTraitRange.
enum class Trait {
  percussive,     // share of the amplitude that is short (percussive_share.h)
  fullness,       // share of the bands within 30 dB of the strongest, after +3 dB per octave above 1 kHz
  activity_db,    // mean rise of the bands in 20 ms
  low_rise_db,    // steepest rise within the step of what lies below 200 Hz, in 40 ms
  voice,          // share of the power that glides as voices do (pitch_motion.h)
  tonal,          // share of the power from 60 Hz to 4 kHz in narrow peaks
  roughness,      // of those peaks (partials.h)
  contrast_db,    // arithmetic over geometric mean of the power within an octave, mean of seven octaves from 62.5 Hz to 8 kHz
  melody_hz,      // steps of the strongest peak between 200 Hz and 2 kHz from one semitone to another
  onset_hz,       // rises that stand out
  syllabic,       // rms over mean of the amplitude from 300 Hz to 3.4 kHz, within 2 to 8 Hz: the pace of syllables
};
inline constexpr int kTraits = 11;
inline constexpr std::array<double, kTraits> kTraitRange = {1.0, 1.0, 30.0, 60.0, 1.0, 1.0, 8.0, 60.0, 20.0, 50.0, 2.0};

struct TextureStep {
  std::array<std::int16_t, kTextureBands> band_centibel{};  // mean power per band, 0.1 dB re full-scale sine; -2000 = silent or above Nyquist
  std::array<std::uint8_t, 12> chroma{};                    // share of each pitch class (A4 = 440 Hz), 255 = all; all 0 when nothing is pitched
  std::array<std::uint16_t, kTraits> traits{};              // 65535 = kTraitRange
  float weighted_power = 0.0f;                              // K-weighted, the channels added: lufs = -0.691 + 10 log10

  [[nodiscard]] double trait(Trait which) const noexcept {
    const auto at = static_cast<std::size_t>(which);
    return traits[at] * kTraitRange[at] / 65535.0;
  }
};

// Guarantee: the loudness of a step is that of BS.1770-5 within 0.1 LU for steady sounds from 100 Hz to 10 kHz; 88 bytes per step, 635 kB per hour.
class TextureHistory {
 public:
  static constexpr int kFramesPerStep = 50;

  // Control thread; allocates. Both grids of one stream. Errors: bad_sample_rate, bad_channel_count, out_of_range (a length below 0).
  [[nodiscard]] Status prepare(const StftGrid& short_grid, const StftGrid& long_grid, double max_duration_s);
  void reset() noexcept;
  void process_short(const SpectrumFrame& frame) noexcept;
  void process_long(const SpectrumFrame& frame) noexcept;

  [[nodiscard]] const std::vector<TextureStep>& steps() const noexcept { return steps_; }  // at most as many as max_duration_s holds
  [[nodiscard]] double step_s() const noexcept { return step_s_; }

 private:
  using Levels = std::array<float, kTextureBands>;
  struct ShortSums {
    std::array<double, kTextureBands> power{};
    double weighted_power = 0.0, amplitude = 0.0;
    double percussive = 0.0, all = 0.0, fullness = 0.0, activity_db = 0.0, voice = 0.0;
    double low_rise_db = 0.0;
    double speech_band = 0.0, syllables = 0.0;
    int onsets = 0, frames = 0;
  };
  struct LongSums {
    std::array<double, 12> chroma{};
    double amplitude = 0.0, tonal = 0.0, roughness = 0.0, contrast_db = 0.0;
    int moves = 0, frames = 0;
    std::int64_t step = -1;
  };

  [[nodiscard]] TextureStep* step_at(std::int64_t index) noexcept;
  void write_short(TextureStep& step) const noexcept;
  void write_long(TextureStep& step) const noexcept;
  [[nodiscard]] double hear_rises(const Levels& levels_db, double low_db) noexcept;
  void hear_syllables(const float* power) noexcept;
  [[nodiscard]] double contrast_db(const float* power) const noexcept;
  void add_chroma(const Partials& heard, double amplitude) noexcept;
  [[nodiscard]] bool melody_moved(const Partials& heard) noexcept;

  StftGrid short_grid_, long_grid_;
  double step_s_ = 0.5;
  std::size_t max_steps_ = 0;
  std::array<int, kTextureBands + 1> band_bins_{};
  std::array<int, 8> octave_bins_{};
  Levels tilt_lin_{}, tilt_db_{};
  std::vector<float> weights_;  // K-weighting per bin of the short grid
  int low_from_ = 1, low_to_ = 2;
  int speech_from_ = 1, speech_to_ = 2;
  double quick_keep_ = 0.0, slow_keep_ = 0.0;

  std::vector<TextureStep> steps_;
  ShortSums short_;
  LongSums long_;
  PercussiveShare<kTextureBands> percussive_;
  PitchMotion motion_;
  std::array<Levels, 2> recent_db_{};
  std::array<float, 4> recent_low_db_{};
  double rise_db_ = 0.0, rise_before_db_ = 0.0, usual_rise_db_ = 0.0;
  float voice_now_ = 0.0f;
  double quick_ = 0.0, slow_ = 0.0;
  int melody_semitone_ = 0;  // 0 = none yet
};

}  // namespace ag06::analysis
