#include "dsp/dither/quantiser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {
using namespace ag06::test;

constexpr std::uint32_t kSeed = 0x41473036u;
constexpr double kLsb = 1.0 / 32768.0;

[[nodiscard]] std::vector<std::int32_t> quantised(Planes& planes, int bits, std::uint32_t seed = kSeed) {
  Quantiser quantiser;
  EXPECT_EQ(quantiser.prepare(bits, static_cast<int>(planes.samples.size()), seed), Status::ok);
  std::vector<std::int32_t> out(planes.samples.size() * planes.samples[0].size());
  quantiser.process(planes.block(), out.data());
  return out;
}

// Output minus input in LSB of 16 bits, mono.
[[nodiscard]] std::vector<double> error_lsb(Planes& planes, std::uint32_t seed = kSeed) {
  const std::vector<std::int32_t> out = quantised(planes, 16, seed);
  std::vector<double> error(out.size());
  for (std::size_t i = 0; i < out.size(); ++i) error[i] = out[i] - static_cast<double>(planes.samples[0][i]) / kLsb;
  return error;
}

[[nodiscard]] double mean_of(const std::vector<double>& x) {
  double sum = 0.0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

TEST(Quantiser, RefusesOtherFormats) {
  Quantiser quantiser;
  for (const int bits : {0, 8, 20, 32}) EXPECT_EQ(quantiser.prepare(bits, 2, kSeed), Status::out_of_range) << bits;
  for (const int channels : {-1, 0, kMaxMeterChannels + 1}) EXPECT_EQ(quantiser.prepare(16, channels, kSeed), Status::bad_channel_count) << channels;
}

// All 2^24 of them.
TEST(Quantiser, Every24BitIntegerComesBack) {
  constexpr int kChunk = 1 << 20;
  Quantiser quantiser;
  ASSERT_EQ(quantiser.prepare(24, 1, kSeed), Status::ok);
  Planes planes(1, kChunk);
  std::vector<std::int32_t> out(kChunk);
  for (std::int32_t first = -(1 << 23); first < 1 << 23; first += kChunk) {
    for (int i = 0; i < kChunk; ++i) planes.samples[0][static_cast<std::size_t>(i)] = static_cast<float>(first + i) / 8388608.0f;
    quantiser.process(planes.block(), out.data());
    for (int i = 0; i < kChunk; ++i) ASSERT_EQ(out[static_cast<std::size_t>(i)], first + i);
  }
  EXPECT_EQ(quantiser.clipped_samples(), 0u);
}

TEST(Quantiser, TiesGoToEvenAt24Bits) {
  const double steps[] = {0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 1000.5, 1001.5, 0.49999, -0.49999, 1.50001};
  const std::int32_t expected[] = {0, 2, 2, 0, -2, -2, 1000, 1002, 0, 0, 2};
  Planes planes(1, static_cast<int>(std::size(steps)));
  for (std::size_t i = 0; i < std::size(steps); ++i) planes.samples[0][i] = static_cast<float>(steps[i] / 8388608.0);
  const std::vector<std::int32_t> out = quantised(planes, 24);
  for (std::size_t i = 0; i < std::size(steps); ++i) EXPECT_EQ(out[i], expected[i]) << steps[i];
}

// Lipshitz et al. 1992: total error power LSB^2 / 4 and mean zero, wherever between two codes the input lies.
TEST(Quantiser, NoiseIsHalfAnLsbWhateverTheOffset) {
  for (double offset_lsb = 0.0; offset_lsb < 1.0; offset_lsb += 0.125) {
    Planes planes = constant(1, 400000, static_cast<float>((100.0 + offset_lsb) * kLsb));
    const std::vector<double> error = error_lsb(planes);
    EXPECT_NEAR(to_db(rms_of(error) / 0.5), 0.0, 0.1) << offset_lsb;
    EXPECT_NEAR(mean_of(error), 0.0, 0.004) << offset_lsb;  // five standard deviations of the mean
    EXPECT_LE(peak_of(error), 1.5) << offset_lsb;
  }
}

// Two uniform halves: 0 three times in four, +/-1 once in eight each.
TEST(Quantiser, SilenceIsDitheredTriangularly) {
  Planes planes(1, 1000000);
  int counts[3] = {};
  for (const std::int32_t code : quantised(planes, 16)) {
    ASSERT_LE(std::abs(code), 1);
    ++counts[code + 1];
  }
  EXPECT_NEAR(counts[0] / 1e6, 0.125, 0.0017);
  EXPECT_NEAR(counts[1] / 1e6, 0.75, 0.0022);
  EXPECT_NEAR(counts[2] / 1e6, 0.125, 0.0017);
}

TEST(Quantiser, NoHarmonicsOfAToneAtMinus90Dbfs) {
  constexpr int kFrames = 64 * 48000;
  Planes planes = sine(1, kFrames, 48000.0, 1000.0, from_db(-90.0));
  const std::vector<std::int32_t> out = quantised(planes, 16);
  EXPECT_NEAR(tone_db(out, 0, kFrames, 48000.0, 1000.0) + to_db(kLsb), -90.0, 0.01);
  for (int h = 2; h <= 11; ++h) EXPECT_LE(tone_db(out, 0, kFrames, 48000.0, 1000.0 * h) + to_db(kLsb), -130.0) << h;
}

TEST(Quantiser, NoiseIsWhiteAndUnlikeBetweenChannels) {
  constexpr std::size_t kFrames = 400000;
  Planes planes(3, kFrames);
  const std::vector<std::int32_t> out = quantised(planes, 16);
  const auto correlation = [&](std::size_t a, std::size_t b, std::size_t lag) {
    double sum = 0.0;
    for (std::size_t i = lag; i < kFrames; ++i) sum += static_cast<double>(out[3 * i + a]) * out[3 * (i - lag) + b];
    return sum / (0.25 * static_cast<double>(kFrames));
  };
  const double bound = 5.0 / std::sqrt(static_cast<double>(kFrames));
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b)
      for (std::size_t lag = 0; lag <= 8; ++lag)
        if (a != b || lag > 0) {
          EXPECT_LT(std::fabs(correlation(a, b, lag)), bound) << a << b << " lag " << lag;
        }
}

