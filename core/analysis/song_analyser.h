// Hears a whole song in one pass: cuts the stream once into spectra for all listeners, and draws the conclusions at the end.
// Not for the audio thread's deadline: process() neither allocates nor locks, but takes a hundredth of real time.
#pragma once

#include <array>
#include <vector>

#include "analysis/defects/defect_detector.h"
#include "analysis/level/level_history.h"
#include "analysis/level/stereo_field.h"
#include "analysis/music/room_decay.h"
#include "analysis/rhythm/find_rhythm.h"
#include "analysis/rhythm/onset_history.h"
#include "analysis/song_analysis.h"
#include "analysis/spectral/long_term_spectrum.h"
#include "analysis/spectral/spectral_shape.h"
#include "analysis/spectral/spectrogram.h"
#include "analysis/spectral/stft.h"
#include "analysis/speech/voice_activity.h"
#include "analysis/stream_meter.h"
#include "analysis/structure/texture_history.h"
#include "analysis/tonality/chroma_history.h"

namespace ag06::analysis {

// What is known of a song before it is heard.
struct SongOptions {
  RhythmOptions rhythm;
};

// Guarantee: the same analysis, bit for bit, however the stream is cut into blocks.
class SongAnalyser {
 public:
  // Allocates everything: about 6 MB and as much again per hour of max_duration_s. Mono or stereo. What lies beyond max_duration_s counts for
  // loudness, peaks and the mean spectrum only. Errors: those of validate(), out_of_range (max_duration_s not in (0, 6 h]), out_of_memory.
  [[nodiscard]] Status prepare(const StreamSpec& spec, double max_duration_s);
  void reset() noexcept;
  // Non-finite samples count as silence.
  void process(ConstAudioBlock in) noexcept;
  // Ends the stream; allocates. reset() begins the next one.
  [[nodiscard]] SongAnalysis finish(const SongOptions& options = {});

  // Of what was heard so far.
  [[nodiscard]] const LongTermSpectrum& long_term_spectrum() const noexcept { return long_term_; }
  [[nodiscard]] const SpectralShape& spectral_shape() const noexcept { return shape_; }
  [[nodiscard]] const Spectrogram& spectrogram() const noexcept { return spectrogram_; }

 private:
  static constexpr int kChunkFrames = 1024;

  void hear(ConstAudioBlock clean) noexcept;
  void hear_short(const SpectrumFrame& frame) noexcept;
  void hear_long(const SpectrumFrame& frame) noexcept;
  [[nodiscard]] int frames_to_next_level() const noexcept;

  StreamSpec spec_{};
  double frames_ = 0.0;
  int level_frames_ = 0;  // between two readings of the loudness
  int in_level_ = 0;
  std::array<std::vector<float>, kMaxStripChannels> clean_;

  StreamMeter meter_;
  Stft short_stft_, long_stft_;
  LevelHistory levels_;
  StereoField stereo_;
  DefectDetector defects_;
  LongTermSpectrum long_term_;
  SpectralShape shape_;
  Spectrogram spectrogram_;
  OnsetHistory onsets_;
  ChromaHistory chroma_;
  TextureHistory texture_;
  RoomDecay decay_;
  VoiceActivity voice_;
};

}  // namespace ag06::analysis
