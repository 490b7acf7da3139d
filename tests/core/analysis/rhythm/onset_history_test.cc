#include "analysis/rhythm/onset_history.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/math.h"
#include "core/analysis/rhythm/listen.h"
#include "support/alloc_guard.h"

namespace ag06::analysis {
namespace {

constexpr OnsetRange kRanges[] = {OnsetRange::bass, OnsetRange::middle, OnsetRange::treble};

std::vector<float> bursts(double sample_rate_hz, double duration_s) {
  std::mt19937 random(11);
  std::vector<float> samples(static_cast<std::size_t>(duration_s * sample_rate_hz));
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double since_s = std::fmod(static_cast<double>(n) / sample_rate_hz, 0.37);
    samples[n] = static_cast<float>(0.4 * std::exp(-since_s / 0.05) * (static_cast<double>(random()) * 0x1p-31 - 1.0));
  }
  return samples;
}

void expect_equal(const OnsetHistory& a, const OnsetHistory& b) {
  ASSERT_EQ(a.frames(), b.frames());
  ASSERT_EQ(a.chroma_frames(), b.chroma_frames());
  for (int i = 0; i < a.frames(); ++i)
    for (const OnsetRange range : kRanges) ASSERT_EQ(a.strength(range, i), b.strength(range, i)) << i;
  for (int i = 0; i < a.chroma_frames(); ++i) ASSERT_EQ(a.chroma(i), b.chroma(i)) << i;
}

TEST(OnsetHistory, RefusesWhatItCannotHear) {
  OnsetHistory history;
  const StftGrid good = short_grid({48000.0, 2, 512});
  StftGrid grid = good;
  grid.sample_rate_hz = 7000.0;
  EXPECT_EQ(history.prepare(grid, 10.0), Status::bad_sample_rate);
  grid = good;
  grid.hop_frames = 0;
  EXPECT_EQ(history.prepare(grid, 10.0), Status::out_of_range);
  for (const double duration_s : {0.0, -1.0, 1e6, std::nan("")}) EXPECT_EQ(history.prepare(good, duration_s), Status::out_of_range) << duration_s;
}

TEST(OnsetHistory, DoesNotDependOnBlockCuts) {
  const std::vector<float> samples = bursts(44100.0, 3.0);
  const OnsetHistory whole = test::listen(samples, 44100.0);
  for (const int block : {1, 7, 64, 441, 4096}) expect_equal(whole, test::listen(samples, 44100.0, block));
}

TEST(OnsetHistory, ResetEqualsFreshAndStopsWhenFull) {
  const StftGrid grid = short_grid({48000.0, 1, 512});
  std::vector<float> power(static_cast<std::size_t>(grid.bins()));
  const auto feed = [&power](OnsetHistory& history, int frames, unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < frames; ++i) {
      for (float& value : power) value = static_cast<float>(random()) * 0x1p-40f;
      SpectrumFrame frame;
      frame.index = i;
      frame.power = power.data();
      history.process(frame);
    }
  };
  OnsetHistory used, fresh;
  ASSERT_EQ(used.prepare(grid, 2.0), Status::ok);
  ASSERT_EQ(fresh.prepare(grid, 2.0), Status::ok);
  feed(used, 1000, 1);
  EXPECT_EQ(used.frames(), grid.frames_for_s(2.0));
  used.reset();
  EXPECT_EQ(used.frames(), 0);
  feed(used, 133, 2);
  feed(fresh, 133, 2);
  expect_equal(used, fresh);
}

TEST(OnsetHistory, SilenceIsZeroAndASteadyToneHardlyStirs) {
  const OnsetHistory silent = test::listen(std::vector<float>(88200, 0.0f), 44100.0);
  for (int i = 0; i < silent.frames(); ++i)
    for (const OnsetRange range : kRanges) ASSERT_EQ(silent.strength(range, i), 0.0f);
  for (int i = 0; i < silent.chroma_frames(); ++i)
    for (const float value : silent.chroma(i)) ASSERT_EQ(value, 0.0f);
  std::vector<float> tone(88200);
  for (std::size_t n = 0; n < tone.size(); ++n) tone[n] = static_cast<float>(0.5 * std::sin(2.0 * kPi * 440.0 / 44100.0 * static_cast<double>(n)));
  const OnsetHistory steady = test::listen(tone, 44100.0);
  for (int i = 10; i < steady.frames() - 10; ++i)
    for (const OnsetRange range : kRanges) ASSERT_LT(steady.strength(range, i), 0.2f) << i;
}

TEST(OnsetHistory, TheRangesHearTheirOwn) {
  const double tones_hz[] = {80.0, 700.0, 6000.0};
  for (int tone = 0; tone < 3; ++tone) {
    std::vector<float> samples(44100, 0.0f);
    for (std::size_t n = 22050; n < samples.size(); ++n) {
      const double since_s = (static_cast<double>(n) - 22050.0) / 44100.0, rise = std::min(since_s / 0.03, 1.0);
      samples[n] = static_cast<float>(0.3 * rise * rise * (3.0 - 2.0 * rise) * std::sin(2.0 * kPi * tones_hz[tone] * since_s));
    }
    const OnsetHistory history = test::listen(samples, 44100.0);
    double sums[kOnsetRanges] = {};
    for (int i = 45; i < 60; ++i)
      for (int r = 0; r < kOnsetRanges; ++r) sums[r] += static_cast<double>(history.strength(kRanges[r], i));
    for (int r = 0; r < kOnsetRanges; ++r) {
      if (r == tone) continue;
      EXPECT_GT(sums[tone], 3.0 * sums[r]) << tones_hz[tone] << " " << r;
    }
  }
}

TEST(OnsetHistory, ChromaNamesTheNote) {
  for (int pitch_class = 0; pitch_class < 12; ++pitch_class) {
    const double hz = 440.0 * std::exp2((72 + pitch_class - 69) / 12.0);
    std::vector<float> samples(44100);
    for (std::size_t n = 0; n < samples.size(); ++n)
      samples[n] = static_cast<float>(0.3 * std::sin(2.0 * kPi * hz / 44100.0 * static_cast<double>(n)));
    const OnsetHistory::Chroma chroma = test::listen(samples, 44100.0).chroma(5);
    for (int p = 0; p < 12; ++p) EXPECT_EQ(chroma[static_cast<std::size_t>(p)] == 1.0f, p == pitch_class) << pitch_class << " " << p;
  }
}

TEST(OnsetHistory, DoesNotAllocateWhileItListens) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  const StftGrid grid = short_grid({44100.0, 2, 512});
  OnsetHistory history;
  ASSERT_EQ(history.prepare(grid, 1.0), Status::ok);
  const std::vector<float> power(static_cast<std::size_t>(grid.bins()), 1e-3f);
  const test::AllocationGuard guard;
  SpectrumFrame frame;
  frame.power = power.data();
  for (int i = 0; i < 300; ++i) history.process(frame);
  history.reset();
  EXPECT_EQ(guard.heap_calls(), 0);
}

}  // namespace
}  // namespace ag06::analysis
