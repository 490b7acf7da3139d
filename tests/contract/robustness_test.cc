// Silence, poison, rates and settings at and beyond their ends, for every unit.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "support/denormal_watch.h"
#include "support/measure.h"
#include "support/signals.h"
#include "support/unit_list.h"

namespace ag06::test {
namespace {

constexpr double kRateHz = 48000.0;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

bool all_finite(const Planes& planes) {
  for (const auto& plane : planes.samples)
    for (const float x : plane)
      if (!std::isfinite(x)) return false;
  return true;
}

template <class Unit>
class RobustnessContract : public ::testing::Test {
 protected:
  void prepare(Unit& unit, double rate_hz = kRateHz) {
    ASSERT_EQ(unit.prepare({rate_hz, 2, 512}), Status::ok);
    unit.set_params(UnitTraits<Unit>::working());
    unit.reset();
  }
};
TYPED_TEST_SUITE(RobustnessContract, AllUnits, UnitNames);

TYPED_TEST(RobustnessContract, RefusesStreamsItCannotServe) {
  TypeParam unit;
  for (const double rate_hz : {0.0, -48000.0, 7999.0, 192001.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    EXPECT_EQ(unit.prepare({rate_hz, 2, 512}), Status::bad_sample_rate) << rate_hz;
  for (const int channels : {-1, 0, 3, 8}) EXPECT_EQ(unit.prepare({kRateHz, channels, 512}), Status::bad_channel_count) << channels;
  for (const int frames : {-1, 0, kMaxBlockFrames + 1}) EXPECT_EQ(unit.prepare({kRateHz, 2, frames}), Status::bad_block_size) << frames;
}

TYPED_TEST(RobustnessContract, SilenceGivesSilence) {
  TypeParam unit;
  this->prepare(unit);
  Planes io(2, 48000);
  run(unit, io);
  for (const auto& plane : io.samples)
    for (const float x : plane) ASSERT_EQ(x, 0.0f);
}

TYPED_TEST(RobustnessContract, TailsDieOutWithoutDenormals) {
  TypeParam unit;
  this->prepare(unit);
  Planes loud = music(2, 48000, kRateHz, 1.0, 3);
  run(unit, loud);
  Planes tail(2, 20 * 48000);
  run(unit, tail);
  for (const auto& plane : tail.samples) {
    for (const float x : plane) ASSERT_NE(std::fpclassify(x), FP_SUBNORMAL);
    EXPECT_EQ(plane.back(), 0.0f) << "the tail never ends";
  }
}

// Denormals anywhere in the state cost ten to a hundred times, and stay for good: a minute of silence brings every recursion there that is not
// kept from it. What that costs, tests/bench shows: its rows of silence and denormals.
TYPED_TEST(RobustnessContract, SilenceLeavesNoDenormalsInTheState) {
  if (!DenormalWatch::kAvailable) GTEST_SKIP() << "only x86 raises flags for denormals of itself";
  ASSERT_FALSE(DenormalWatch::flushes_by_itself());
  static constexpr int kQuantumFrames = 128;
  // In how many quanta anything was denormal. With FTZ and DAZ off, arithmetic on a state at rest among denormals raises a flag each time.
  const auto denormal_quanta = [](TypeParam& unit, Planes& io) {
    DenormalWatch watch;
    int count = 0;
    for (int at = 0; at < frame_count(io); at += kQuantumFrames) {
      const AudioBlock quantum = io.slice(at, std::min(kQuantumFrames, frame_count(io) - at));
      watch.begin();
      unit.process(quantum);
      count += watch.seen() ? 1 : 0;
    }
    return count;
  };
  TypeParam unit;
  this->prepare(unit);
  Planes loud = music(2, 48000, kRateHz, 1.0, 3);
  denormal_quanta(unit, loud);
  // A tail may pass through the denormals once on its way to nothing, but neither for long nor after a second.
  Planes first_second(2, 48000);
  EXPECT_LE(denormal_quanta(unit, first_second), 60) << "of 375 quanta right after music";
  for (int second = 1; second < 120; ++second) {
    Planes io(2, 48000);
    ASSERT_EQ(denormal_quanta(unit, io), 0) << "after " << second << " s of silence";
  }
  // Denormal samples cannot be cleaned without being touched, but must not get into the state: past the longest look-ahead nothing is left of them.
  Planes faint = constant(2, 48000, 1e-40f);
  EXPECT_GT(denormal_quanta(unit, faint), 0) << "the flags see nothing";
  Planes drain(2, 10 * kQuantumFrames), after(2, 48000);
  denormal_quanta(unit, drain);
  EXPECT_EQ(denormal_quanta(unit, after), 0) << "after denormal samples";
}

TYPED_TEST(RobustnessContract, NonFiniteSamplesCountAsSilentOnes) {
  for (const float poison : {kNaN, -kNaN, kInfinity, -kInfinity})
    for (const int poisoned_channels : {1, 2}) {
      TypeParam unit, twin;
      this->prepare(unit);
      this->prepare(twin);
      Planes io = music(2, 24000, kRateHz, 1.0, 21), clean = io;
      for (const int at : {0, 1000, 1001, 1002, 9999})
        for (int c = 0; c < poisoned_channels; ++c) {
          io.samples[static_cast<std::size_t>(c)][static_cast<std::size_t>(at)] = poison;
          clean.samples[static_cast<std::size_t>(c)][static_cast<std::size_t>(at)] = 0.0f;
        }
      run(unit, io);
      run(twin, clean);
      // A unit without memory may pass the poisoned sample itself on.
      if constexpr (std::is_same_v<TypeParam, dsp::Gain>)
        for (auto& plane : io.samples)
          for (float& x : plane) x = std::isfinite(x) ? x : 0.0f;
      EXPECT_EQ(first_difference(clean, io), -1) << poison;
    }
}

TYPED_TEST(RobustnessContract, RecoversFromAbsurdLevels) {
  for (const float level : {1e30f, -1e30f, 1e10f}) {
    TypeParam unit, twin;
    this->prepare(unit);
    this->prepare(twin);
    Planes io = music(2, 4 * 48000, kRateHz, 1.0, 21), clean = io;
    for (const std::size_t at : {1000u, 1001u, 1500u}) io.samples[0][at] = level;
    run(unit, io);
    run(twin, clean);
    EXPECT_TRUE(all_finite(io));
    for (std::size_t c = 0; c < 2; ++c)
      EXPECT_NEAR(to_db(rms_of(io.samples[c], 3 * 48000)), to_db(rms_of(clean.samples[c], 3 * 48000)), 0.1) << level << ", channel " << c;
  }
}

TYPED_TEST(RobustnessContract, EveryRateAndExtremeSettingStaysFiniteAndRecovers) {
  using Traits = UnitTraits<TypeParam>;
  Random random(5);
  for (const double rate_hz : {8000.0, 11025.0, 16000.0, 22050.0, 32000.0, 44100.0, 47999.5, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0})
    for (int trial = 0; trial < 12; ++trial) {
      TypeParam unit;
      this->prepare(unit, rate_hz);
      auto params = Traits::working();
      Traits::shuffle_choices(params, random);
      Traits::each_field(params, [&](float& field, float low, float high) { field = (trial < 2 ? trial == 0 : random.below(2) == 0) ? low : high; });
      unit.set_params(params);
      Planes io = music(2, 9600, rate_hz, 1.0, 8);
      run(unit, io);
      ASSERT_TRUE(all_finite(io)) << rate_hz << " Hz, trial " << trial;
      unit.set_params(Traits::neutral());
      unit.reset();
      const Planes in = noise(2, 4800, 0.25, 6);
      Planes out = in;
      run(unit, out);
      const int latency = unit.latency_frames();
      ASSERT_TRUE(same_bits(out.samples[0][4799], in.samples[0][static_cast<std::size_t>(4799 - latency)])) << rate_hz << " Hz, trial " << trial;
    }
}

TYPED_TEST(RobustnessContract, SettingsOutsideTheDomainAreClamped) {
  using Traits = UnitTraits<TypeParam>;
  const auto output_with = [&](const typename TypeParam::Params& params) {
    TypeParam unit;
    this->prepare(unit);
    Planes io = music(2, 6000, kRateHz, 1.0, 4);
    unit.set_params(params);
    run(unit, io);
    return io;
  };
  int field_count = 0;
  auto counted = Traits::working();
  Traits::each_field(counted, [&](float&, float, float) { ++field_count; });
  for (int chosen = 0; chosen < field_count; ++chosen) {
    const auto with = [&](auto value_for) {
      auto params = Traits::working();
      int index = 0;
      Traits::each_field(params, [&](float& field, float low, float high) {
        if (index++ == chosen) field = value_for(low, high);
      });
      return params;
    };
    const Planes at_low = output_with(with([](float low, float) { return low; }));
    const Planes at_high = output_with(with([](float, float high) { return high; }));
    EXPECT_EQ(first_difference(at_low, output_with(with([](float low, float) { return low - 1e6f; }))), -1) << "field " << chosen;
    EXPECT_EQ(first_difference(at_high, output_with(with([](float, float high) { return high + 1e6f; }))), -1) << "field " << chosen;
    for (const float poison : {kNaN, kInfinity, -kInfinity})
      EXPECT_TRUE(all_finite(output_with(with([&](float, float) { return poison; })))) << "field " << chosen << " at " << poison;
  }
}

TEST(EqContract, AnUnknownBandTypeIsHarmless) {
  dsp::ParametricEq unit;
  ASSERT_EQ(unit.prepare({kRateHz, 2, 512}), Status::ok);
  dsp::ParametricEqParams params;
  for (const int type : {-1, 7, 99}) {
    params.bands[2] = {true, static_cast<dsp::EqType>(type), 500.0f, 6.0f, 1.0f};
    unit.set_params(params);
    Planes io = music(2, 6000, kRateHz, 1.0, 4);
    run(unit, io);
    EXPECT_TRUE(all_finite(io)) << type;
    EXPECT_LT(peak_of(io.samples[0]), 10.0) << type;
  }
}

}  // namespace
}  // namespace ag06::test
