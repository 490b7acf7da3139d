// Block cuts, reset, latency and channels of every unit.
#include <gtest/gtest.h>

#include "support/signals.h"
#include "support/unit_list.h"

namespace ag06::test {
namespace {

constexpr double kRateHz = 48000.0;
constexpr int kChangeFrames = 8000;

template <class Unit>
class StreamContract : public ::testing::Test {
 protected:
  using Traits = UnitTraits<Unit>;

  static Planes input(int channels = 2) { return music(channels, 5 * kChangeFrames, kRateHz, 1.0, 11); }

  // Settings change every kChangeFrames frames, the third time in the middle of the previous transition.
  template <class NextFrames>
  static void run_with_changes(Unit& unit, Planes& io, NextFrames next_frames) {
    Random random(77);
    for (int at = 0; at < frame_count(io); at += kChangeFrames) {
      unit.set_params(at == 0 ? Traits::working() : random_params<Unit>(random));
      const int middle = at + (at == 2 * kChangeFrames ? 300 : 0);
      if (middle > at) {
        run_in_cuts(unit, io, at, middle, next_frames);
        unit.set_params(random_params<Unit>(random));
      }
      run_in_cuts(unit, io, middle, at + kChangeFrames, next_frames);
    }
  }
};
TYPED_TEST_SUITE(StreamContract, AllUnits, UnitNames);

TYPED_TEST(StreamContract, OutputDoesNotDependOnBlockCuts) {
  TypeParam reference;
  ASSERT_EQ(reference.prepare({kRateHz, 2, 128}), Status::ok);
  Planes expected = this->input();
  this->run_with_changes(reference, expected, [] { return 128; });

  for (const int frames : {1, 7, 63, 64, 127, 1000, kChangeFrames}) {
    TypeParam unit;
    ASSERT_EQ(unit.prepare({kRateHz, 2, 128}), Status::ok);
    Planes io = this->input();
    this->run_with_changes(unit, io, [&] { return frames; });
    EXPECT_EQ(first_difference(expected, io), -1) << "blocks of " << frames;
  }
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    TypeParam unit;
    ASSERT_EQ(unit.prepare({kRateHz, 2, 128}), Status::ok);
    Planes io = this->input();
    Random cuts(seed);
    this->run_with_changes(unit, io, [&] { return cuts.below(500); });
    EXPECT_EQ(first_difference(expected, io), -1) << "random cuts, zero frames among them, seed " << seed;
  }
}

TYPED_TEST(StreamContract, ResetEqualsFresh) {
  for (const auto& params : {UnitTraits<TypeParam>::working(), UnitTraits<TypeParam>::neutral()}) {
    TypeParam used, fresh;
    ASSERT_EQ(used.prepare({kRateHz, 2, 128}), Status::ok);
    Planes before = this->input();
    this->run_with_changes(used, before, [] { return 128; });
    used.set_params(params);
    used.reset();

    ASSERT_EQ(fresh.prepare({kRateHz, 2, 128}), Status::ok);
    fresh.set_params(params);
    fresh.reset();
    Planes expected = this->input(), io = this->input();
    run(fresh, expected);
    run(used, io);
    EXPECT_EQ(first_difference(expected, io), -1);
  }
}

TYPED_TEST(StreamContract, PreparesAgainForAnotherStream) {
  TypeParam used, fresh;
  ASSERT_EQ(used.prepare({192000.0, 2, 128}), Status::ok);
  Planes before = this->input();
  this->run_with_changes(used, before, [] { return 128; });
  ASSERT_EQ(used.prepare({44100.0, 1, 128}), Status::ok);
  ASSERT_EQ(fresh.prepare({44100.0, 1, 128}), Status::ok);
  EXPECT_EQ(used.latency_frames(), fresh.latency_frames());
  Planes expected = this->input(1), io = this->input(1);
  this->run_with_changes(fresh, expected, [] { return 128; });
  this->run_with_changes(used, io, [] { return 128; });
  EXPECT_EQ(first_difference(expected, io), -1);
}

TYPED_TEST(StreamContract, NeutralIsTheInputDelayedByTheStatedLatency) {
  for (const double rate_hz : {8000.0, 44100.0, 48000.0, 96000.0, 192000.0}) {
    TypeParam unit;
    ASSERT_EQ(unit.prepare({rate_hz, 2, 512}), Status::ok);
    unit.set_params(UnitTraits<TypeParam>::neutral());
    unit.reset();
    const int latency = unit.latency_frames();
    ASSERT_GE(latency, 0);
    const Planes in = noise(2, 20000, 0.25, 5);
    Planes out = in;
    run(unit, out);
    for (std::size_t c = 0; c < 2; ++c)
      for (int i = 0; i < 20000; ++i) {
        const float expected = i < latency ? 0.0f : in.samples[c][static_cast<std::size_t>(i - latency)];
        ASSERT_TRUE(same_bits(out.samples[c][static_cast<std::size_t>(i)], expected)) << rate_hz << " Hz, channel " << c << ", frame " << i;
      }
  }
}

TYPED_TEST(StreamContract, LatencyDoesNotDependOnSettings) {
  TypeParam unit;
  ASSERT_EQ(unit.prepare({kRateHz, 2, 128}), Status::ok);
  const int latency = unit.latency_frames();
  Random random(3);
  Planes io = noise(2, 64, 1.0, 9);
  for (int i = 0; i < 200; ++i) {
    unit.set_params(random_params<TypeParam>(random));
    unit.process(io.block());
    ASSERT_EQ(unit.latency_frames(), latency);
  }
}

TYPED_TEST(StreamContract, EqualChannelsAreAsOneChannel) {
  if (kMixesChannels<TypeParam>) GTEST_SKIP() << "its channels hear each other by intent";
  TypeParam mono_unit, stereo_unit;
  ASSERT_EQ(mono_unit.prepare({kRateHz, 1, 128}), Status::ok);
  ASSERT_EQ(stereo_unit.prepare({kRateHz, 2, 128}), Status::ok);
  Planes mono = this->input(1);
  Planes stereo(2, frame_count(mono));
  stereo.samples[0] = stereo.samples[1] = mono.samples[0];
  this->run_with_changes(mono_unit, mono, [] { return 128; });
  this->run_with_changes(stereo_unit, stereo, [] { return 128; });
  Planes twice(2, frame_count(mono));
  twice.samples[0] = twice.samples[1] = mono.samples[0];
  EXPECT_EQ(first_difference(twice, stereo), -1);
}

TYPED_TEST(StreamContract, SwappedChannelsGiveSwappedOutput) {
  if (kMixesChannels<TypeParam>) GTEST_SKIP() << "its channels hear each other by intent";
  TypeParam unit, swapped_unit;
  ASSERT_EQ(unit.prepare({kRateHz, 2, 128}), Status::ok);
  ASSERT_EQ(swapped_unit.prepare({kRateHz, 2, 128}), Status::ok);
  Planes io = this->input(), swapped = this->input();
  std::swap(swapped.samples[0], swapped.samples[1]);
  this->run_with_changes(unit, io, [] { return 128; });
  this->run_with_changes(swapped_unit, swapped, [] { return 128; });
  std::swap(swapped.samples[0], swapped.samples[1]);
  EXPECT_EQ(first_difference(io, swapped), -1);
}

TYPED_TEST(StreamContract, ASilentChannelStaysSilent) {
  if (kMixesChannels<TypeParam>) GTEST_SKIP() << "its channels hear each other by intent";
  TypeParam unit;
  ASSERT_EQ(unit.prepare({kRateHz, 2, 128}), Status::ok);
  Planes io = this->input();
  io.samples[1].assign(io.samples[1].size(), 0.0f);
  this->run_with_changes(unit, io, [] { return 128; });
  for (const float x : io.samples[1]) ASSERT_EQ(x, 0.0f);
}

}  // namespace
}  // namespace ag06::test
