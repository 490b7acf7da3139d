#include "analysis/music/music_features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "core/analysis/music/filled_song.h"

namespace ag06::analysis {
namespace {
using test::filled_song;
using test::FilledSong;

using Change = std::function<void(FilledSong&)>;
struct Rise {
  Feature feature;
  const char* why;
  Change change;
};

const std::vector<Rise>& rises() {
  static const std::vector<Rise> all = {
      {Feature::energy, "more events", [](FilledSong& s) { s.heard.rhythm.onset_rate_hz = 6.0; }},
      {Feature::energy, "peaks closer to the mean", [](FilledSong& s) { s.heard.stream.plr_db = 8.0; }},
      {Feature::energy, "more drums", [](FilledSong& s) { s.trait(Trait::percussive) = 0.3; }},
      {Feature::valence, "minor to major", [](FilledSong& s) { s.heard.tonality.mode = Mode::major; }},
      {Feature::valence, "faster", [](FilledSong& s) { s.heard.rhythm.tempo_bpm = 140.0; }},
      {Feature::valence, "smoother", [](FilledSong& s) { s.trait(Trait::roughness) = 0.3; }},
      {Feature::danceability, "tempo to 118", [](FilledSong& s) { s.heard.rhythm.tempo_bpm = 118.0; }},
      {Feature::danceability, "clearer pulse", [](FilledSong& s) { s.heard.rhythm.pulse_clarity = 0.6; }},
      {Feature::danceability, "steadier", [](FilledSong& s) { s.heard.rhythm.tempo_stability = 1.0; }},
      {Feature::acousticness, "partials clear of the floor", [](FilledSong& s) { s.trait(Trait::contrast_db) = 18.0; }},
      {Feature::acousticness, "uncompressed", [](FilledSong& s) { s.heard.stream.plr_db = 18.0; }},
      {Feature::acousticness, "no sub-bass", [](FilledSong& s) { s.heard.spectrum.band_share = {0.0, 0.47, 0.21, 0.21, 0.05, 0.05, 0.01}; }},
      {Feature::instrumentalness, "no voice", [](FilledSong& s) { s.trait(Trait::voice) = 0.0; }},
      {Feature::speechiness, "somebody speaks", [](FilledSong& s) { s.heard.speech_ratio = 0.5; }},
      {Feature::speechiness, "a voice glides", [](FilledSong& s) { s.trait(Trait::voice) = 0.1; }},
      {Feature::liveness, "a longer decay", [](FilledSong& s) { s.room.decay_s = 2.0; }},
      {Feature::liveness, "a background", [](FilledSong& s) { s.heard.stream.noise_floor_lufs = -30.0; }},
      {Feature::liveness, "an unsteady tempo", [](FilledSong& s) { s.heard.rhythm.tempo_stability = 0.6; }},
      {Feature::brightness, "a higher centroid", [](FilledSong& s) { s.heard.spectrum.centroid_hz = 3500.0; }},
      {Feature::brightness, "more highs", [](FilledSong& s) { s.heard.spectrum.band_share = {0.05, 0.4, 0.15, 0.15, 0.1, 0.1, 0.05}; }},
      {Feature::warmth, "more lows", [](FilledSong& s) { s.heard.spectrum.band_share = {0.06, 0.55, 0.25, 0.1, 0.02, 0.01, 0.01}; }},
      {Feature::punch, "steeper lows", [](FilledSong& s) { s.trait(Trait::low_rise_db) = 20.0; }},
      {Feature::punch, "transients left", [](FilledSong& s) { s.heard.dynamics.micro_dynamics_db = 13.0; }},
      {Feature::density, "more bands", [](FilledSong& s) { s.trait(Trait::fullness) = 0.95; }},
      {Feature::presence, "more upper mids", [](FilledSong& s) { s.heard.spectrum.band_share = {0.06, 0.35, 0.2, 0.2, 0.14, 0.04, 0.01}; }},
      {Feature::roughness, "beating", [](FilledSong& s) { s.trait(Trait::roughness) = 2.5; }},
      {Feature::spaciousness, "wider", [](FilledSong& s) { s.heard.stereo.width = 0.4; }},
      {Feature::spaciousness, "a longer decay", [](FilledSong& s) { s.room.decay_s = 2.0; }},
      {Feature::complexity, "all pitch classes", [](FilledSong& s) { s.heard.tonality.chroma.fill(1.0 / 12.0); }},
      {Feature::complexity, "more chords",
       [](FilledSong& s) {
         for (int r = 0; r < 12; ++r) s.heard.tonality.chords.push_back({0.0, 50.0, r, ChordQuality::major, 1.0});
       }},
      {Feature::complexity, "quicker harmony", [](FilledSong& s) { s.heard.tonality.harmonic_change_hz = 1.2; }},
      {Feature::tension, "dissonance", [](FilledSong& s) { s.trait(Trait::roughness) = 2.5; }},
      {Feature::tension, "no clear key", [](FilledSong& s) { s.heard.tonality.tonal_clarity = 0.1; }},
      {Feature::groove, "a clearer pulse", [](FilledSong& s) { s.heard.rhythm.pulse_clarity = 0.6; }},
      {Feature::groove, "swing", [](FilledSong& s) { s.heard.rhythm.swing_ratio = 1.7; }},
      {Feature::groove, "a bass that hits", [](FilledSong& s) { s.trait(Trait::low_rise_db) = 20.0; }},
      {Feature::regularity, "a steadier tempo", [](FilledSong& s) { s.heard.rhythm.tempo_stability = 1.0; }},
      {Feature::regularity, "parts that come again", [](FilledSong& s) { s.heard.structure.repetition = 0.9; }},
      {Feature::melodiousness, "more tone", [](FilledSong& s) { s.trait(Trait::tonal) = 0.8; }},
      {Feature::melodiousness, "fewer drums", [](FilledSong& s) { s.trait(Trait::percussive) = 0.05; }},
      {Feature::percussiveness, "more drums", [](FilledSong& s) { s.trait(Trait::percussive) = 0.3; }},
      {Feature::percussiveness, "more transients", [](FilledSong& s) { s.heard.dynamics.transient_ratio = 0.35; }},
      {Feature::loudness, "louder", [](FilledSong& s) { s.heard.stream.integrated_lufs = -10.0; }},
      {Feature::dynamics, "soft and loud parts", [](FilledSong& s) { s.heard.stream.range_lu = 12.0; }},
      {Feature::dynamics, "peaks far above the mean", [](FilledSong& s) { s.heard.stream.plr_db = 18.0; }},
      {Feature::clarity, "partials clear of the floor", [](FilledSong& s) { s.trait(Trait::contrast_db) = 16.0; }},
      {Feature::clarity, "a shorter decay", [](FilledSong& s) { s.room.decay_s = 0.3; }},
      {Feature::heaviness, "distortion", [](FilledSong& s) { s.trait(Trait::roughness) = 3.0; }},
      {Feature::heaviness, "a wall of sound", [](FilledSong& s) { s.trait(Trait::fullness) = 1.0; }},
  };
  return all;
}

TEST(MusicFeatures, RiseWithWhatTheyMeasure) {
  std::array<int, kFeatures> asked{};
  for (const Rise& rise : rises()) {
    FilledSong more = filled_song();
    rise.change(more);
    EXPECT_GT(more.feature(rise.feature), filled_song().feature(rise.feature) + 0.02)
        << kFeatureNames[static_cast<std::size_t>(rise.feature)] << ": " << rise.why;
    ++asked[static_cast<std::size_t>(rise.feature)];
  }
  for (std::size_t f = 0; f < kFeatures; ++f) EXPECT_GT(asked[f], 0) << kFeatureNames[f];
}

TEST(MusicFeatures, OnlyLoudnessHearsTheFader) {
  FilledSong soft = filled_song();
  StreamReport& stream = soft.heard.stream;
  for (double* level : {&stream.integrated_lufs, &stream.momentary_max_lufs, &stream.short_term_max_lufs, &stream.true_peak_dbtp,
                        &stream.sample_peak_dbfs, &stream.rms_dbfs, &stream.noise_floor_lufs})
    *level -= 20.0;
  for (double& level_db : soft.heard.spectrum.curve_db) level_db -= 20.0;
  const MusicReport a = filled_song().report(), b = soft.report();
  for (std::size_t f = 0; f < kFeatures; ++f) {
    if (f == static_cast<std::size_t>(Feature::loudness)) EXPECT_LT(b.features[f], a.features[f] - 0.5);
    else EXPECT_DOUBLE_EQ(a.features[f], b.features[f]) << kFeatureNames[f];
  }
  EXPECT_EQ(a.compression, b.compression);
  EXPECT_EQ(a.eq, b.eq);
}

TEST(MusicFeatures, AreUnknownForSilenceAndForMoments) {
  const MusicReport nothing = derive_music({}, {}, {});
  for (const double value : nothing.features) EXPECT_TRUE(std::isnan(value));
  FilledSong silent = filled_song();
  silent.heard.stream.integrated_lufs = std::nan("");
  for (const double value : silent.report().features) EXPECT_TRUE(std::isnan(value));
  EXPECT_EQ(silent.report().compression, CompressionStyle::unknown);
  EXPECT_FALSE(silent.report().rhythmic || silent.report().tonal || silent.report().percussive);
  FilledSong moment = filled_song();
  moment.texture = {};
  for (const double value : moment.report().features) EXPECT_TRUE(std::isnan(value));
}

TEST(MusicFeatures, WithoutKeyAndTempoValenceIsUnknown) {
  FilledSong noise = filled_song();
  noise.heard.rhythm = {};
  noise.heard.tonality = {};
  EXPECT_TRUE(std::isnan(noise.feature(Feature::valence)));
  EXPECT_GE(noise.feature(Feature::energy), 0.0);
  EXPECT_LT(noise.feature(Feature::danceability), 0.25);
}

// Whatever the listeners hand over, also what no song has, a feature is a share or unknown.
TEST(MusicFeatures, StayInRange) {
  std::mt19937 random(5);
  const auto wild = [&random](double& x) {
    switch (random() % 6) {
      case 0: x = std::nan(""); break;
      case 1: x = 0.0; break;
      case 2: x *= 100.0; break;
      case 3: x = -x; break;
      default: x *= 0.5 + static_cast<double>(random() % 1000) / 500.0; break;
    }
  };
  for (int turn = 0; turn < 3000; ++turn) {
    FilledSong song = filled_song();
    SongAnalysis& h = song.heard;
    for (double* x : {&h.stream.plr_db, &h.stream.range_lu, &h.stream.dynamic_range_db, &h.stream.noise_floor_lufs, &h.spectrum.centroid_hz,
                      &h.spectrum.flatness, &h.dynamics.micro_dynamics_db, &h.dynamics.transient_ratio, &h.stereo.width, &h.rhythm.tempo_bpm,
                      &h.rhythm.onset_rate_hz, &h.rhythm.pulse_clarity, &h.rhythm.tempo_stability, &h.rhythm.swing_ratio, &h.tonality.tonal_clarity,
                      &h.tonality.harmonic_change_hz, &h.speech_ratio, &song.room.decay_s})
      wild(*x);
    if (h.rhythm.tempo_bpm <= 0.0) h.rhythm.tempo_bpm = std::nan("");
    for (double& x : song.texture.traits) wild(x);
    song.trait(Trait::fullness) = 0.5;
    for (double& x : h.spectrum.band_share) x *= static_cast<double>(random() % 2);
    const MusicReport report = song.report();
    for (std::size_t f = 0; f < kFeatures; ++f) {
      const double value = report.features[f];
      EXPECT_TRUE(std::isnan(value) || (value >= 0.0 && value <= 1.0)) << kFeatureNames[f] << " " << value;
    }
  }
}

}  // namespace
}  // namespace ag06::analysis
