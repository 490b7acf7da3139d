// No heap calls on the audio path, and no clicks when settings jump, for every unit.
#include <gtest/gtest.h>

#include <memory>

#include "dsp/resample/resampler.h"
#include "support/alloc_counter.h"
#include "support/measure.h"
#include "support/signals.h"
#include "support/unit_list.h"

namespace ag06::test {
namespace {

constexpr double kRateHz = 48000.0;
constexpr double kLoudestClickDb = -75.0;

template <class Unit>
class RealtimeContract : public ::testing::Test {};
TYPED_TEST_SUITE(RealtimeContract, AllUnits, UnitNames);

TEST(AllocationGuard, SeesAllocations) {
  if (!kCountsAllocations) GTEST_SKIP() << "this build's malloc is the sanitizer's";
  AllocationGuard guard;
  auto number = std::make_unique<int>(1);
  EXPECT_EQ(guard.heap_calls(), 1);
  number.reset();
  EXPECT_EQ(guard.heap_calls(), 2);
}

TYPED_TEST(RealtimeContract, TheAudioPathNeverTouchesTheHeap) {
  if (!kCountsAllocations) GTEST_SKIP() << "this build's malloc is the sanitizer's";
  TypeParam unit;
  ASSERT_EQ(unit.prepare({kRateHz, 2, 128}), Status::ok);
  Planes io = music(2, 20000, kRateHz, 1.0, 1);
  static_cast<void>(io.slice(0, 0));
  Random random(9);
  std::vector<typename TypeParam::Params> settings;
  for (int i = 0; i < 20; ++i) settings.push_back(random_params<TypeParam>(random));

  AllocationGuard guard;
  for (int i = 0; i < 20; ++i) {
    unit.set_params(settings[static_cast<std::size_t>(i)]);
    unit.process(io.slice(i * 1000, 1000));
    if (i % 7 == 6) unit.reset();
  }
  EXPECT_EQ(guard.heap_calls(), 0);
}

TEST(RealtimeContract, TheResamplerNeverTouchesTheHeap) {
  if (!kCountsAllocations) GTEST_SKIP() << "this build's malloc is the sanitizer's";
  for (const double out_rate_hz : {44100.0, 44056.0, 48000.0, 192000.0}) {
    dsp::Resampler resampler;
    ASSERT_EQ(resampler.prepare({kRateHz, out_rate_hz, 2}), Status::ok);
    Planes in = music(2, 10000, kRateHz, 1.0, 1), out(2, resampler.max_output_frames(1000));
    static_cast<void>(in.slice(0, 0));
    static_cast<void>(out.slice(0, 0));
    AllocationGuard guard;
    for (int round = 0; round < 2; ++round) {
      for (int at = 0; at < 10000; at += 1000) ASSERT_GE(resampler.process(in.slice(at, 1000), out.block()), 0);
      while (resampler.drain(out.block()) > 0) {
      }
      resampler.reset();
    }
    EXPECT_EQ(guard.heap_calls(), 0) << out_rate_hz;
  }
}

// A 100 Hz tone; every 100 ms the settings jump, from each of the list to each other one.
TYPED_TEST(RealtimeContract, SettingsJumpWithoutClicks) {
  constexpr double kPeak = 0.25;
  constexpr int kHoldFrames = 4800;
  const auto jumps = UnitTraits<TypeParam>::jumps();
  double loudest_db = -300.0;
  for (std::size_t from = 0; from < jumps.size(); ++from)
    for (std::size_t to = 0; to < jumps.size(); ++to) {
      if (from == to) continue;
      TypeParam unit;
      ASSERT_EQ(unit.prepare({kRateHz, 2, 128}), Status::ok);
      unit.set_params(jumps[from]);
      unit.reset();
      Planes io = sine(2, 8 * kHoldFrames, kRateHz, 100.0, kPeak);
      for (int i = 0; i < 8; ++i) {
        // Odd offsets move the jump through the phases of the tone.
        const int at = i * kHoldFrames;
        unit.set_params(jumps[i % 2 == 0 ? from : to]);
        unit.process(io.slice(at, 37 * i));
        unit.set_params(jumps[i % 2 == 0 ? to : from]);
        unit.process(io.slice(at + 37 * i, kHoldFrames - 37 * i));
      }
      const double click = click_db(io.samples[0], kRateHz, kPeak, kHoldFrames / 2);
      loudest_db = std::max(loudest_db, click);
      EXPECT_LE(click, kLoudestClickDb) << "between settings " << from << " and " << to;
    }
  this->RecordProperty("loudest_click_db", std::to_string(loudest_db));
}

}  // namespace
}  // namespace ag06::test
