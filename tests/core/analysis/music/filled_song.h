// A SongAnalysis of a middling pop song, filled by hand. For tests only.
#pragma once

#include "analysis/music/music_features.h"

namespace ag06::test {

struct FilledSong {
  analysis::SongAnalysis heard;
  analysis::RoomReport room;
  analysis::TextureSummary texture;

  double& trait(analysis::Trait which) { return texture.traits[static_cast<std::size_t>(which)]; }
  [[nodiscard]] analysis::MusicReport report() const { return analysis::derive_music(heard, room, texture); }
  [[nodiscard]] double feature(analysis::Feature which) const { return report().features[static_cast<std::size_t>(which)]; }
};

[[nodiscard]] inline FilledSong filled_song() {
  using namespace analysis;
  FilledSong song;
  SongAnalysis& heard = song.heard;
  heard.duration_s = 200.0;
  heard.stream = {-14.0, -9.0, -11.0, 6.0, -1.0, -1.2, -16.0, 14.8, 9.0, 13.0, -45.0, 0.0, 200.0 * 48000.0};
  heard.spectrum.band_share = {0.06, 0.44, 0.2, 0.2, 0.05, 0.04, 0.01};
  heard.spectrum.centroid_hz = 1800.0;
  heard.spectrum.flatness = 0.05;
  for (int i = 0; i < kCurvePoints; ++i) {
    const double octaves = i / 6.0 - 5.644, above = i / 6.0 - 7.644;  // of 1 kHz, of 4 kHz
    heard.spectrum.curve_db[static_cast<std::size_t>(i)] = -40.0 - 2.0 * octaves - (above > 0.0 ? 3.0 * above : 0.0);
  }
  heard.dynamics.macro_dynamics_lu = 5.0;
  heard.dynamics.micro_dynamics_db = 9.5;
  heard.dynamics.attack_slope_db_per_ms = 1.0;
  heard.dynamics.transient_ratio = 0.2;
  heard.stereo.width = 0.22;
  heard.rhythm.tempo_bpm = 100.0;
  heard.rhythm.tempo_confidence = 0.8;
  heard.rhythm.onset_rate_hz = 3.0;
  heard.rhythm.pulse_clarity = 0.4;
  heard.rhythm.tempo_stability = 0.85;
  heard.rhythm.meter_confidence = 0.6;
  heard.rhythm.swing_ratio = 1.1;
  heard.tonality.key = 9;
  heard.tonality.mode = Mode::minor;
  heard.tonality.key_confidence = 0.6;
  heard.tonality.chroma = {0.14, 0.03, 0.1, 0.04, 0.14, 0.1, 0.03, 0.12, 0.03, 0.18, 0.03, 0.06};
  heard.tonality.tonal_clarity = 0.6;
  heard.tonality.harmonic_change_hz = 0.4;
  heard.tonality.chords = {
      {0.0, 50.0, 9, ChordQuality::minor, 0.8}, {50.0, 100.0, 5, ChordQuality::major, 0.8}, {100.0, 200.0, 0, ChordQuality::major, 0.8}};
  heard.structure.repetition = 0.5;
  song.room = {0.7, 1.0, 0.6, 0.8};
  song.texture.sounding_s = 195.0;
  song.trait(Trait::percussive) = 0.14;
  song.trait(Trait::fullness) = 0.7;
  song.trait(Trait::activity_db) = 1.2;
  song.trait(Trait::low_rise_db) = 12.0;
  song.trait(Trait::voice) = 0.005;
  song.trait(Trait::tonal) = 0.4;
  song.trait(Trait::roughness) = 1.2;
  song.trait(Trait::contrast_db) = 8.0;
  song.trait(Trait::melody_hz) = 3.0;
  song.trait(Trait::onset_hz) = 3.0;
  song.trait(Trait::syllabic) = 0.15;
  return song;
}

}  // namespace ag06::test
