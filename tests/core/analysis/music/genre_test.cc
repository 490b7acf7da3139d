#include "analysis/music/genre.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "analysis/music/genre_features.h"
#include "core/analysis/music/filled_song.h"
#include "core/analysis/music/genre_cases.gen.h"

namespace ag06::analysis {
namespace {
using test::filled_song;
constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

SongAnalysis song() {
  SongAnalysis heard = filled_song().heard;
  heard.music = filled_song().report();
  return heard;
}

double input(const SongAnalysis& heard, const std::string& name) {
  for (std::size_t i = 0; i < kGenreInputs; ++i)
    if (name == kGenreInputNames[i]) return genre_inputs(heard)[i];
  ADD_FAILURE() << "no input is called " << name;
  return 0.0;
}

double sum(const std::array<double, kGenres>& scores) {
  double total = 0.0;
  for (const double score : scores) total += score;
  return total;
}

void expect_untold(const GenreReport& report) {
  EXPECT_EQ(report.label, -1);
  EXPECT_EQ(report.confidence, 0.0);
  for (const double score : report.scores) EXPECT_EQ(score, 0.0);
}

TEST(Genre, ReadsEveryInputUnderItsOwnName) {
  SongAnalysis heard = song();
  for (std::size_t i = 0; i < kFeatures; ++i) heard.music.features[i] = 0.01 * static_cast<double>(i + 1);
  heard.spectrum.band_share = {0.5, 0.25, 0.1, 0.05, 0.05, 0.04, 0.01};
  heard.spectrum.centroid_hz = 1024.0;
  heard.spectrum.rolloff_hz = 4096.0;
  heard.spectrum.bandwidth_hz = 2048.0;
  heard.spectrum.flatness = 0.001;
  heard.spectrum.flux = 0.31;
  heard.spectrum.zero_crossing_rate = 0.07;
  for (std::size_t i = 0; i < kMfcc; ++i) heard.spectrum.mfcc_mean[i] = 100.0 + static_cast<double>(i);
  heard.stream.plr_db = 11.0;
  heard.stream.range_lu = 7.0;
  heard.dynamics.macro_dynamics_lu = 3.0;
  heard.dynamics.micro_dynamics_db = 9.0;
  heard.dynamics.attack_slope_db_per_ms = 0.5;
  heard.dynamics.transient_ratio = 0.4;
  heard.rhythm.tempo_bpm = 128.0;
  heard.rhythm.tempo_confidence = 0.61;
  heard.rhythm.pulse_clarity = 0.62;
  heard.rhythm.tempo_stability = 0.63;
  heard.rhythm.swing_ratio = 1.5;
  heard.rhythm.onset_rate_hz = 4.5;
  heard.tonality.key_confidence = 0.71;
  heard.tonality.tonal_clarity = 0.72;
  heard.tonality.harmonic_change_hz = 0.73;
  heard.tonality.mode = Mode::minor;
  heard.speech_ratio = 0.81;
  heard.music.decay_s = 2.0;
  for (std::size_t i = 0; i < kFeatures; ++i) {
    if (static_cast<Feature>(i) == Feature::loudness) continue;
    EXPECT_EQ(input(heard, kFeatureNames[i]), heard.music.features[i]) << kFeatureNames[i];
  }
  const double decades[] = {-0.301030, -0.602060, -1.0, -1.301030, -1.301030, -1.397940, -2.0};
  for (std::size_t b = 0; b < kBands; ++b) EXPECT_NEAR(input(heard, std::string("band_") + kBandNames[b]), decades[b], 1e-6);
  EXPECT_NEAR(input(heard, "centroid"), 10.0, 1e-9);
  EXPECT_NEAR(input(heard, "rolloff"), 12.0, 1e-9);
  EXPECT_NEAR(input(heard, "bandwidth"), 11.0, 1e-9);
  EXPECT_NEAR(input(heard, "flatness"), -3.0, 1e-9);
  EXPECT_EQ(input(heard, "flux"), 0.31);
  EXPECT_EQ(input(heard, "zero_crossing_rate"), 0.07);
  for (std::size_t i = 1; i < kMfcc; ++i) EXPECT_EQ(input(heard, "mfcc_mean_" + std::to_string(i)), heard.spectrum.mfcc_mean[i]);
  EXPECT_EQ(input(heard, "plr"), 11.0);
  EXPECT_EQ(input(heard, "loudness_range"), 7.0);
  EXPECT_EQ(input(heard, "macro_dynamics"), 3.0);
  EXPECT_EQ(input(heard, "micro_dynamics"), 9.0);
  EXPECT_NEAR(input(heard, "attack_slope"), -1.0, 1e-9);
  EXPECT_EQ(input(heard, "transient_ratio"), 0.4);
  EXPECT_NEAR(input(heard, "tempo"), 7.0, 1e-9);
  EXPECT_EQ(input(heard, "tempo_confidence"), 0.61);
  EXPECT_EQ(input(heard, "pulse_clarity"), 0.62);
  EXPECT_EQ(input(heard, "tempo_stability"), 0.63);
  EXPECT_EQ(input(heard, "swing_ratio"), 1.5);
  EXPECT_EQ(input(heard, "onset_rate"), 4.5);
  EXPECT_EQ(input(heard, "key_confidence"), 0.71);
  EXPECT_EQ(input(heard, "tonal_clarity"), 0.72);
  EXPECT_EQ(input(heard, "harmonic_change"), 0.73);
  EXPECT_EQ(input(heard, "minor"), 1.0);
  EXPECT_EQ(input(heard, "speech_ratio"), 0.81);
  EXPECT_NEAR(input(heard, "decay"), 1.0, 1e-9);
  heard.tonality.mode = Mode::unknown;
  EXPECT_TRUE(std::isnan(input(heard, "minor")));
  heard.spectrum.band_share[6] = 0.0;
  EXPECT_NEAR(input(heard, "band_air"), -4.0, 1e-9);
}

TEST(Genre, FindsTheProbabilitiesThatTheTrainingFound) {
  int cases = 0;
  for (const test::GenreCase& known : test::kGenreCases) {
    const auto scores = genre_scores(known.inputs);
    for (std::size_t g = 0; g < kGenres; ++g) EXPECT_NEAR(scores[g], known.scores[g], 1e-9) << known.id << " " << kGenreNames[g];
    EXPECT_NEAR(sum(scores), 1.0, 1e-12);
    ++cases;
  }
  EXPECT_GE(cases, kGenres);
}

TEST(Genre, TellsMostOfTheRecordingsItWasTrainedOn) {
  int right = 0, cases = 0;
  for (const test::GenreCase& known : test::kGenreCases) {
    const auto scores = genre_scores(known.inputs);
    std::size_t best = 0;
    for (std::size_t g = 1; g < kGenres; ++g)
      if (scores[g] > scores[best]) best = g;
    right += static_cast<int>(best) == known.genre;
    ++cases;
  }
  EXPECT_GE(right, cases * 7 / 10);  // chance: one in seven
}

TEST(Genre, DoesNotHearHowLoudASongIs) {
  SongAnalysis quiet = song();
  quiet.stream.integrated_lufs -= 20.0;
  quiet.stream.true_peak_dbtp -= 20.0;
  quiet.stream.rms_dbfs -= 20.0;
  quiet.spectrum.mfcc_mean[0] -= 100.0;
  quiet.music.features[static_cast<std::size_t>(Feature::loudness)] = 0.1;
  const auto a = genre_inputs(song()), b = genre_inputs(quiet);
  for (std::size_t i = 0; i < kGenreInputs; ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    EXPECT_EQ(a[i], b[i]) << kGenreInputNames[i];
  }
}

TEST(Genre, SaysNothingOfSilenceShortFilesAndUnknownSpectra) {
  expect_untold(find_genre(SongAnalysis{}));
  SongAnalysis heard = song();
  heard.duration_s = 0.2;
  expect_untold(find_genre(heard));
  heard = song();
  heard.stream.integrated_lufs = kGap;
  expect_untold(find_genre(heard));
  heard.stream.integrated_lufs = -80.0;
  expect_untold(find_genre(heard));
  heard = song();
  heard.spectrum.centroid_hz = kGap;
  expect_untold(find_genre(heard));
}

TEST(Genre, SaysNothingWithoutPulseKeyOrVoice) {
  SongAnalysis heard = song();
  heard.rhythm = RhythmReport{};
  heard.tonality = TonalityReport{};
  heard.speech_ratio = 0.0;
  expect_untold(find_genre(heard));
}

TEST(Genre, SaysNothingWhenNoGenreStandsOut) {
  std::array<double, kGenreInputs> unknown{};
  unknown.fill(kGap);
  EXPECT_NEAR(sum(genre_scores(unknown)), 1.0, 1e-12);
  SongAnalysis heard = song();
  const GenreReport report = find_genre(heard);
  const auto scores = genre_scores(genre_inputs(heard));
  double best = 0.0;
  for (const double score : scores) best = std::max(best, score);
  EXPECT_EQ(report.label >= 0, best >= kGenreLeastConfidence);
  heard.spectrum = SpectrumReport{};
  heard.spectrum.centroid_hz = 1000.0;
  heard.music.features.fill(kGap);
  heard.rhythm = RhythmReport{};
  heard.tonality = TonalityReport{};
  heard.dynamics = DynamicsReport{};
  heard.speech_ratio = 1.0;
  const GenreReport bare = find_genre(heard);
  if (bare.label < 0) return expect_untold(bare);
  EXPECT_GE(bare.confidence, kGenreLeastConfidence);
}

TEST(Genre, WildInputsStayFinite) {
  for (const double wild : {1e300, -1e300, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    std::array<double, kGenreInputs> inputs{};
    inputs.fill(wild);
    const auto scores = genre_scores(inputs);
    for (const double score : scores) EXPECT_TRUE(score >= 0.0 && score <= 1.0);
    EXPECT_NEAR(sum(scores), 1.0, 1e-12);
  }
}

TEST(Genre, TheLabelIsTheLikeliest) {
  const GenreReport report = find_genre(song());
  if (report.label < 0) return expect_untold(report);
  for (const double score : report.scores) EXPECT_LE(score, report.confidence);
  EXPECT_EQ(report.scores[static_cast<std::size_t>(report.label)], report.confidence);
  EXPECT_NEAR(sum(report.scores), 1.0, 1e-12);
}

}  // namespace
}  // namespace ag06::analysis
