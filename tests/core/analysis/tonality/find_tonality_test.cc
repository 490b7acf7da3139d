#include "analysis/tonality/find_tonality.h"

#include <gtest/gtest.h>

#include "chord_song.h"
#include "support/tunes/tune.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test::chord_songs;
namespace tunes = ag06::test::tunes;

constexpr ChordQuality kMinor = ChordQuality::minor;

const std::vector<Degree>& cadence(Mode mode) { return mode == Mode::major ? kMajorCadence : kMinorCadence; }

testing::Message named(int key, Mode mode, Timbre timbre) {
  return testing::Message() << "key " << key << (mode == Mode::minor ? " minor" : " major") << ", timbre " << static_cast<int>(timbre);
}

void expect_unknown_key(const TonalityReport& report) {
  EXPECT_EQ(report.key, -1);
  EXPECT_EQ(report.mode, Mode::unknown);
  EXPECT_EQ(report.key_confidence, 0.0);
}

void expect_told(const ChordSong& song, Mode mode) {
  const TonalityReport report = report_of(song);
  ASSERT_FALSE(std::isnan(report.tuning_hz));
  EXPECT_LE(tuning_error_cents(report.tuning_hz, song.tuning_cents), 2.0);
  EXPECT_GE(report.tuning_hz, 427.47);
  EXPECT_LE(report.tuning_hz, 452.90);
  EXPECT_EQ(report.key, key_at(song, report.tuning_hz));
  EXPECT_EQ(report.mode, mode);
  EXPECT_GT(report.key_confidence, 0.5);
}

// The goal: every key at every tuning. Timbres take turns, so that each meets each tuning.
TEST(FindTonality, TellsCadencesInAllKeysAndTunings) {
  constexpr double kTunings[] = {-50.0, -36.0, -23.0, -10.0, 0.0, 10.0, 23.0, 36.0, 50.0};
  int turn = 0;
  for (int key = 0; key < 12; ++key) {
    for (const double cents : kTunings) {
      for (const Mode mode : {Mode::major, Mode::minor}) {
        const Timbre timbre = kTimbres[turn++ % 5];
        SCOPED_TRACE(named(key, mode, timbre) << ", " << cents << " cents");
        expect_told({.sample_rate_hz = 16000.0, .key = key, .tuning_cents = cents, .timbre = timbre, .degrees = cadence(mode)}, mode);
      }
    }
  }
}

TEST(FindTonality, TellsCadencesUnderNoiseTenDecibelsAboveThem) {
  for (int key = 0; key < 12; ++key) {
    for (const Mode mode : {Mode::major, Mode::minor}) {
      const Timbre timbre = kTimbres[key % 5];
      SCOPED_TRACE(named(key, mode, timbre));
      ChordSong song{.sample_rate_hz = 44100.0, .key = key, .timbre = timbre, .degrees = cadence(mode), .noise_db = 10.0};
      song.seed = static_cast<std::uint32_t>(key + 1);
      song.degrees.insert(song.degrees.end(), song.degrees.begin(), song.degrees.end());
      const TonalityReport report = report_of(song);
      EXPECT_EQ(report.key, key);
      EXPECT_EQ(report.mode, mode);
    }
  }
}

TEST(FindTonality, TellsTheKeyOfASteadySoundUnderNoiseEighteenDecibelsAboveIt) {
  for (const Timbre timbre : {Timbre::sine, Timbre::saw, Timbre::organ}) {
    for (const Mode mode : {Mode::major, Mode::minor}) {
      const int key = 2 * static_cast<int>(timbre) + 1;
      SCOPED_TRACE(named(key, mode, timbre));
      ChordSong song{.sample_rate_hz = 44100.0, .key = key, .timbre = timbre, .degrees = cadence(mode), .chord_s = 2.0, .noise_db = 18.0};
      song.degrees.insert(song.degrees.end(), song.degrees.begin(), song.degrees.end());
      const ChromaHistory heard = heard_in(sound_of(song), song.sample_rate_hz);
      const TonalityReport report = find_tonality(heard, beats_of(song));
      EXPECT_EQ(report.key, key);
      EXPECT_EQ(report.mode, mode);
      EXPECT_LE(tuning_error_cents(report.tuning_hz, 0.0), 2.0);
    }
  }
}

