// What LiveEngine tells about itself: meters that lose nothing, deadline misses by a clock that the test turns, and the parts they are made of.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include "bridge/support/live_rig.h"
#include "engine/telemetry.h"
#include "support/measure.h"

namespace ag06::bridge {
namespace {
using test::FakeClock;
using test::LiveRig;
using test::Planes;
using test::Random;
namespace p = ag06::params;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr std::uint64_t kBlockNs = 64ull * 1'000'000'000ull / 48000ull;   // 64 frames at 48 kHz

const engine::Telemetry& telemetry_of(const MeterFrame& frame) { return reinterpret_cast<const engine::Telemetry&>(frame.monitor); }

TEST(LatestValue, VersionsArriveWholeInOrderAndTheLastAlways) {
  using Version = std::array<std::uint64_t, 130>;
  LatestValue<Version> value;
  constexpr std::uint64_t kVersions = 200000;
  std::thread writer([&] {
    Version version;
    for (std::uint64_t k = 1; k <= kVersions; ++k) {
      version.fill(k);
      value.publish(version);
    }
  });
  std::uint64_t last = 0;
  while (last < kVersions) {
    const Version* seen = value.take();
    if (seen == nullptr) continue;
    ASSERT_GT((*seen)[0], last);
    last = (*seen)[0];
    for (const std::uint64_t part : *seen) ASSERT_EQ(part, last);
  }
  writer.join();
  EXPECT_EQ(value.take(), nullptr);
}

TEST(TimeHistogram, BucketsArePowersOfTheRootOfTwoAndHoldTheirUpperBounds) {
  TimeHistogram histogram;
  const TimeHistogram::Snapshot empty = histogram.snapshot();
  ASSERT_EQ(empty.buckets_us.size(), 42u);
  for (int i = 0; i < 41; ++i) EXPECT_NEAR(empty.buckets_us[static_cast<std::size_t>(i)].first / std::pow(2.0, 0.5 * i), 1.0, 1e-3) << i;
  EXPECT_TRUE(std::isinf(empty.buckets_us[41].first));
  for (const std::uint64_t ns : {0ull, 1000ull, 1001ull, 2000ull, 2001ull, 1'048'576'000ull, 1'048'576'001ull, ~0ull >> 8}) histogram.add(ns);
  const TimeHistogram::Snapshot shot = histogram.snapshot();
  EXPECT_EQ(shot.count, 8u);
  EXPECT_EQ(shot.buckets_us[0].second, 2u);
  EXPECT_EQ(shot.buckets_us[1].second, 1u);
  EXPECT_EQ(shot.buckets_us[2].second, 1u);
  EXPECT_EQ(shot.buckets_us[3].second, 1u);
  EXPECT_EQ(shot.buckets_us[40].second, 1u);
  EXPECT_EQ(shot.buckets_us[41].second, 2u);
}

// Starts `gap_ns` after the callback before and takes `takes_ns`.
void call_back(LiveRig& rig, FakeClock& clock, std::uint64_t gap_ns, std::uint64_t takes_ns) {
  static Planes silence(2, 64), out(2, 64);
  const std::uint64_t started_before_ns = clock.at_ns - clock.step_ns;
  clock.step_ns = takes_ns;
  clock.at_ns = started_before_ns + gap_ns - takes_ns;   // the first reading adds takes_ns
  const AudioBlock in_block = silence.block(), out_block = out.block();
  rig.engine.process(in_block.channels, out_block.channels, 64);
}

float misses(LiveRig& rig) {
  MeterFrame frame;
  EXPECT_TRUE(rig.engine.read_meters(frame));
  return frame.deadline_misses;
}

TEST(LiveDeadlines, CountLateStartsAndLongCallbacksAndNothingElse) {
  FakeClock clock;
  LiveEngineOptions options;
  options.clock = clock.clock();
  LiveRig rig(options);
  rig.open(48000.0, 64);
  const auto at = [&](double gap_blocks, double share) {
    call_back(rig, clock, static_cast<std::uint64_t>(gap_blocks * static_cast<double>(kBlockNs)),
              static_cast<std::uint64_t>(share * static_cast<double>(kBlockNs)));
  };
  const auto settled_misses = [&] {
    for (int k = 0; k < 8; ++k) at(1.0, 0.1);   // an interval of meters
    return misses(rig);
  };
  at(1000.0, 0.1);   // the first has none before it
  EXPECT_EQ(settled_misses(), 0.0f);
  at(1.49, 0.79);
  EXPECT_EQ(settled_misses(), 0.0f);
  at(1.51, 0.1);
  EXPECT_EQ(settled_misses(), 1.0f);
  at(1.0, 0.81);
  EXPECT_EQ(settled_misses(), 2.0f);
  at(3.0, 2.0);      // late and long is one miss, and the next one is late because of it
  at(2.1, 0.1);
  EXPECT_EQ(settled_misses(), 4.0f);
  rig.open(48000.0, 64);
  EXPECT_EQ(settled_misses(), 0.0f);
}

TEST(LiveDeadlines, LoadIsTheShareOfTheBlocksTimeAndTheHistogramHoldsEveryCallback) {
  FakeClock clock;
  LiveEngineOptions options;
  options.clock = clock.clock();
  LiveRig rig(options);
  rig.open(48000.0, 64);
  MeterFrame frame;
  for (int k = 0; k < 100; ++k) call_back(rig, clock, kBlockNs, k == 40 ? kBlockNs / 2 : kBlockNs / 10);
  ASSERT_TRUE(rig.engine.read_meters(frame));
  EXPECT_NEAR(frame.load_ratio, (99 * 0.1 + 0.5) / 100.0, 3e-4);
  EXPECT_NEAR(frame.load_max_ratio, 0.5, 1e-3);
  for (int k = 0; k < 100; ++k) call_back(rig, clock, kBlockNs, kBlockNs / 5);
  ASSERT_TRUE(rig.engine.read_meters(frame));
  EXPECT_NEAR(frame.load_max_ratio, 0.2, 1e-3);
  EXPECT_FALSE(rig.engine.read_meters(frame));
  const TimeHistogram::Snapshot shot = rig.engine.histogram();
  EXPECT_EQ(shot.count, 200u);
  EXPECT_NEAR(shot.sum_us, 1e-3 * static_cast<double>(kBlockNs) * (9.9 + 0.5 + 20.0), 1.0);
}

TEST(LiveMeters, ComeAtLeastAHundredAndTwentyTimesASecondWhereBlocksAllowIt) {
  for (const int block_frames : {32, 64, 128, 256, 384, 400}) {
    LiveRig rig;
    rig.open(48000.0, block_frames);
    const Planes in(2, block_frames);
    int frames = 0, readings = 0;
    MeterFrame frame;
    while (frames < 48000) {
      static_cast<void>(rig.play(in, block_frames));
      frames += block_frames;
      readings += rig.engine.read_meters(frame) ? 1 : 0;
    }
    EXPECT_GE(readings, 120) << block_frames;
    EXPECT_LE(frame.sample_time, static_cast<std::uint64_t>(frames));
  }
}

TEST(LiveMeters, PeaksAndCountsOfASecondAreThoseOfTheSignalHoweverSeldomTheyAreRead) {
  for (const int blocks_between_readings : {1, 7, 100, 5000}) {
    LiveRig rig;
    rig.set(p::kOutputGainDb, -6.0);
    rig.open(48000.0, 64);
    rig.settle(6400);
    MeterFrame frame;
    static_cast<void>(rig.engine.read_meters(frame));
    rig.settle(64 * 8);
    static_cast<void>(rig.engine.read_meters(frame));
    const Planes quiet = test::constant(2, 48000, 0.01f);
    float input_peak_dbfs = -300.0f, output_peak_dbfs = -300.0f, heard_peak_dbfs = -300.0f;
    const auto read = [&] {
      if (!rig.engine.read_meters(frame)) return;
      input_peak_dbfs = std::fmax(input_peak_dbfs, frame.input_peak_dbfs[1]);
      output_peak_dbfs = std::fmax(output_peak_dbfs, frame.output_peak_dbfs[1]);
      heard_peak_dbfs = std::fmax(heard_peak_dbfs, telemetry_of(frame).peak_right_dbfs);
    };
    Planes in = quiet;
    in.samples[1][3333] = 0.9f;    // one sample in a second
    in.samples[0][20000] = -1.0f;  // and three at full scale, one of which a 24-bit converter would give
    in.samples[0][20001] = 1.5f;
    in.samples[0][20002] = 8388607.0f / 8388608.0f;
    int blocks = 0;
    static_cast<void>(rig.play(
        in, [] { return 64; },
        [&](int) {
          if (++blocks % blocks_between_readings == 0) read();
        }));
    read();
    static_cast<void>(rig.play(quiet, 64));   // the last interval of the second was still open; if the queue was full, it had waited
    read();
    EXPECT_NEAR(input_peak_dbfs, 20.0 * std::log10(0.9), 1e-3) << blocks_between_readings;
    EXPECT_NEAR(output_peak_dbfs, 20.0 * std::log10(0.9) - 6.0, 1e-3) << blocks_between_readings;
    EXPECT_NEAR(heard_peak_dbfs, 20.0 * std::log10(0.9) - 6.0, 1e-3) << blocks_between_readings;
    EXPECT_EQ(frame.input_clips, 3.0f);
    EXPECT_EQ(frame.output_clips, 0.0f);
    rig.engine.reset_meters();
    static_cast<void>(rig.play(quiet, 64));
    read();
    rig.settle(64 * 8);
    read();
    EXPECT_EQ(frame.input_clips, 0.0f);
    EXPECT_LT(telemetry_of(frame).true_peak_max_dbtp, -44.0);
  }
}

// Any way to cut a row of intervals into merged ones gives the same figures in the end.
TEST(LiveMeters, MergingIsAssociative) {
  Random random(6);
  const auto any = [&] { return random.below(5) == 0 ? kNan : static_cast<float>(-60.0 * random.unit()); };
  for (int round = 0; round < 200; ++round) {
    MeterFrame frames[3];
    std::uint64_t lengths[3];
    for (int k = 0; k < 3; ++k) {
      for (float& figure : frames[k].monitor) figure = any();
      for (int c = 0; c < 2; ++c) {
        frames[k].input_peak_dbfs[c] = any();
        frames[k].output_peak_dbfs[c] = any();
      }
      frames[k].load_ratio = static_cast<float>(random.unit());
      frames[k].load_max_ratio = static_cast<float>(random.unit());
      frames[k].input_clips = static_cast<float>(10 * k);
      frames[k].sample_time = static_cast<std::uint64_t>(k);
      lengths[k] = static_cast<std::uint64_t>(1 + random.below(400));
    }
    MeterFrame left = frames[0], right = frames[1], last = frames[0];
    merge_meters(left, lengths[0], frames[1], lengths[1]);
    merge_meters(left, lengths[0] + lengths[1], frames[2], lengths[2]);
    merge_meters(right, lengths[1], frames[2], lengths[2]);
    merge_meters(last, lengths[0], right, lengths[1] + lengths[2]);
    for (std::size_t i = 0; i < 17; ++i) ASSERT_TRUE(test::same_bits(left.monitor[i], last.monitor[i]));
    for (std::size_t c = 0; c < 2; ++c) ASSERT_TRUE(test::same_bits(left.input_peak_dbfs[c], last.input_peak_dbfs[c]));
    ASSERT_NEAR(left.load_ratio, last.load_ratio, 1e-6);
    ASSERT_EQ(left.load_max_ratio, last.load_max_ratio);
    ASSERT_EQ(left.input_clips, 20.0f);
    ASSERT_EQ(left.sample_time, 2u);
    // Peaks and reductions are the largest, everything else the latest.
    const engine::Telemetry &merged = telemetry_of(left), &newest = telemetry_of(frames[2]);
    ASSERT_TRUE(test::same_bits(merged.momentary_lufs, newest.momentary_lufs));
    ASSERT_TRUE(test::same_bits(merged.true_peak_max_dbtp, newest.true_peak_max_dbtp));
    float peak = kNan, reduction = kNan;
    for (const MeterFrame& frame : frames) {
      peak = std::fmax(peak, telemetry_of(frame).true_peak_dbtp);
      reduction = std::fmax(reduction, telemetry_of(frame).compressor_reduction_db);
    }
    ASSERT_TRUE(test::same_bits(merged.true_peak_dbtp, peak));
    ASSERT_TRUE(test::same_bits(merged.compressor_reduction_db, reduction));
  }
}

TEST(LiveMeters, XrunsAreCountedFromAnyThreadAndCountsStartAnewWithTheStream) {
  LiveRig rig;
  rig.open(48000.0, 64);
  std::thread driver([&] {
    for (int k = 0; k < 1000; ++k) rig.engine.note_xrun();
  });
  for (int k = 0; k < 1000; ++k) rig.engine.note_xrun();
  driver.join();
  rig.settle(1024);
  MeterFrame frame;
  ASSERT_TRUE(rig.engine.read_meters(frame));
  EXPECT_EQ(frame.xruns, 2000.0f);
  static_cast<void>(rig.play(test::constant(2, 1024, 0.9f), 64));   // left in the queue
  rig.open(48000.0, 64);
  rig.settle(1024);
  ASSERT_TRUE(rig.engine.read_meters(frame));
  EXPECT_EQ(frame.xruns, 0.0f);
  EXPECT_LE(frame.sample_time, 1024u);
  EXPECT_TRUE(std::isnan(frame.input_peak_dbfs[0])) << "a peak of the stream before";
}

}  // namespace
}  // namespace ag06::bridge
