#include "analysis/song_profile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr double kRateHz = 48000.0;
constexpr double kBinDb = LevelHistogram::kBinDb;

[[nodiscard]] Profile profile_of(Planes& planes, int block_frames = 4096) {
  SongProfile profile;
  EXPECT_EQ(profile.prepare({kRateHz, static_cast<int>(planes.samples.size()), 4096}), Status::ok);
  run(profile, planes, block_frames);
  return profile.finish();
}

void add_noise(Planes& to, int from, int frames, double rms_dbfs, std::uint32_t seed) {
  const Planes white = noise(static_cast<int>(to.samples.size()), frames, from_db(rms_dbfs) * std::sqrt(3.0), seed);
  for (std::size_t c = 0; c < to.samples.size(); ++c)
    for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i) to.samples[c][static_cast<std::size_t>(from) + i] += white.samples[c][i];
}

void expect_same_bits(const Profile& a, const Profile& b) {
  const auto* of_a = reinterpret_cast<const double*>(&a);
  const auto* of_b = reinterpret_cast<const double*>(&b);
  static_assert(sizeof(Profile) % sizeof(double) == 0);
  for (std::size_t k = 0; k < sizeof(Profile) / sizeof(double); ++k) EXPECT_EQ(ag06::detail::bits_as<std::uint64_t>(of_a[k]), ag06::detail::bits_as<std::uint64_t>(of_b[k])) << "figure " << k;
}

TEST(SongProfile, RefusesWhatItCannotMeasure) {
  SongProfile profile;
  EXPECT_EQ(profile.prepare({48000.0, 3, 512}), Status::bad_channel_count);
  EXPECT_EQ(profile.prepare({7000.0, 2, 512}), Status::bad_sample_rate);
}

TEST(SongProfile, SteadyToneByFormula) {
  Planes planes = sine(2, 48000 * 10, kRateHz, 1000.0, from_db(-12.0));
  const Profile profile = profile_of(planes);
  EXPECT_NEAR(profile.report.integrated_lufs, -12.0, 0.02);
  EXPECT_NEAR(profile.octave_level_db[6], -12.0, 0.05);  // two channels of half a sine's power
  EXPECT_NEAR(profile.playing_peak_median_dbfs, -12.0, kBinDb);
  EXPECT_NEAR(profile.playing_peak_p95_dbfs, -12.0, kBinDb);
  EXPECT_NEAR(profile.playing_rms_spread_db, 0.0, 1e-9);
  EXPECT_TRUE(std::isnan(profile.pause_noise_dbfs));
}

// Loud and soft playing in equal parts, with pauses that must not count as playing.
TEST(SongProfile, PlayingLeavesThePausesOut) {
  Planes planes(2, 48000 * 30);
  add_sine(planes, 0, 48000 * 10, kRateHz, 500.0, from_db(-6.0));
  add_sine(planes, 48000 * 10, 48000 * 10, kRateHz, 500.0, from_db(-18.0));
  add_noise(planes, 48000 * 20, 48000 * 10, -70.0, 3);
  const Profile profile = profile_of(planes);
  EXPECT_NEAR(profile.playing_peak_p95_dbfs, -6.0, kBinDb);
  EXPECT_NEAR(profile.playing_peak_median_dbfs, -18.0, kBinDb);
  EXPECT_NEAR(profile.playing_rms_spread_db, 12.0, kBinDb);
}

TEST(SongProfile, SteadyNoiseInPausesIsFound) {
  for (const double noise_dbfs : {-50.0, -62.5, -75.0}) {
    Planes planes(2, 48000 * 40);
    add_noise(planes, 0, 48000 * 40, noise_dbfs, 4);
    for (int bar = 0; bar < 5; ++bar) add_sine(planes, 48000 * 8 * bar, 48000 * 6, kRateHz, 440.0, from_db(-10.0));
    EXPECT_NEAR(profile_of(planes).pause_noise_dbfs, noise_dbfs, 1.0) << noise_dbfs;
  }
}

TEST(SongProfile, QuietMusicIsNoBackground) {
  // Noise close beneath the music, and a decay that passes through every level.
  Planes close(2, 48000 * 20);
  add_noise(close, 0, 48000 * 20, -30.0, 5);
  for (int bar = 0; bar < 5; ++bar) add_sine(close, 48000 * 4 * bar, 48000 * 3, kRateHz, 440.0, from_db(-10.0));
  EXPECT_TRUE(std::isnan(profile_of(close).pause_noise_dbfs));
  Planes decay = sine(2, 48000 * 20, kRateHz, 440.0, 1.0);
  for (auto& plane : decay.samples)
    for (std::size_t i = 0; i < plane.size(); ++i) plane[i] *= static_cast<float>(from_db(-90.0 * static_cast<double>(i) / static_cast<double>(plane.size())));
  EXPECT_TRUE(std::isnan(profile_of(decay).pause_noise_dbfs));
}

TEST(SongProfile, DigitalSilenceIsNoBackground) {
  Planes planes(2, 48000 * 20);
  for (int bar = 0; bar < 5; ++bar) add_sine(planes, 48000 * 4 * bar, 48000 * 3, kRateHz, 440.0, from_db(-10.0));
  EXPECT_TRUE(std::isnan(profile_of(planes).pause_noise_dbfs));
}

TEST(SongProfile, SilenceAndNothing) {
  for (const int frames : {0, 48000}) {
    Planes planes(2, frames);
    const Profile profile = profile_of(planes);
    for (const double figure : {profile.playing_peak_median_dbfs, profile.playing_peak_p95_dbfs, profile.playing_rms_spread_db, profile.pause_noise_dbfs, profile.octave_level_db[6]})
      EXPECT_TRUE(std::isnan(figure)) << frames;
    EXPECT_EQ(profile.report.frames, frames);
  }
}

TEST(SongProfile, BlockCutsDoNotShow) {
  Planes planes = music(2, 48000 * 6, kRateHz, 0.8, 6);
  const Profile whole = profile_of(planes, 48000 * 6);
  for (const int block : {1, 127, 128, 4096}) expect_same_bits(profile_of(planes, block), whole);
}

TEST(SongProfile, ResetIsFresh) {
  Planes loud = noise(2, 48000 * 4, 1.0, 1), planes = music(2, 48000 * 6, kRateHz, 0.2, 2);
  SongProfile profile;
  ASSERT_EQ(profile.prepare({kRateHz, 2, 4096}), Status::ok);
  run(profile, loud);
  profile.reset();
  run(profile, planes);
  expect_same_bits(profile.finish(), profile_of(planes));
}

TEST(SongProfile, NonFiniteSamplesAreSilence) {
  Planes poisoned = music(2, 48000 * 4, kRateHz, 0.5, 3);
  Planes clean = poisoned;
  const float poison[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  for (std::size_t i = 100; i < 48000 * 4; i += 1009) {
    poisoned.samples[i % 2][i] = poison[i / 3 % 3];
    clean.samples[i % 2][i] = 0.0f;
  }
  expect_same_bits(profile_of(poisoned), profile_of(clean));
}

}  // namespace
}  // namespace ag06::analysis