// Strings whose every pluck has overtones of its own, the fifth often stronger than the third of the chord.
TEST(FindTonality, TellsMinorFromMajorOnPluckedStringsUnderNoise) {
  for (const int key : {1, 4, 7, 10}) {
    SCOPED_TRACE(key);
    tunes::TuneSpec spec;
    spec.duration_s = 12.0;
    spec.tempo_bpm = 100.0;
    spec.chord_beats = 2;
    spec.key = key;
    spec.progression = tunes::kMinorCadence;
    spec.tuning_cents = -25.0;
    spec.timbre = tunes::Timbre::plucked;
    spec.drums = spec.melody = false;
    spec.channels = 1;
    spec.noise = tunes::Noise::white;
    spec.snr_db = -10.0;
    spec.seed = static_cast<std::uint32_t>(9041 + 10 * key);
    const tunes::Tune tune = tunes::make_tune(spec);
    const std::vector<double> sound(tune.audio.samples[0].begin(), tune.audio.samples[0].end());
    const TonalityReport report = find_tonality(heard_in(sound, spec.sample_rate_hz), tune.truth.beats_s);
    EXPECT_EQ(report.key, key);
    EXPECT_EQ(report.mode, Mode::minor);
  }
}

TEST(FindTonality, TellsCadencesUnderDrums) {
  for (const Timbre timbre : kTimbres) {
    for (const Mode mode : {Mode::major, Mode::minor}) {
      const int key = 3 + static_cast<int>(timbre);
      SCOPED_TRACE(named(key, mode, timbre));
      expect_told({.key = key, .timbre = timbre, .degrees = cadence(mode), .drums = true}, mode);
    }
  }
}

TEST(FindTonality, TellsChordsOfCleanProgressions) {
  const std::vector<std::vector<Degree>> progressions = {
      {{0}, {9, kMinor}, {2, kMinor}, {7}, {0}, {5}, {7}, {0}},
      {{0, kMinor}, {8}, {3}, {10}, {0, kMinor}, {5, kMinor}, {7}, {0, kMinor}},
      {{0}, {7}, {9, kMinor}, {5}, {0}, {4, kMinor}, {5}, {7}},
  };
  for (std::size_t p = 0; p < progressions.size(); ++p) {
    for (const Timbre timbre : kTimbres) {
      for (const bool drums : {false, true}) {
        SCOPED_TRACE(testing::Message() << "progression " << p << " timbre " << static_cast<int>(timbre) << " drums " << drums);
        const int key = 2 + static_cast<int>(timbre);
        const ChordSong song{.key = key, .tuning_cents = 12.0, .timbre = timbre, .degrees = progressions[p], .drums = drums};
        const TonalityReport report = report_of(song);
        EXPECT_GE(chord_recall(song, report), 0.95);
        EXPECT_NEAR(report.harmonic_change_hz, 7.0 / 8.0, 0.13);
      }
    }
  }
}

TEST(FindTonality, ChordsCoverTheSongWithoutGapsAndWithoutRepeats) {
  const ChordSong song{.degrees = kMajorCadence};
  const TonalityReport report = report_of(song);
  ASSERT_FALSE(report.chords.empty());
  EXPECT_EQ(report.chords.front().start_s, 0.0);
  EXPECT_NEAR(report.chords.back().end_s, 4.0, 0.2);
  for (std::size_t i = 1; i < report.chords.size(); ++i) {
    EXPECT_EQ(report.chords[i].start_s, report.chords[i - 1].end_s);
    EXPECT_TRUE(report.chords[i].root != report.chords[i - 1].root || report.chords[i].quality != report.chords[i - 1].quality);
  }
  double sum = 0.0;
  for (const double share : report.chroma) sum += share;
  EXPECT_NEAR(sum, 1.0, 1e-12);
}

TEST(FindTonality, WithoutBeatsChordsAreToldByTheQuarterSecond) {
  const ChordSong song{.degrees = kMajorCadence, .chord_s = 2.0};
  const TonalityReport report = find_tonality(heard_in(sound_of(song), song.sample_rate_hz), {});
  EXPECT_GE(chord_recall(song, report), 0.95);
}

