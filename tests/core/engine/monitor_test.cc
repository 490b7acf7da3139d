#include "engine/monitor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::engine {
namespace {
using test::music;
using test::Planes;
namespace p = ag06::params;

constexpr double kRateHz = 48000.0;
constexpr int kFrames = 48000;

void set_up_chain(Session& session) {
  ASSERT_EQ(session.set_param(p::kCompEnabled, 1.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kCompThresholdDbfs, -35.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kLimiterEnabled, 1.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kOutputGainDb, 6.0), Status::ok);
}

struct Heard {
  explicit Heard(const MonitorSettings& settings) {
    EXPECT_EQ(monitor.prepare({kRateHz, 2, 128}), Status::ok);
    set_up_chain(monitor.session());
    monitor.set_monitor(settings);
    monitor.reset();
  }
  Monitor monitor;
};

TEST(Monitor, ProcessedAtUnityIsTheSessionBitForBit) {
  Heard heard({true, 0.0, 0.0});
  Session session;
  ASSERT_EQ(session.prepare({kRateHz, 2, 128}), Status::ok);
  set_up_chain(session);
  session.reset();
  Planes listened = music(2, kFrames, kRateHz, 0.8, 1);
  Planes exported = listened;
  heard.monitor.process(listened.block());
  session.process(exported.block());
  EXPECT_EQ(listened.samples, exported.samples);
}

TEST(Monitor, OriginalAtUnityIsTheInputDelayedByTheChainsLatency) {
  Heard heard({false, 0.0, 0.0});
  const Planes input = music(2, kFrames, kRateHz, 0.8, 2);
  Planes listened = input;
  heard.monitor.process(listened.block());
  const int latency = heard.monitor.session().latency_frames();
  for (std::size_t i = static_cast<std::size_t>(latency); i < kFrames; ++i) ASSERT_EQ(listened.samples[1][i], input.samples[1][i - static_cast<std::size_t>(latency)]);
}

TEST(Monitor, SwitchingIsSampleSynchronousAndLandsExactlyAfterEightMilliseconds) {
  Heard switched({true, 0.0, 0.0});
  Heard stays({true, 0.0, 0.0});
  Heard original({false, 0.0, 0.0});
  const Planes input = music(2, kFrames, kRateHz, 0.8, 3);
  Planes a = input, b = input, c = input;
  const int at = 20000;
  const int fade = frames_for_ms(Monitor::kCrossfadeMs, kRateHz);
  switched.monitor.process(a.slice(0, at));
  switched.monitor.set_monitor({false, 0.0, 0.0});
  switched.monitor.process(a.slice(at, kFrames - at));
  stays.monitor.process(b.block());
  original.monitor.process(c.block());
  for (std::size_t i = 0; i < at; ++i) ASSERT_EQ(a.samples[0][i], b.samples[0][i]);
  for (std::size_t i = static_cast<std::size_t>(at + fade); i < kFrames; ++i) ASSERT_EQ(a.samples[0][i], c.samples[0][i]) << i;
  for (std::size_t i = at; i < static_cast<std::size_t>(at + fade); ++i) {
    // Between the two versions at every moment: an equal-gain crossfade of one programme with itself never bulges.
    const float low = std::min(b.samples[0][i], c.samples[0][i]);
    const float high = std::max(b.samples[0][i], c.samples[0][i]);
    ASSERT_GE(a.samples[0][i], low - 1e-6f);
    ASSERT_LE(a.samples[0][i], high + 1e-6f);
  }
}

TEST(Monitor, MatchGainAttenuatesWhatIsHeardButNotWhatIsMeasured) {
  Heard plain({true, 0.0, 0.0});
  Heard matched({true, 0.0, -6.0});
  const Planes input = music(2, 4 * kFrames, kRateHz, 0.8, 4);
  Planes a = input, b = input;
  plain.monitor.process(a.block());
  matched.monitor.process(b.block());
  const double ratio = std::pow(10.0, -6.0 / 20.0);
  for (std::size_t i = 1000; i < 4 * kFrames; ++i) ASSERT_NEAR(b.samples[0][i], ratio * a.samples[0][i], 1e-6);
  const Telemetry heard_plain = plain.monitor.take_telemetry();
  const Telemetry heard_matched = matched.monitor.take_telemetry();
  EXPECT_EQ(heard_plain.integrated_lufs, heard_matched.integrated_lufs);
  EXPECT_EQ(heard_plain.true_peak_max_dbtp, heard_matched.true_peak_max_dbtp);
}

TEST(Monitor, AmplifyingGainsAreRefused) {
  Heard heard({true, 0.0, 12.0});
  Heard plain({true, 0.0, 0.0});
  const Planes input = music(2, kFrames, kRateHz, 0.5, 5);
  Planes a = input, b = input;
  heard.monitor.process(a.block());
  plain.monitor.process(b.block());
  EXPECT_EQ(a.samples, b.samples);
}

TEST(Monitor, AttenuationEndsAtSixtyDecibels) {
  Heard quiet({true, 0.0, -200.0});
  Heard plain({true, 0.0, 0.0});
  const Planes input = music(2, kFrames, kRateHz, 0.5, 6);
  Planes a = input, b = input;
  quiet.monitor.process(a.block());
  plain.monitor.process(b.block());
  for (std::size_t i = 0; i < kFrames; ++i) ASSERT_NEAR(a.samples[0][i], 0.001 * b.samples[0][i], 1e-7);
}

TEST(Monitor, RatioOneChangesNoBitHoweverItWasReached) {
  Heard plain({true, 0.0, 0.0});
  Heard moved({.processed = true, .processed_ratio = 0.3});
  Planes before = music(2, kFrames, kRateHz, 0.8, 7), same = before;
  plain.monitor.process(before.block());
  moved.monitor.process(same.slice(0, kFrames / 2));
  moved.monitor.set_monitor({true, 0.0, 0.0});
  moved.monitor.process(same.slice(kFrames / 2, kFrames / 2));
  EXPECT_NE(before.samples, same.samples);
  Planes after = music(2, kFrames, kRateHz, 0.8, 8), landed = after;
  plain.monitor.process(after.block());
  moved.monitor.process(landed.block());
  EXPECT_EQ(after.samples, landed.samples);
}

TEST(Monitor, RatioMixesTheTwoVersionsWithEqualGain) {
  Heard processed({true, 0.0, 0.0}), original({false, 0.0, 0.0});
  Heard mixed({.processed = true, .processed_ratio = 0.25}), dry({.processed = true, .processed_ratio = 0.0});
  Heard off({.processed = false, .processed_ratio = 0.25});
  const Planes input = music(2, kFrames, kRateHz, 0.8, 9);
  Planes a = input, b = input, c = input, d = input, e = input;
  processed.monitor.process(a.block());
  original.monitor.process(b.block());
  mixed.monitor.process(c.block());
  dry.monitor.process(d.block());
  off.monitor.process(e.block());
  EXPECT_EQ(d.samples, b.samples);
  EXPECT_EQ(e.samples, b.samples);
  for (std::size_t i = 0; i < kFrames; ++i) ASSERT_NEAR(c.samples[1][i], 0.25 * a.samples[1][i] + 0.75 * b.samples[1][i], 2e-7) << i;
  EXPECT_EQ(mixed.monitor.take_telemetry().processed_mix_ratio, 0.25f);
  EXPECT_EQ(off.monitor.take_telemetry().processed_mix_ratio, 0.0f);
}

TEST(Monitor, RatiosOutsideTheirRangeAreItsEndsAndNonFiniteOnesAreProcessed) {
  struct Case {
    double given, meant;
  };
  for (const Case ratio : {Case{-1.0, 0.0}, Case{7.0, 1.0}, Case{std::numeric_limits<double>::quiet_NaN(), 1.0}}) {
    Heard given({.processed = true, .processed_ratio = ratio.given}), meant({.processed = true, .processed_ratio = ratio.meant});
    Planes a = music(2, 9600, kRateHz, 0.8, 10), b = a;
    given.monitor.process(a.block());
    meant.monitor.process(b.block());
    EXPECT_EQ(a.samples, b.samples) << ratio.given;
  }
}

// The chain turns the tone up by 6 dB: the difference between the versions is as large as the original.
TEST(Monitor, RatioMovesWithoutClicks) {
  Monitor monitor;
  ASSERT_EQ(monitor.prepare({kRateHz, 2, 128}, LatencyMode::live), Status::ok);
  ASSERT_EQ(monitor.session().set_param(p::kOutputGainDb, 6.0), Status::ok);
  monitor.reset();
  constexpr int kHoldFrames = 4800;
  Planes io = test::sine(2, 12 * kHoldFrames, kRateHz, 100.0, 0.25);
  const double ratios[] = {0.0, 1.0, 0.5, 0.0, 0.9, 0.1, 1.0, 0.3, 0.0, 0.7, 0.2};
  int at = 0;
  for (const double ratio : ratios) {
    monitor.process(io.slice(at, kHoldFrames + 37));   // odd lengths move the jump through the phases of the tone
    at += kHoldFrames + 37;
    monitor.set_monitor({.processed = true, .processed_ratio = ratio});
  }
  monitor.process(io.slice(at, 12 * kHoldFrames - at));
  const double click_db = test::click_db(io.samples[0], kRateHz, 0.25, kHoldFrames / 2);
  RecordProperty("click_db", std::to_string(click_db));
  EXPECT_LE(click_db, -75.0);
}

TEST(Monitor, TelemetryReadsPeaksSinceTheLastRead) {
  Heard heard({false, 0.0, 0.0});
  Planes io(2, 9600);
  io.samples[0][100] = 0.5f;
  heard.monitor.process(io.block());
  const Telemetry first = heard.monitor.take_telemetry();
  EXPECT_NEAR(first.peak_left_dbfs, -6.0206, 1e-3);
  EXPECT_TRUE(std::isnan(first.peak_right_dbfs));
  Planes silence(2, 9600);
  heard.monitor.process(silence.block());
  const Telemetry second = heard.monitor.take_telemetry();
  EXPECT_TRUE(std::isnan(second.peak_left_dbfs));
  EXPECT_TRUE(std::isnan(second.true_peak_dbtp));
}

TEST(Monitor, SilenceAndNonFiniteInputLeaveTheMetersHonest) {
  Heard heard({true, 0.0, 0.0});
  Planes io(2, kFrames);
  io.samples[0][10] = std::numeric_limits<float>::quiet_NaN();
  io.samples[1][20] = std::numeric_limits<float>::infinity();
  heard.monitor.process(io.block());
  for (const auto& plane : io.samples)
    for (const float x : plane) ASSERT_TRUE(std::isfinite(x));
  EXPECT_EQ(heard.monitor.take_telemetry().fault_count, 2.0f);
}

}  // namespace
}  // namespace ag06::engine
