// The test music is what it says it is: the same samples every time, attacks where the truth has them, notes in tune, noise at its level.
#include "support/tunes/tune.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/signals.h"

namespace ag06::test::tunes {
namespace {

// Of the second difference: a soft hat on a ringing drum is heard in the treble.
[[nodiscard]] double treble_energy(const Tune& tune, double from_s, double to_s) {
  double sum = 0.0;
  for (const auto& plane : tune.audio.samples)
    for (auto i = static_cast<std::size_t>(from_s * tune.spec.sample_rate_hz) + 2; i < static_cast<std::size_t>(to_s * tune.spec.sample_rate_hz);
         ++i) {
      const double bend = static_cast<double>(plane[i]) - 2.0 * plane[i - 1] + plane[i - 2];
      sum += bend * bend;
    }
  return sum;
}

// How strongly a frequency sounds in a stretch, by projection under a Hann window.
[[nodiscard]] double strength_at(const std::vector<double>& samples, double sample_rate_hz, double freq_hz) {
  double re = 0.0, im = 0.0;
  const double size = static_cast<double>(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double window = 0.5 - 0.5 * std::cos(2.0 * kPi * static_cast<double>(i) / size),
                 phase = 2.0 * kPi * freq_hz * static_cast<double>(i) / sample_rate_hz;
    re += window * samples[i] * std::cos(phase);
    im += window * samples[i] * std::sin(phase);
  }
  return re * re + im * im;
}

// The frequency of the strongest response near a guess, within 0.1 cents.
[[nodiscard]] double pitch_near_hz(const std::vector<double>& samples, double sample_rate_hz, double guess_hz) {
  double low = guess_hz * 0.99, high = guess_hz * 1.01;
  for (int step = 0; step < 40; ++step) {
    const double a = low + (high - low) * 0.382, b = low + (high - low) * 0.618;
    if (strength_at(samples, sample_rate_hz, a) > strength_at(samples, sample_rate_hz, b))
      high = b;
    else
      low = a;
  }
  return 0.5 * (low + high);
}

TEST(Tunes, SameSpecSameSamplesOtherSeedOtherSamples) {
  TuneSpec spec;
  spec.duration_s = 6.0;
  spec.jitter_s = 0.01;
  spec.noise = Noise::pink;
  EXPECT_EQ(make_tune(spec).audio.samples, make_tune(spec).audio.samples);
  TuneSpec other = spec;
  other.seed = 2;
  EXPECT_NE(make_tune(spec).audio.samples, make_tune(other).audio.samples);
}

TEST(Tunes, EveryPatternIsWholeAndBeatsLieOnTheGrid) {
  for (int i = 0; i < kPatternCount; ++i) {
    const Pattern& pattern = kPatterns[i];
    for (const std::string_view hits : pattern.hits) EXPECT_TRUE(hits.empty() || static_cast<int>(hits.size()) == pattern.steps()) << pattern.name;
    TuneSpec spec;
    spec.pattern = i;
    spec.tempo_bpm = 90.0;
    spec.duration_s = 12.0;
    const Truth truth = make_tune(spec).truth;
    ASSERT_GE(truth.beats_s.size(), 15u) << pattern.name;
    for (std::size_t beat = 1; beat < truth.beats_s.size(); ++beat) EXPECT_NEAR(truth.beats_s[beat] - truth.beats_s[beat - 1], 60.0 / 90.0, 1e-9);
    ASSERT_GE(truth.downbeats.size(), 2u);
    EXPECT_EQ(truth.downbeats[1] - truth.downbeats[0], pattern.felt_beats());
    EXPECT_NEAR(truth.tempo_bpm, 90.0, 1e-9);
  }
}

TEST(Tunes, AttacksAreHeardWhereTheTruthHasThem) {
  TuneSpec spec;
  spec.chords = spec.bass = spec.melody = spec.room = false;
  spec.pattern = 0;
  spec.tempo_bpm = 75.0;
  spec.duration_s = 20.0;
  spec.jitter_s = 0.01;
  const Tune tune = make_tune(spec);
  ASSERT_GT(tune.truth.onsets_s.size(), 30u);
  for (const double onset_s : tune.truth.onsets_s) {
    if (onset_s > 19.5) continue;
    EXPECT_GT(treble_energy(tune, onset_s, onset_s + 0.012), 4.0 * treble_energy(tune, onset_s - 0.012, onset_s - 0.0002)) << onset_s;
  }
}

TEST(Tunes, JitterHasItsDeviationAndSwingItsRatio) {
  TuneSpec spec;
  spec.pattern = 1;
  spec.chords = spec.bass = spec.melody = false;
  spec.tempo_bpm = 60.0;
  spec.duration_s = 120.0;
  spec.jitter_s = 0.010;
  double squares = 0.0;
  int count = 0;
  const Truth jittered = make_tune(spec).truth;
  for (const double onset_s : jittered.onsets_s) {
    double nearest_s = 1.0;
    for (const double beat_s : jittered.beats_s) nearest_s = std::min(nearest_s, std::fabs(onset_s - beat_s));
    if (nearest_s > 0.25) continue;  // an off-beat
    squares += nearest_s * nearest_s;
    ++count;
  }
  // The earliest of kick, clap and hat is what is written down, so a little more than one hit's deviation.
  EXPECT_NEAR(std::sqrt(squares / count), 0.011, 0.003);

  spec.jitter_s = 0.0;
  spec.swing_ratio = 1.9;
  const Truth swung = make_tune(spec).truth;
  ASSERT_GT(swung.onsets_s.size(), 100u);
  for (std::size_t i = 0; i + 2 < swung.onsets_s.size(); ++i) {
    const double first_s = swung.onsets_s[i + 1] - swung.onsets_s[i], second_s = swung.onsets_s[i + 2] - swung.onsets_s[i + 1];
    if (std::fabs(first_s + second_s - 1.0) > 1e-6) continue;  // a hat was left out
    EXPECT_NEAR(std::max(first_s, second_s) / std::min(first_s, second_s), 1.9, 1e-6);
  }
}

TEST(Tunes, NotesAreInTuneInEveryTimbre) {
  constexpr double kRateHz = 44100.0;
  for (int timbre = 0; timbre < kTimbres; ++timbre) {
    for (const double freq_hz : {82.41, 220.0, 441.3, 783.99}) {
      Random random(9);
      Mono note(static_cast<std::size_t>(1.2 * kRateHz), 0.0);
      add_note(note, static_cast<Timbre>(timbre), 0, static_cast<int>(1.2 * kRateHz), kRateHz, freq_hz, 0.5, random);
      const std::vector<double> steady(note.begin() + 8820, note.begin() + 48510);
      const double partial = static_cast<Timbre>(timbre) == Timbre::hollow ? 2.0 : 1.0;
      const double cents = 1200.0 * std::log2(pitch_near_hz(steady, kRateHz, partial * freq_hz) / (partial * freq_hz));
      EXPECT_NEAR(cents, 0.0, 0.5) << kTimbreNames[timbre] << " at " << freq_hz << " Hz";
      EXPECT_LT(*std::max_element(note.begin(), note.end()), 1.2);
    }
  }
}

TEST(Tunes, HollowNotesHaveNoFundamental) {
  constexpr double kRateHz = 44100.0;
  Random random(9);
  Mono note(static_cast<std::size_t>(kRateHz), 0.0);
  add_note(note, Timbre::hollow, 0, 44100, kRateHz, 110.0, 0.5, random);
  EXPECT_LT(strength_at(note, kRateHz, 110.0), 1e-6 * strength_at(note, kRateHz, 220.0));
}

TEST(Tunes, NoiseStandsAtItsLevel) {
  for (const Noise noise : {Noise::white, Noise::pink}) {
    for (const double snr_db : {-10.0, 10.0}) {
      TuneSpec spec;
      spec.duration_s = 10.0;
      spec.room = false;
      const Tune clean = make_tune(spec);
      spec.noise = noise;
      spec.snr_db = snr_db;
      const Tune noisy = make_tune(spec);
      // The sum is scaled to a peak of its own: unrelated powers add, so one projection tells the scale.
      double both = 0.0, clean_power = 0.0, noisy_power = 0.0;
      for (std::size_t i = 0; i < clean.audio.samples[0].size(); ++i) {
        both += static_cast<double>(clean.audio.samples[0][i]) * noisy.audio.samples[0][i];
        clean_power += static_cast<double>(clean.audio.samples[0][i]) * clean.audio.samples[0][i];
        noisy_power += static_cast<double>(noisy.audio.samples[0][i]) * noisy.audio.samples[0][i];
      }
      const double music_power = both * both / clean_power;
      EXPECT_NEAR(10.0 * std::log10(music_power / (noisy_power - music_power)), snr_db, 0.7);
    }
  }
}

TEST(Tunes, ChordsCoverTheBeatsAndVoicingsHoldTheirNotes) {
  TuneSpec spec;
  spec.duration_s = 10.0;
  spec.key = 11;
  spec.progression = kMinorCadence;
  const Truth truth = make_tune(spec).truth;
  EXPECT_EQ(truth.key, 11);
  EXPECT_EQ(truth.mode, Mode::minor);
  ASSERT_FALSE(truth.chords.empty());
  EXPECT_DOUBLE_EQ(truth.chords.front().start_s, truth.beats_s.front());
  for (std::size_t i = 1; i < truth.chords.size(); ++i) EXPECT_DOUBLE_EQ(truth.chords[i].start_s, truth.chords[i - 1].end_s);
  for (int root = 0; root < 12; ++root)
    for (const int midi : voiced(root, ChordQuality::minor, 55)) {
      EXPECT_GE(midi, 55);
      EXPECT_LT(midi, 67);
      const int interval = ((midi - root) % 12 + 12) % 12;
      EXPECT_TRUE(interval == 0 || interval == 3 || interval == 7);
    }
}

TEST(Tunes, EveryRateAndMonoGiveFiniteMusicBelowFullScale) {
  for (const double rate_hz : {8000.0, 48000.0, 192000.0}) {
    TuneSpec spec;
    spec.sample_rate_hz = rate_hz;
    spec.duration_s = 3.0;
    spec.channels = rate_hz == 8000.0 ? 1 : 2;
    const Tune tune = make_tune(spec);
    ASSERT_EQ(static_cast<int>(tune.audio.samples.size()), spec.channels);
    float peak = 0.0f;
    for (const auto& plane : tune.audio.samples)
      for (const float x : plane) {
        ASSERT_TRUE(is_finite(x));
        peak = std::max(peak, std::fabs(x));
      }
    EXPECT_LE(peak, 0.9001f);
    EXPECT_GT(peak, 0.5f);
  }
}

}  // namespace
}  // namespace ag06::test::tunes