TEST(Quantiser, SameSeedSameBitsAndOtherSeedOtherNoise) {
  Planes planes = noise(2, 5000, 0.5, 3);
  EXPECT_EQ(quantised(planes, 16), quantised(planes, 16));
  EXPECT_NE(quantised(planes, 16), quantised(planes, 16, kSeed + 1));
  EXPECT_EQ(quantised(planes, 24), quantised(planes, 24, kSeed + 1));
}

TEST(Quantiser, BlockCutsDoNotShowAndResetIsFresh) {
  Planes planes = noise(2, 5000, 1.1, 4);
  const std::vector<std::int32_t> whole = quantised(planes, 16);
  Quantiser quantiser;
  ASSERT_EQ(quantiser.prepare(16, 2, kSeed), Status::ok);
  std::uint64_t clipped_first = 0;
  for (const int block : {1, 7, 64, 127, 128, 5000}) {
    quantiser.reset();
    EXPECT_EQ(quantiser.clipped_samples(), 0u);
    std::vector<std::int32_t> out(10000);
    for (int at = 0; at < 5000; at += block) quantiser.process(planes.slice(at, std::min(block, 5000 - at)), out.data() + 2 * at);
    quantiser.process(planes.slice(0, 0), out.data());
    EXPECT_EQ(out, whole) << block;
    if (block == 1) clipped_first = quantiser.clipped_samples();
    EXPECT_EQ(quantiser.clipped_samples(), clipped_first);
  }
  EXPECT_GT(clipped_first, 0u);
}

TEST(Quantiser, ClipsToTheFormatAndCountsWhatWasBeyond) {
  for (const int bits : {16, 24}) {
    const double scale = bits == 16 ? 32768.0 : 8388608.0;
    Quantiser quantiser;
    ASSERT_EQ(quantiser.prepare(bits, 1, kSeed), Status::ok);
    const auto clipped_by = [&](float x) {
      quantiser.reset();
      Planes planes = constant(1, 1000, x);
      std::vector<std::int32_t> out(1000);
      quantiser.process(planes.block(), out.data());
      for (const std::int32_t code : out) {
        EXPECT_LE(code, scale - 1.0) << x;
        EXPECT_GE(code, -scale) << x;
        if (std::fabs(x) >= 2.0f) {
          EXPECT_EQ(code, x > 0.0f ? scale - 1.0 : -scale) << x;
        }
      }
      return quantiser.clipped_samples();
    };
    EXPECT_EQ(clipped_by(static_cast<float>((scale - 1.0) / scale)), 0u) << bits;
    EXPECT_EQ(clipped_by(-1.0f), 0u) << bits;
    EXPECT_EQ(clipped_by(1.0f), 1000u) << bits;
    EXPECT_EQ(clipped_by(-1.0001f), 1000u) << bits;
    EXPECT_EQ(clipped_by(2.0f), 1000u) << bits;
    EXPECT_EQ(clipped_by(std::numeric_limits<float>::max()), 1000u) << bits;
    EXPECT_EQ(clipped_by(std::numeric_limits<float>::lowest()), 1000u) << bits;
  }
}

TEST(Quantiser, NonFiniteSamplesAreSilence) {
  for (const int bits : {16, 24}) {
    Planes poisoned = noise(2, 900, 0.5, 5);
    Planes clean = poisoned;
    const float poison[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
    for (std::size_t i = 0; i < 900; i += 3) {
      poisoned.samples[i % 2][i] = poison[i / 3 % 3];
      clean.samples[i % 2][i] = 0.0f;
    }
    EXPECT_EQ(quantised(poisoned, bits), quantised(clean, bits)) << bits;
  }
}

}  // namespace
}  // namespace ag06::dsp
