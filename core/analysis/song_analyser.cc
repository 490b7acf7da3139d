#include "analysis/song_analyser.h"

#include <algorithm>

#include "analysis/music/genre.h"
#include "analysis/music/music_features.h"
#include "analysis/spectral/find_spectrum.h"
#include "analysis/structure/find_structure.h"
#include "analysis/structure/texture_summary.h"
#include "analysis/tonality/find_tonality.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kLongestS = 6.0 * 3600.0;
constexpr double kLevelStepMs = 100.0;
// +24 dBFS: louder is a fault of the file, and would drown every sum.
constexpr float kLimit = 16.0f;

float cleaned(float x) noexcept { return is_finite(x) ? clamp_to(x, -kLimit, kLimit) : 0.0f; }
}  // namespace

Status SongAnalyser::prepare(const StreamSpec& spec, double max_duration_s) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  if (!(max_duration_s > 0.0 && max_duration_s <= kLongestS)) return Status::out_of_range;
  const StreamSpec chunk{spec.sample_rate_hz, spec.channels, kChunkFrames};
  const StftGrid brief = short_grid(chunk), full = long_grid(chunk);
  for (const Status status :
       {meter_.prepare(chunk), short_stft_.prepare(brief), long_stft_.prepare(full), levels_.prepare(chunk, max_duration_s),
        stereo_.prepare(full, max_duration_s), defects_.prepare(full, max_duration_s), long_term_.prepare(full, max_duration_s),
        shape_.prepare(brief, max_duration_s), spectrogram_.prepare(brief, max_duration_s), onsets_.prepare(brief, max_duration_s),
        chroma_.prepare(full, max_duration_s), texture_.prepare(brief, full, max_duration_s), decay_.prepare(brief), voice_.prepare(brief)})
    if (status != Status::ok) return status;
  spec_ = chunk;
  level_frames_ = frames_for_ms(kLevelStepMs, spec.sample_rate_hz);
  for (int c = 0; c < spec.channels; ++c) clean_[static_cast<std::size_t>(c)].assign(kChunkFrames, 0.0f);
  reset();
  return Status::ok;
}

void SongAnalyser::reset() noexcept {
  frames_ = 0.0;
  in_level_ = 0;
  meter_.reset();
  short_stft_.reset();
  long_stft_.reset();
  levels_.reset();
  stereo_.reset();
  defects_.reset();
  long_term_.reset();
  shape_.reset();
  spectrogram_.reset();
  onsets_.reset();
  chroma_.reset();
  texture_.reset();
  decay_.reset();
  voice_.reset();
}

void SongAnalyser::process(ConstAudioBlock in) noexcept {
  for (int at = 0; at < in.frames;) {
    const int count = std::min({kChunkFrames, in.frames - at, level_frames_ - in_level_});
    const float* planes[kMaxStripChannels] = {};
    for (int c = 0; c < spec_.channels; ++c) {
      float* clean = clean_[static_cast<std::size_t>(c)].data();
      const float* raw = in.channel(c) + at;
      for (int i = 0; i < count; ++i) clean[i] = cleaned(raw[i]);
      planes[c] = clean;
    }
    hear({planes, spec_.channels, count});
    at += count;
  }
}

void SongAnalyser::hear(ConstAudioBlock clean) noexcept {
  frames_ += clean.frames;
  meter_.process(clean);
  levels_.process(clean);
  stereo_.process(clean);
  defects_.process(clean);
  shape_.process(clean);
  short_stft_.process(clean, [this](const SpectrumFrame& frame) { hear_short(frame); });
  long_stft_.process(clean, [this](const SpectrumFrame& frame) { hear_long(frame); });
  in_level_ += clean.frames;
  if (in_level_ < level_frames_) return;
  in_level_ = 0;
  levels_.add_loudness(meter_.loudness().momentary_lufs(), meter_.loudness().short_term_lufs());
}

void SongAnalyser::hear_short(const SpectrumFrame& frame) noexcept {
  shape_.process(frame);
  spectrogram_.process(frame);
  onsets_.process(frame);
  texture_.process_short(frame);
  decay_.process(frame);
  voice_.process(frame);
}

void SongAnalyser::hear_long(const SpectrumFrame& frame) noexcept {
  stereo_.process(frame);
  defects_.process(frame);
  long_term_.process(frame);
  chroma_.process(frame);
  texture_.process_long(frame);
}

SongAnalysis SongAnalyser::finish(const SongOptions& options) {
  short_stft_.finish([this](const SpectrumFrame& frame) { hear_short(frame); });
  long_stft_.finish([this](const SpectrumFrame& frame) { hear_long(frame); });
  SongAnalysis song;
  song.duration_s = frames_ / spec_.sample_rate_hz;
  song.stream = meter_.finish();
  song.speech_ratio = voice_.speech_ratio();
  song.spectrum = find_spectrum(long_term_, shape_);
  song.stereo = find_stereo(stereo_);
  song.defects = find_defects(defects_);
  song.rhythm = find_rhythm(onsets_, options.rhythm);
  song.dynamics = find_dynamics(levels_, song.stream, song.rhythm.tempo_bpm);
  song.tonality = find_tonality(chroma_, song.rhythm.beats_s);
  song.structure = find_structure(texture_, song.rhythm);
  song.music = derive_music(song, find_room(decay_), summarise(texture_));
  song.genre = find_genre(song);
  return song;
}

}  // namespace ag06::analysis
