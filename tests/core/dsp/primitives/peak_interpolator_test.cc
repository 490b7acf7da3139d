#include "dsp/primitives/peak_interpolator.h"

#include <gtest/gtest.h>

#include "support/measure.h"
#include "support/oversample.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {
using test::to_db;

constexpr int kHalfTaps = 32;

std::vector<float> estimates(const std::vector<float>& x, float floor_lin, int block_frames = 100, int half_taps = kHalfTaps) {
  PeakInterpolator interpolator;
  interpolator.prepare(half_taps);
  std::vector<float> peaks(x.size());
  const int frames = static_cast<int>(x.size());
  for (int at = 0; at < frames; at += block_frames)
    interpolator.process(x.data() + at, std::min(block_frames, frames - at), floor_lin, peaks.data() + at);
  return peaks;
}

// The estimate is of the sinusoid's own peak, in whichever phase it meets the grid.
TEST(PeakInterpolator, SinusoidUpToTwentyKilohertzWithinThreeHundredthsOfADecibel) {
  for (const double freq : {0.001, 0.02, 0.1, 0.25, 1.0 / 3.0, 0.4, 0.4166}) {
    for (int step = 0; step < 16; ++step) {
      const auto x = test::sine(1, 600, 1.0, freq, 0.5, kPi * step / 16.0).samples[0];
      const auto peaks = estimates(x, 0.0f);
      // From 0.15 fs upwards every ten frames hold a peak; below, the last half period does.
      const int frames = freq < 0.1 ? 500 : 10;
      for (int at = 2 * kHalfTaps; at + frames <= 600; at += 50) {
        double largest = 0.0;
        for (int i = at; i < at + frames; ++i) largest = std::max(largest, static_cast<double>(peaks[static_cast<std::size_t>(i)]));
        if (freq > 0.09 || frames > 400) {
          EXPECT_NEAR(to_db(largest / 0.5), 0.0, 0.03) << freq << " fs, phase " << step << ", frame " << at;
        }
      }
    }
  }
}

TEST(PeakInterpolator, ReadsBandLimitedNoiseAsTheOracle) {
  const auto noise = test::noise(1, 20000, 0.5, 11).samples[0];
  // Low-passed at 0.4 fs by a long Blackman-windowed sinc, then kept in float.
  std::vector<float> x(noise.size());
  for (int n = 200; n < 19800; ++n) {
    double sum = 0.0;
    for (int k = -100; k <= 100; ++k) {
      const double window = 0.42 + 0.5 * std::cos(kPi * k / 101.0) + 0.08 * std::cos(2.0 * kPi * k / 101.0);
      sum += noise[static_cast<std::size_t>(n + k)] * window * (k == 0 ? 0.8 : std::sin(0.8 * kPi * k) / (kPi * k));
    }
    x[static_cast<std::size_t>(n)] = static_cast<float>(sum);
  }
  const test::TruePeakOracle oracle;
  const auto peaks = estimates(x, 0.0f);
  for (int at = 500; at < 19000; at += 97) {
    const double truth = oracle.peak(x, at, at + 64);
    double estimate = 0.0;
    for (int i = at + kHalfTaps - 1; i < at + 64 + kHalfTaps + 1; ++i) estimate = std::max(estimate, static_cast<double>(peaks[static_cast<std::size_t>(i)]));
    EXPECT_GT(to_db(estimate / truth), -0.06) << at;
  }
}

TEST(PeakInterpolator, SkippingNeverHidesAnEstimateAboveTheFloor) {
  for (const float floor_lin : {0.2f, 0.5f, 0.8f, 1.1f}) {
    for (const int half_taps : {5, 32}) {
      auto x = test::music(1, 48000, 48000.0, 0.9, 3).samples[0];
      const auto noise = test::noise(1, 48000, 0.9, 4).samples[0];
      for (std::size_t i = 20000; i < 24000; ++i) x[i] += noise[i];
      const auto every = estimates(x, 0.0f, 1000, half_taps), some = estimates(x, floor_lin, 1000, half_taps);
      int above = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (every[i] > floor_lin) {
          ++above;
          ASSERT_EQ(every[i], some[i]) << i;
        } else {
          ASSERT_EQ(some[i], 0.0f) << i;
        }
      }
      EXPECT_GT(above, 20);
    }
  }
}

TEST(PeakInterpolator, CutsDoNotMatter) {
  const auto x = test::music(1, 20000, 48000.0, 1.0, 5).samples[0];
  const auto whole = estimates(x, 0.3f, 20000);
  for (const int block : {1, 3, 7, 31, 32, 33, 128}) EXPECT_EQ(whole, estimates(x, 0.3f, block)) << block;
}

TEST(PeakInterpolator, ConstantIsReadExactly) {
  const std::vector<float> x(400, 0.7f);
  const auto peaks = estimates(x, 0.0f);
  for (std::size_t i = 100; i < 400; ++i) EXPECT_NEAR(peaks[i], 0.7f, 1e-6f);
}

// The bound that lets quiet groups be skipped looks as far ahead as the taps do: ripples of a click that is still to come count too.
TEST(PeakInterpolator, SkippingLosesNothingAboveTheFloor) {
  constexpr int kFrames = 32 * 40;
  constexpr float kFloorLin = 0.02f;
  for (int offset = 0; offset < 32; ++offset) {
    std::vector<float> clicks(kFrames, 0.0f), all(kFrames, 0.0f), above(kFrames, 0.0f);
    for (int at = 64 + offset; at < kFrames - 64; at += 191) clicks[static_cast<std::size_t>(at)] = at % 2 ? 1.0f : -1.0f;
    PeakInterpolator thorough, skipping;
    thorough.prepare(32);
    skipping.prepare(32);
    thorough.process(clicks.data(), kFrames, 0.0f, all.data());
    skipping.process(clicks.data(), kFrames, kFloorLin, above.data());
    for (std::size_t i = 0; i < kFrames; ++i) ASSERT_EQ(above[i], all[i] > kFloorLin ? all[i] : 0.0f) << offset << " " << i;
  }
}

}  // namespace
}  // namespace ag06::dsp
