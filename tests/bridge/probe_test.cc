#include "live/probe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "live/correlation.h"
#include "live/probe_echo.h"

namespace ag06::bridge {
namespace {

TEST(Probe, TheBurstIsAMaximumLengthSequenceOfAtLeast150Ms) {
  for (const double rate_hz : {8000.0, 44100.0, 48000.0, 96000.0, 192000.0}) {
    Probe probe;
    probe.prepare(rate_hz);
    const std::vector<float>& burst = probe.burst();
    const auto length = static_cast<int>(burst.size());
    EXPECT_GE(length, 0.15 * rate_hz);
    EXPECT_EQ(length & (length + 1), 0) << "a power of two less one";
    // Its circular autocorrelation is -1 at every lag but 0: only so for a register that runs through all its states.
    for (const int lag : {1, 2, 3, 5, 100, length / 3, length / 2, length - 1}) {
      double sum = 0.0;
      for (int i = 0; i < length; ++i) sum += static_cast<double>(burst[static_cast<std::size_t>(i)]) * static_cast<double>(burst[static_cast<std::size_t>((i + lag) % length)]);
      EXPECT_EQ(sum, -1.0) << rate_hz << " lag " << lag;
    }
  }
}

struct Played {
  std::vector<float> left, right;
};

[[nodiscard]] Played play(Probe& probe, int frames, int block, float live) {
  Played played{std::vector<float>(static_cast<std::size_t>(frames), live), std::vector<float>(static_cast<std::size_t>(frames), live)};
  for (int at = 0; at < frames; at += block) {
    float* planes[] = {played.left.data() + at, played.right.data() + at};
    probe.render(planes, std::min(block, frames - at), 1000 + static_cast<std::uint64_t>(at));
  }
  return played;
}

TEST(Probe, FadesOutPlaysListensFadesInAndThenTouchesNothing) {
  Probe probe;
  probe.prepare(48000.0);
  EXPECT_TRUE(probe.is_over());
  ASSERT_TRUE(probe.start({-40.0, 100.0}));
  EXPECT_FALSE(probe.start({-40.0, 100.0}));
  const int frames = 48000;
  const Played played = play(probe, frames, 128, 0.5f);
  EXPECT_TRUE(probe.is_over());
  const int fade = 480;
  const auto burst = static_cast<int>(probe.burst().size());
  EXPECT_EQ(probe.burst_tap_frame(), 1000u + fade);
  for (int i = 0; i < burst; ++i) ASSERT_FLOAT_EQ(played.left[static_cast<std::size_t>(fade + i)], 0.01f * probe.burst()[static_cast<std::size_t>(i)]);
  for (int i = fade + burst; i < fade + burst + 4800; ++i) ASSERT_EQ(played.right[static_cast<std::size_t>(i)], 0.0f);
  for (int i = fade + burst + 4800 + fade; i < frames; ++i) ASSERT_EQ(played.left[static_cast<std::size_t>(i)], 0.5f);
  for (int i = 1; i < fade; ++i) ASSERT_NEAR(played.left[static_cast<std::size_t>(i)] - played.left[static_cast<std::size_t>(i - 1)], -0.5f / fade, 1e-6f);
}

TEST(Probe, DoesNotDependOnBlockCuts) {
  Probe whole, cut;
  whole.prepare(44100.0);
  cut.prepare(44100.0);
  ASSERT_TRUE(whole.start({}));
  ASSERT_TRUE(cut.start({}));
  EXPECT_EQ(play(whole, 40000, 40000, 0.25f).left, play(cut, 40000, 37, 0.25f).left);
}

// What comes back of a burst at level_dbfs: later, at a gain, with noise of rms noise_dbfs.
[[nodiscard]] std::vector<float> echo_of(const std::vector<float>& burst, double level_dbfs, int lag, double gain_db, double noise_dbfs, unsigned seed) {
  std::vector<float> heard(2 * (burst.size() + 20000), 0.0f);
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0.0, std::pow(10.0, noise_dbfs / 20.0));
  const double gain = std::pow(10.0, (level_dbfs + gain_db) / 20.0) * (gain_db < -30.0 ? -1.0 : 1.0);   // the quiet ones come back with inverted polarity
  for (std::size_t i = 0; i < heard.size() / 2; ++i) {
    const auto at = static_cast<std::int64_t>(i) - lag;
    const double chip = at >= 0 && at < static_cast<std::int64_t>(burst.size()) ? static_cast<double>(burst[static_cast<std::size_t>(at)]) : 0.0;
    heard[2 * i] = static_cast<float>(normal(random));
    heard[2 * i + 1] = static_cast<float>(gain * chip + normal(random));
  }
  return heard;
}

TEST(ProbeEcho, FindsTheRoundTripToTheSample) {
  Probe probe;
  probe.prepare(48000.0);
  for (const int lag : {0, 1, 64, 608, 4321, 20000})
    for (const double gain_db : {0.0, -6.0, -40.0}) {
      const auto echo = find_probe_echo(probe.burst(), -30.0, echo_of(probe.burst(), -30.0, lag, gain_db, -90.0, 1), 20000);
      ASSERT_TRUE(echo.has_value()) << lag << " " << gain_db;
      EXPECT_EQ(echo->lag_frames, lag);
      EXPECT_NEAR(echo->gain_db, gain_db, 0.2);
    }
}

TEST(ProbeEcho, FindsItInNoiseAsLoudAsItself) {
  Probe probe;
  probe.prepare(48000.0);
  for (unsigned seed = 0; seed < 20; ++seed) {
    const auto echo = find_probe_echo(probe.burst(), -50.0, echo_of(probe.burst(), -50.0, 777, 0.0, -50.0, seed), 7200);
    ASSERT_TRUE(echo.has_value());
    EXPECT_EQ(echo->lag_frames, 777);
    EXPECT_NEAR(echo->gain_db, 0.0, 1.0);
  }
}

TEST(ProbeEcho, NothingIsFoundWhereNothingCameBack) {
  Probe probe;
  probe.prepare(48000.0);
  const std::vector<float> silence(2 * 30000, 0.0f);
  EXPECT_FALSE(find_probe_echo(probe.burst(), -50.0, silence, 7200).has_value());
  for (unsigned seed = 0; seed < 50; ++seed)
    EXPECT_FALSE(find_probe_echo(probe.burst(), -50.0, echo_of(probe.burst(), -50.0, 0, -300.0, -20.0, seed), 7200).has_value()) << seed;
  std::vector<float> tone(2 * 30000);
  for (std::size_t i = 0; i < 30000; ++i) tone[2 * i] = tone[2 * i + 1] = static_cast<float>(0.3 * std::sin(2.0 * std::numbers::pi * 440.0 * static_cast<double>(i) / 48000.0));
  const auto of_tone = find_probe_echo(probe.burst(), -50.0, tone, 7200);
  EXPECT_FALSE(of_tone.has_value()) << of_tone->lag_frames << " " << of_tone->gain_db << " " << of_tone->above_noise_db;
}

TEST(ProbeEcho, NonFiniteInputIsSilence) {
  Probe probe;
  probe.prepare(48000.0);
  std::vector<float> heard = echo_of(probe.burst(), -50.0, 100, 0.0, -90.0, 3);
  heard[5001] = std::numeric_limits<float>::quiet_NaN();
  heard[7001] = std::numeric_limits<float>::infinity();
  const auto echo = find_probe_echo(probe.burst(), -50.0, heard, 7200);
  ASSERT_TRUE(echo.has_value());
  EXPECT_EQ(echo->lag_frames, 100);
}

TEST(Correlation, EqualsItsDefinition) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  std::vector<float> a(123), b(77);
  for (float& sample : a) sample = uniform(random);
  for (float& sample : b) sample = uniform(random);
  const std::vector<double> fast = cross_correlation(a, b, 70);
  for (int lag = 0; lag <= 70; ++lag) {
    double sum = 0.0;
    for (int n = 0; n + lag < 77; ++n) sum += static_cast<double>(a[static_cast<std::size_t>(n)]) * static_cast<double>(b[static_cast<std::size_t>(n + lag)]);
    ASSERT_NEAR(fast[static_cast<std::size_t>(lag)], sum, 1e-4) << lag;
  }
}