TEST(FindTonality, TellsTheKeyOfMostOfTheSong) {
  ChordSong song;
  for (int i = 0; i < 5; ++i) song.degrees.insert(song.degrees.end(), kMajorCadence.begin(), kMajorCadence.end());
  for (int i = 0; i < 3; ++i)
    for (const Degree& degree : kMajorCadence) song.degrees.push_back({(degree.root + 2) % 12, degree.quality});
  const TonalityReport end_higher = report_of(song);
  EXPECT_EQ(end_higher.key, 0);
  EXPECT_EQ(end_higher.mode, Mode::major);
  std::reverse(song.degrees.begin(), song.degrees.end());
  for (Degree& degree : song.degrees) degree.root = (degree.root + 4) % 12;
  EXPECT_EQ(report_of(song).key, 4);
}

TEST(FindTonality, SoundWithoutHarmonyHasNoKey) {
  const double rate_hz = 22050.0;
  const auto frames = static_cast<std::size_t>(20.0 * rate_hz);
  expect_unknown_key(find_tonality(heard_in(std::vector<double>(frames, 0.0), rate_hz), {}));
  expect_unknown_key(find_tonality(heard_in(std::vector<double>(frames, 0.4), rate_hz), {}));
  std::vector<double> click(frames, 0.0), tone(frames, 0.0), drums(frames, 0.0);
  click[frames / 2] = 0.9;
  expect_unknown_key(find_tonality(heard_in(click, rate_hz), {}));
  add_note(tone, 0, frames, rate_hz, 440.0, Timbre::sine);
  const TonalityReport of_tone = find_tonality(heard_in(tone, rate_hz), {});
  expect_unknown_key(of_tone);
  EXPECT_NEAR(of_tone.tuning_hz, 440.0, 0.1);
  EXPECT_GT(of_tone.chroma[9], 0.8);
  Random random(5);
  add_drums(drums, rate_hz, random);
  expect_unknown_key(find_tonality(heard_in(drums, rate_hz), {}));
}

TEST(FindTonality, NoiseHasNoTuningNorChords) {
  for (const double duration_s : {0.2, 1.0, 3.0, 12.0}) {
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
      SCOPED_TRACE(testing::Message() << duration_s << " s, seed " << seed);
      Random random(seed * 97u);
      std::vector<double> noise(static_cast<std::size_t>(duration_s * 44100.0));
      double pinker = 0.0;
      for (double& x : noise) {
        const double white = 0.4 * (random.unit() - 0.5);
        pinker += 0.02 * (white - pinker);  // above 140 Hz like red noise, in the second half of the seeds
        x = seed <= 3 ? white : 5.0 * pinker;
      }
      const TonalityReport report = find_tonality(heard_in(noise, 44100.0), {});
      expect_unknown_key(report);
      EXPECT_TRUE(std::isnan(report.tuning_hz));
      EXPECT_TRUE(report.chords.empty());
      EXPECT_EQ(report.harmonic_change_hz, 0.0);
    }
  }
}

TEST(FindTonality, WorksAtEveryRateMonoAndStereo) {
  for (const double rate_hz : {8000.0, 11025.0, 32000.0, 48000.0, 96000.0, 192000.0}) {
    for (const int channels : {1, 2}) {
      SCOPED_TRACE(testing::Message() << rate_hz << " Hz, " << channels);
      expect_told({.sample_rate_hz = rate_hz, .channels = channels, .key = 8, .tuning_cents = -17.0, .timbre = Timbre::saw, .degrees = kMinorCadence},
                  Mode::minor);
    }
  }
}

TEST(FindTonality, AFifthOfASecondAndNothingAtAll) {
  expect_unknown_key(find_tonality(ChromaHistory{}, {}));
  const ChordSong song{.sample_rate_hz = 44100.0, .degrees = {{0}}, .chord_s = 0.2};
  expect_unknown_key(report_of(song));
}

TEST(FindTonality, BeatsOutOfTheSongOrTwiceAreIgnored) {
  const ChordSong song{.degrees = kMajorCadence};
  const ChromaHistory heard = heard_in(sound_of(song), song.sample_rate_hz);
  const std::vector<double> strange = {-3.0, 0.0, 0.0, 1.0, 1.0, 1.01, 2.0, 3.0, 50.0, 1e9};
  const TonalityReport report = find_tonality(heard, strange);
  EXPECT_GE(chord_recall(song, report), 0.9);
  EXPECT_NEAR(report.chords.back().end_s, 4.0, 0.2);
}

}  // namespace
}  // namespace ag06::analysis
