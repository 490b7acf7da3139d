#include "analysis/music/production_style.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/music/filled_song.h"

namespace ag06::analysis {
namespace {
using test::filled_song;
using test::FilledSong;

CompressionStyle compressed(double plr_db, double micro_db, double range_lu) {
  FilledSong song = filled_song();
  song.heard.stream.plr_db = plr_db;
  song.heard.stream.range_lu = range_lu;
  song.heard.dynamics.micro_dynamics_db = micro_db;
  return song.report().compression;
}

TEST(ProductionStyle, CompressionIsReadFromThePeaksThatAreLeft) {
  EXPECT_EQ(compressed(7.0, 6.0, 3.0), CompressionStyle::crushed);
  EXPECT_EQ(compressed(8.0, 9.5, 3.0), CompressionStyle::crushed);
  EXPECT_EQ(compressed(11.0, 5.0, 3.0), CompressionStyle::crushed);
  EXPECT_EQ(compressed(10.5, 8.0, 5.0), CompressionStyle::modern);
  EXPECT_EQ(compressed(14.0, 9.0, 6.0), CompressionStyle::vintage);
  EXPECT_EQ(compressed(19.0, 12.0, 8.0), CompressionStyle::open);
  EXPECT_EQ(compressed(15.0, 10.0, 14.0), CompressionStyle::open);
  EXPECT_EQ(compressed(std::nan(""), 10.0, 14.0), CompressionStyle::unknown);
}

// The reference slope with gains added in bands.
SpectrumReport shaped(double lows_db, double mids_db, double highs_db) {
  SpectrumReport spectrum = filled_song().heard.spectrum;
  for (int i = 0; i < kCurvePoints; ++i) {
    const double f = 20.0 * std::exp2(i / 6.0);
    spectrum.curve_db[static_cast<std::size_t>(i)] += f < 400.0 ? lows_db : f < 2500.0 ? mids_db : highs_db;
  }
  return spectrum;
}

TEST(ProductionStyle, ToneOfTheReferenceIsNeutral) {
  const ToneShape tone = tone_shape(shaped(0.0, 0.0, 0.0));
  EXPECT_NEAR(tone.lows_db, 0.0, 0.1);
  EXPECT_NEAR(tone.mids_db, 0.0, 0.1);
  EXPECT_NEAR(tone.highs_db, 0.0, 0.1);
  EXPECT_NEAR(tone.tilt_db_per_octave, -2.3, 0.3);
  EXPECT_EQ(eq_character(tone), EqCharacter::neutral);
}

TEST(ProductionStyle, EqCharacterNamesTheTone) {
  const auto character = [](double lows_db, double mids_db, double highs_db) { return eq_character(tone_shape(shaped(lows_db, mids_db, highs_db))); };
  EXPECT_EQ(character(5.0, 0.0, 0.0), EqCharacter::warm);
  EXPECT_EQ(character(0.0, 0.0, -20.0), EqCharacter::dark);
  EXPECT_EQ(character(-3.0, 0.0, 6.0), EqCharacter::bright);
  EXPECT_EQ(character(2.0, -5.0, 2.0), EqCharacter::scooped);
  EXPECT_EQ(character(1.0, 0.0, -1.0), EqCharacter::neutral);
  SpectrumReport narrow = shaped(0.0, 0.0, 0.0);
  for (int i = 30; i < kCurvePoints; ++i) narrow.curve_db[static_cast<std::size_t>(i)] = std::nan("");
  EXPECT_EQ(eq_character(tone_shape(narrow)), EqCharacter::unknown);
}

TEST(ProductionStyle, ReverbIsNamedByLengthAndTail) {
  EXPECT_EQ(reverb_style({std::nan(""), 1.0, 1.0, 0.0}), ReverbStyle::unknown);
  EXPECT_EQ(reverb_style({0.2, 1.0, 0.8, 1.0}), ReverbStyle::dry);
  EXPECT_EQ(reverb_style({0.7, 1.0, 0.8, 1.0}), ReverbStyle::room);
  EXPECT_EQ(reverb_style({1.6, 0.8, 0.75, 1.0}), ReverbStyle::plate);
  EXPECT_EQ(reverb_style({2.2, 1.15, 0.45, 1.0}), ReverbStyle::hall);
}

TEST(Patterns, AreFoundWhereTheirEvidenceIs) {
  EXPECT_TRUE(filled_song().report().rhythmic);
  EXPECT_TRUE(filled_song().report().tonal);
  EXPECT_FALSE(filled_song().report().percussive);
  FilledSong rubato = filled_song();
  rubato.heard.rhythm.tempo_stability = 0.3;
  EXPECT_FALSE(rubato.report().rhythmic);
  FilledSong drone = filled_song();
  drone.heard.rhythm = {};
  EXPECT_FALSE(drone.report().rhythmic);
  FilledSong drums = filled_song();
  drums.heard.tonality = {};
  drums.trait(Trait::percussive) = 0.4;
  EXPECT_FALSE(drums.report().tonal);
  EXPECT_TRUE(drums.report().percussive);
}

}  // namespace
}  // namespace ag06::analysis
