// Runs samples through the listeners that the musical features are derived from. For tests only.
#pragma once

#include <algorithm>

#include "analysis/level/level_history.h"
#include "analysis/level/stereo_field.h"
#include "analysis/loudness.h"
#include "analysis/music/music_features.h"
#include "analysis/music/room_decay.h"
#include "analysis/rhythm/find_rhythm.h"
#include "analysis/spectral/find_spectrum.h"
#include "analysis/stream_meter.h"
#include "analysis/structure/find_structure.h"
#include "analysis/tonality/find_tonality.h"
#include "support/signals.h"

namespace ag06::test {

[[nodiscard]] inline analysis::MusicReport heard_music(Planes io, double sample_rate_hz) {
  using namespace analysis;
  const StreamSpec spec{sample_rate_hz, static_cast<int>(io.samples.size()), 65536};
  const StftGrid brief = short_grid(spec), full = long_grid(spec);
  const double length_s = frame_count(io) / sample_rate_hz + 1.0;
  Stft short_stft, long_stft;
  StreamMeter meter;
  LoudnessMeter loudness;
  LevelHistory levels;
  StereoField stereo;
  LongTermSpectrum spectrum;
  SpectralShape shape;
  OnsetHistory onsets;
  ChromaHistory chroma;
  TextureHistory texture;
  RoomDecay decay;
  for (const Status status : {short_stft.prepare(brief), long_stft.prepare(full), meter.prepare(spec), loudness.prepare(spec), levels.prepare(spec, length_s),
                              stereo.prepare(full, length_s), spectrum.prepare(full, length_s), shape.prepare(brief, length_s), onsets.prepare(brief, length_s),
                              chroma.prepare(full, length_s), texture.prepare(brief, full, length_s), decay.prepare(brief)})
    if (status != Status::ok) return {};
  const auto to_short = [&](const SpectrumFrame& frame) {
    shape.process(frame);
    onsets.process(frame);
    texture.process_short(frame);
    decay.process(frame);
  };
  const auto to_long = [&](const SpectrumFrame& frame) {
    spectrum.process(frame);
    stereo.process(frame);
    chroma.process(frame);
    texture.process_long(frame);
  };
  const int step = static_cast<int>(0.1 * sample_rate_hz);
  for (int at = 0; at < frame_count(io); at += step) {
    const ConstAudioBlock in = io.slice(at, std::min(step, frame_count(io) - at));
    meter.process(in);
    loudness.process(in);
    levels.process(in);
    levels.add_loudness(loudness.momentary_lufs(), loudness.short_term_lufs());
    stereo.process(in);
    shape.process(in);
    short_stft.process(in, to_short);
    long_stft.process(in, to_long);
  }
  short_stft.finish(to_short);
  long_stft.finish(to_long);
  SongAnalysis song;
  song.duration_s = frame_count(io) / sample_rate_hz;
  song.stream = meter.finish();
  song.spectrum = find_spectrum(spectrum, shape);
  song.stereo = find_stereo(stereo);
  song.rhythm = find_rhythm(onsets);
  song.dynamics = find_dynamics(levels, song.stream, song.rhythm.tempo_bpm);
  song.tonality = find_tonality(chroma, song.rhythm.beats_s);
  song.structure = find_structure(texture, song.rhythm);
  return derive_music(song, find_room(decay), summarise(texture));
}

}  // namespace ag06::test
