// What the trained models are given of a song: a few excerpts, each as a mel picture and as a list of measured numbers. Not for people's eyes.
// Made here only, for training and for listening alike, so that a model always sees what it was trained on.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/loudness.h"
#include "analysis/spectral/mel.h"
#include "analysis/spectral/stft.h"
#include "assist/ear_bands.h"
#include "assist/ear_levels.h"
#include "assist/echo_template.h"

namespace ag06::assist {

inline constexpr double kExcerptS = 10.24;
inline constexpr int kMaxExcerpts = 6;
inline constexpr int kMelBands = 64;
inline constexpr int kMelFrames = 256;  // of 40 ms
inline constexpr int kMelNumbers = 2 * kMelBands * kMelFrames;

// The list of numbers, group by group. Unless said otherwise, twice as loud reads the same; decibels are divided by ten, and all are held within +-8.
// A level of reference is the excerpt's integrated loudness.
enum HeardAt : int {
  kLoudnessAt = 0,                                       // (LUFS + 18) / 12, the only absolute one; peak and momentary maximum re loudness; crest factor
  kMidBandsAt = kLoudnessAt + 4,                         // third octaves from 25 Hz to 20 kHz of the mid re everything, + 20 dB
  kSideBandsAt = kMidBandsAt + kThirdOctaves,            // the same of the side, + 30 dB
  kBandSpreadAt = kSideBandsAt + kThirdOctaves,          // standard deviation of each third octave's level over time
  kPiecesAt = kBandSpreadAt + kThirdOctaves,             // see ear_levels.h
  kSlopesAt = kPiecesAt + kPieceNumbers,
  kPeaksAt = kSlopesAt + kSlopeNumbers,
  kBandDynamicsAt = kPeaksAt + kPeakNumbers,             // see ear_bands.h
  kWidthAt = kBandDynamicsAt + kBandDynamicsNumbers,
  kEchoesAt = kWidthAt + kWidthNumbers,                  // see echo_template.h
  kHeardNumbers = kEchoesAt + EchoTemplates::kNumbers,
};

struct HeardGroup {
  const char* name;
  int at;
  int count;
};
inline constexpr int kHeardGroups = 10;
// In order, without gaps; static storage.
[[nodiscard]] const HeardGroup (&heard_groups() noexcept)[kHeardGroups];

// Of a song: none below 3 s, else one, and as many as fit without overlap up to kMaxExcerpts.
[[nodiscard]] int excerpt_count(std::int64_t song_frames, double rate_hz) noexcept;
// Each is centred in its share of the song; a single one of a short song starts at 0.
[[nodiscard]] std::int64_t excerpt_start(std::int64_t song_frames, double rate_hz, int index) noexcept;
[[nodiscard]] int excerpt_frames(double rate_hz) noexcept;

// One excerpt after the other: reset(), process() until it is in, finish(). About 30 MB at 48 kHz.
// Guarantee: every output is finite whatever comes, and independent of block cuts; mono reads as two equal channels.
class Ear {
 public:
  // Control thread; allocates; renders the echo templates. Mono or stereo. Errors: those of validate(), out_of_memory.
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  // Forgets the excerpt; the templates stay.
  void reset() noexcept;
  // Non-finite samples count as silence. Frames past the excerpt's are ignored.
  void process(ConstAudioBlock in) noexcept;
  // Pads with silence. mel: kMelNumbers, [mid, side][band][frame]: dB re the excerpt's mean, -80 to 40, over 20. heard: kHeardNumbers.
  // Control thread, some 50 ms. reset() before the next excerpt.
  void finish(float* mel, float* heard) noexcept;

 private:
  void hear_spectrum(float* heard) noexcept;
  void hear_frames(float* mel, float* heard) noexcept;
  void add_frame(const analysis::SpectrumFrame& frame) noexcept;
  void end_slot() noexcept;
  void write_mel(float* mel) const noexcept;
  void hear_levels(float* heard) noexcept;

  double sample_rate_hz_ = 48000.0;
  int frames_ = 0, most_frames_ = 0;
  std::vector<float> samples_[2];
  analysis::RealFft fft_;             // of a whole excerpt
  std::vector<float> left_spectrum_;  // pairs
  EchoTemplates echoes_;
  ThirdOctaves long_bands_, slot_bands_;
  analysis::LoudnessMeter loudness_;
  EarLevels levels_;
  analysis::Stft stft_;
  analysis::MelFilterbank mel_bands_;
  std::vector<float> slot_power_[2];  // of mid and side, by bin
  std::vector<float> mel_[2];         // [slot][band]
  std::vector<double> band_slots_;    // [slot][third octave]
  int frames_in_slot_ = 0, slots_ = 0;
};

}  // namespace ag06::assist
