#include "engine/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "params/curves.h"
#include "support/music.h"

namespace ag06::engine {
namespace {
using test::music;
using test::Planes;
using test::Random;
namespace p = ag06::params;

constexpr double kRateHz = 48000.0;

Session prepared_chain(double rate_hz, int channels) {
  Session session;
  EXPECT_EQ(session.prepare({rate_hz, channels, 256}), Status::ok);
  return session;
}

void turn_everything_on(Session& session) {
  for (const int id : {p::kGateEnabled, p::kCompEnabled, p::kEqEnabled, p::kDelayEnabled, p::kChorusEnabled, p::kReverbEnabled, p::kImagerEnabled,
                       p::kExciterEnabled, p::kLimiterEnabled, p::kEq1Enabled, p::kEq3Enabled, p::kEq6Enabled})
    ASSERT_EQ(session.set_param(id, 1.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kCompThresholdDbfs, -30.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kEq3GainDb, 5.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kEq6GainDb, -4.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kOutputGainDb, 9.0), Status::ok);
}

TEST(Session, WithEverythingOffTheOutputIsTheInputDelayedBitForBit) {
  for (const double rate_hz : {8000.0, 44100.0, 48000.0, 192000.0}) {
    for (const int channels : {1, 2}) {
      Session session = prepared_chain(rate_hz, channels);
      const int frames = static_cast<int>(rate_hz);
      const Planes input = music(channels, frames, rate_hz, 3.0, 1);
      Planes output = input;
      session.process(output.block());
      const int latency = session.latency_frames();
      for (std::size_t c = 0; c < input.samples.size(); ++c) {
        for (int i = 0; i < latency; ++i) ASSERT_EQ(output.samples[c][static_cast<std::size_t>(i)], 0.0f);
        for (int i = latency; i < frames; ++i)
          ASSERT_EQ(output.samples[c][static_cast<std::size_t>(i)], input.samples[c][static_cast<std::size_t>(i - latency)]) << rate_hz << " Hz, frame " << i;
      }
    }
  }
}

TEST(Session, LiveItDelaysByAtMostAMillisecondAndAHalf) {
  for (const double rate_hz : {8000.0, 44100.0, 48000.0, 88200.0, 96000.0, 192000.0}) {
    Session session;
    ASSERT_EQ(session.prepare({rate_hz, 2, 256}, LatencyMode::live), Status::ok);
    EXPECT_LE(session.latency_frames() * 1000.0 / rate_hz, kLiveLatencyMs) << rate_hz;
    EXPECT_GT(session.latency_frames(), 0) << "the limiter has to look ahead";
    const Planes input = music(2, 9600, rate_hz, 1.0, 1);
    Planes output = input;
    session.process(output.block());
    const auto latency = static_cast<std::size_t>(session.latency_frames());
    for (std::size_t i = latency; i < 9600; ++i) ASSERT_EQ(output.samples[1][i], input.samples[1][i - latency]) << rate_hz;
  }
}

// Where the first echo of a click stands.
int echo_frame(Session& session) {
  Planes io(1, 5 * 48000);
  io.samples[0][0] = 0.5f;
  session.process(io.block());
  const auto& out = io.samples[0];
  const auto from = static_cast<std::size_t>(session.latency_frames() + 100);
  std::size_t at = from;
  for (std::size_t i = from; i < out.size(); ++i)
    if (std::fabs(out[i]) > std::fabs(out[at])) at = i;
  return static_cast<int>(at) - session.latency_frames();
}

TEST(Session, EchoesFollowTheTempoByTheNamesOfTheNotes) {
  const p::Parameter& sync = p::kTable[p::kDelaySyncIndex];
  for (int note = 0; note <= static_cast<int>(sync.max); ++note) {
    for (const double tempo_bpm : {63.0, 120.0}) {
      Session session = prepared_chain(kRateHz, 1);
      ASSERT_EQ(session.set_param(p::kDelayEnabled, 1.0), Status::ok);
      ASSERT_EQ(session.set_param(p::kDelaySync, note), Status::ok);
      ASSERT_EQ(session.set_param(p::kDelayTimeMs, 777.0), Status::ok);
      ASSERT_EQ(session.set_param(p::kTempoBpm, tempo_bpm), Status::ok);
      session.reset();
      int whole = 0, parts = 0, read = 0;
      const std::string name = sync.choices[note];
      double beats = 0.0;
      if (std::sscanf(name.c_str(), "%d/%d%n", &whole, &parts, &read) == 2) {
        beats = 4.0 * whole / parts;
        if (name.ends_with(" dotted")) beats *= 1.5;
        if (name.ends_with(" triplet")) beats *= 2.0 / 3.0;
      }
      const double wanted_ms = beats > 0.0 ? std::min(4000.0, beats * 60000.0 / tempo_bpm) : 777.0;
      EXPECT_NEAR(echo_frame(session), wanted_ms * 48.0, 1.5) << name << " at " << tempo_bpm;
    }
  }
}

TEST(Session, BlockCutsDoNotChangeABitWhileParametersMove) {
  const Planes input = music(2, 96000, kRateHz, 1.0, 2);
  const auto run = [&](std::uint32_t cut_seed) {
    Session session = prepared_chain(kRateHz, 2);
    turn_everything_on(session);
    session.reset();
    Planes io = input;
    Random cuts(cut_seed);
    Random moves(99);
    for (int section = 0; section < 96; ++section) {  // parameters move on a fixed grid of 1000 frames, blocks are cut at will between
      const p::Parameter& parameter = p::kTable[moves.below(p::kCount)];
      EXPECT_EQ(session.set_param(parameter.id, p::from_norm(parameter, moves.unit())), Status::ok);
      for (int at = 0; at < 1000;) {
        const int count = std::min(1 + cuts.below(700), 1000 - at);
        session.process(io.slice(section * 1000 + at, count));
        at += count;
      }
    }
    return io.samples;
  };
  EXPECT_EQ(run(3), run(4));
}

TEST(Session, ResetIsAsGoodAsNew) {
  const Planes input = music(2, 24000, kRateHz, 1.0, 6);
  Session used = prepared_chain(kRateHz, 2);
  turn_everything_on(used);
  Planes first = input;
  used.process(first.block());
  used.reset();
  Session fresh = prepared_chain(kRateHz, 2);
  turn_everything_on(fresh);
  fresh.reset();
  Planes again = input;
  Planes expected = input;
  used.process(again.block());
  fresh.process(expected.block());
  EXPECT_EQ(again.samples, expected.samples);
}

TEST(Session, NonFiniteInputIsReplacedCountedAndForgotten) {
  Session session = prepared_chain(kRateHz, 2);
  turn_everything_on(session);
  session.reset();
  Planes io = music(2, 96000, kRateHz, 0.5, 8);
  Planes clean = io;
  io.samples[0][1000] = std::numeric_limits<float>::quiet_NaN();
  io.samples[1][1500] = std::numeric_limits<float>::infinity();
  io.samples[0][2000] = -std::numeric_limits<float>::infinity();
  session.process(io.block());
  EXPECT_EQ(session.fault_count(), 3.0);
  for (const auto& plane : io.samples)
    for (const float x : plane) ASSERT_TRUE(std::isfinite(x));
  Session untouched = prepared_chain(kRateHz, 2);
  turn_everything_on(untouched);
  untouched.reset();
  untouched.process(clean.block());
  // Two seconds on, long after release times and filter tails, the two runs agree within -100 dB of full scale.
  for (std::size_t i = 95000; i < 96000; ++i) ASSERT_NEAR(io.samples[0][i], clean.samples[0][i], 1e-5);
}

// +80 dBFS is the loudest that counts as signal: the limiter holds its ceiling. Beyond, a sample is a fault.
TEST(Session, TheLoudestSignalStaysUnderTheCeilingAndMoreIsAFault) {
  Session session = prepared_chain(kRateHz, 2);
  turn_everything_on(session);
  session.reset();
  Planes io = music(2, 96000, kRateHz, 0.5, 12);
  io.samples[1][2500] = 1e4f;
  io.samples[0][50000] = 1.001e4f;
  io.samples[0][50001] = -std::numeric_limits<float>::max();
  session.process(io.block());
  EXPECT_EQ(session.fault_count(), 2.0);
  const float ceiling = std::pow(10.0f, -1.0f / 20.0f);
  for (const auto& plane : io.samples)
    for (const float x : plane) ASSERT_LE(std::fabs(x), ceiling);
}

// A fault must not be heard for long: 100 ms after it, the output is what it would have been, within -60 dB of full scale.
TEST(Session, FaultsAreForgottenWithinAHundredMilliseconds) {
  Session session = prepared_chain(kRateHz, 2);
  Session untouched = prepared_chain(kRateHz, 2);
  for (Session* each : {&session, &untouched}) {
    turn_everything_on(*each);
    // These repeat the gap as they repeat everything else.
    for (const int id : {p::kDelayEnabled, p::kChorusEnabled, p::kReverbEnabled}) ASSERT_EQ(each->set_param(id, 0.0), Status::ok);
    each->reset();
  }
  Planes io = music(2, 48000, kRateHz, 0.5, 12);
  Planes clean = io;
  io.samples[0][20000] = std::numeric_limits<float>::max();
  io.samples[1][20000] = std::numeric_limits<float>::quiet_NaN();
  io.samples[1][20001] = 1e10f;  // +200 dBFS
  session.process(io.block());
  untouched.process(clean.block());
  const std::size_t recovered = static_cast<std::size_t>(20000 + session.latency_frames() + 4800);
  for (std::size_t i = recovered; i < 48000; ++i) ASSERT_NEAR(io.samples[0][i], clean.samples[0][i], 1e-3) << i;
}

// To the whole chain, echoes and rooms included, a fault is a moment of silence and nothing else.
TEST(Session, FaultsAreSilence) {
  Session session = prepared_chain(kRateHz, 2);
  Session silenced = prepared_chain(kRateHz, 2);
  turn_everything_on(session);
  turn_everything_on(silenced);
  session.reset();
  silenced.reset();
  Planes io = music(2, 48000, kRateHz, 0.5, 12);
  Planes gap = io;
  int frame = 20000;
  for (const float fault : {std::numeric_limits<float>::max(), std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity(), 1e10f}) {
    io.samples[1][static_cast<std::size_t>(frame)] = fault;
    gap.samples[1][static_cast<std::size_t>(frame)] = 0.0f;
    frame += 700;
  }
  session.process(io.block());
  silenced.process(gap.block());
  EXPECT_EQ(session.fault_count(), 4.0);
  EXPECT_EQ(io.samples, gap.samples);
}

TEST(Session, RefusesBadParametersAndChangesNothing) {
  Session session = prepared_chain(kRateHz, 2);
  EXPECT_EQ(session.set_param(9999, 1.0), Status::unknown_parameter);
  EXPECT_EQ(session.set_param(p::kCompRatio, std::nan("")), Status::not_finite);
  EXPECT_EQ(session.set_param(p::kCompRatio, 21.0), Status::out_of_range);
  EXPECT_EQ(session.param(p::kCompRatio), 2.0);
  EXPECT_TRUE(std::isnan(session.param(9999)));
}

TEST(Session, RefusesBadStreams) {
  Session session;
  EXPECT_EQ(session.prepare({7999.0, 2, 128}), Status::bad_sample_rate);
  EXPECT_EQ(session.prepare({192001.0, 2, 128}), Status::bad_sample_rate);
  EXPECT_EQ(session.prepare({48000.0, 0, 128}), Status::bad_channel_count);
  EXPECT_EQ(session.prepare({48000.0, 3, 128}), Status::bad_channel_count);
  EXPECT_EQ(session.prepare({48000.0, 2, 0}), Status::bad_block_size);
}

// A unit that is switched on has its look-ahead filled before it is heard: one that changes nothing is switched on and off without a trace.
TEST(Session, SwitchingAUnitThatChangesNothingLeavesNoTrace) {
  for (const int id : {p::kGateEnabled, p::kLimiterEnabled}) {
    Session session = prepared_chain(kRateHz, 1);
    ASSERT_EQ(session.set_param(p::kGateThresholdDbfs, -90.0), Status::ok);
    session.reset();
    Planes io(1, 24000);
    for (std::size_t i = 0; i < 24000; ++i) io.samples[0][i] = 0.25f * static_cast<float>(std::cos(0.013 * static_cast<double>(i)));
    const std::vector<float> input = io.samples[0];
    for (int at = 0; at < 24000; at += 480) {
      ASSERT_EQ(session.set_param(id, at >= 4800 && at < 14400 ? 1.0 : 0.0), Status::ok);
      session.process(io.slice(at, 480));
    }
    const auto latency = static_cast<std::size_t>(session.latency_frames());
    for (std::size_t i = latency; i < 24000; ++i) ASSERT_EQ(io.samples[0][i], input[i - latency]) << id << " " << i;
  }
}

TEST(Session, ReportsTheReductionsOfTheLatestBlock) {
  Session session = prepared_chain(kRateHz, 1);
  ASSERT_EQ(session.set_param(p::kCompEnabled, 1.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kCompThresholdDbfs, -40.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kCompRatio, 4.0), Status::ok);
  session.reset();
  Planes loud(1, 48000);
  for (std::size_t i = 0; i < 48000; ++i) loud.samples[0][i] = 0.5f * static_cast<float>(std::sin(0.3 * static_cast<double>(i)));
  session.process(loud.block());
  EXPECT_GT(session.dynamics().compressor_reduction_db, 15.0f);  // (-6 + 40) * (1 - 1/4) = 25 dB for the peak
  EXPECT_EQ(session.dynamics().gate_reduction_db, 0.0f);
  EXPECT_EQ(session.dynamics().limiter_reduction_db, 0.0f);
  for (const int id : {p::kGateEnabled, p::kLimiterEnabled}) ASSERT_EQ(session.set_param(id, 1.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kCompEnabled, 0.0), Status::ok);
  ASSERT_EQ(session.set_param(p::kInputGainDb, 12.0), Status::ok);
  session.reset();
  Planes louder(1, 48000);
  for (std::size_t i = 0; i < 48000; ++i) louder.samples[0][i] = 0.5f * static_cast<float>(std::sin(0.3 * static_cast<double>(i)));
  session.process(louder.block());
  EXPECT_NEAR(session.dynamics().limiter_reduction_db, 7.0f, 0.2f);  // -6 dBFS + 12 dB against a ceiling of -1 dBTP
  EXPECT_EQ(session.dynamics().gate_reduction_db, 24.0f);            // the gate begins closed, at its default range
}

}  // namespace
}  // namespace ag06::engine