// Music far louder than the burst: a bass-heavy noise 30 dB above it.
TEST(ProbeEcho, FindsABurstUnderMusic) {
  Probe probe;
  probe.prepare(48000.0);
  std::vector<float> four;
  for (int i = 0; i < 4; ++i) four.insert(four.end(), probe.burst().begin(), probe.burst().end());
  for (unsigned seed = 0; seed < 20; ++seed)
    for (const double gain_db : {0.0, -300.0}) {
      std::vector<float> heard = echo_of(four, -50.0, 608, gain_db, -90.0, seed);
      std::mt19937 random(seed + 100);
      std::normal_distribution<float> normal;
      float low = 0.0f;
      for (std::size_t i = 0; i < heard.size() / 2; ++i) {
        low = 0.98f * low + 0.02f * normal(random);   // rms about -20 dBFS, falling 6 dB per octave
        heard[2 * i] += low;
        heard[2 * i + 1] += low;
      }
      const auto echo = find_probe_echo(four, -50.0, heard, 7200);
      ASSERT_EQ(echo.has_value(), gain_db == 0.0) << seed;
      if (!echo) continue;
      EXPECT_EQ(echo->lag_frames, 608);
      EXPECT_NEAR(echo->gain_db, 0.0, 2.0);
    }
}

}  // namespace
}  // namespace ag06::bridge
