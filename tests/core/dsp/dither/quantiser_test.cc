#include "dsp/dither/quantiser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/fft.h"
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

[[nodiscard]] std::vector<std::int32_t> shaped(Planes& planes, double rate_hz, std::uint32_t seed = kSeed) {
  Quantiser quantiser;
  EXPECT_EQ(quantiser.prepare(16, static_cast<int>(planes.samples.size()), seed, DitherShape::shaped, rate_hz), Status::ok);
  std::vector<std::int32_t> out(planes.samples.size() * planes.samples[0].size());
  quantiser.process(planes.block(), out.data());
  return out;
}

// Threshold of hearing: ISO 226:2003 table 1 (T_f), ISO 389-7:2005 above 12.5 kHz, the slope of the last octave fraction above 18 kHz.
[[nodiscard]] double threshold_of_hearing_db(double freq_hz) {
  const double at_hz[] = {20,   25,   31.5, 40,   50,   63,   80,   100,  125,  160,  200,  250,  315,   400,   500,   630,
                          800,  1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300, 8000, 10000, 12500, 14000, 16000, 18000};
  const double level_db[] = {78.5, 68.7, 59.5, 51.1, 44.0, 37.5, 31.5, 26.5, 22.1, 17.9, 14.4, 11.4, 8.6,  6.2,  4.4,  3.0,
                             2.2,  2.4,  3.5,  1.7,  -1.3, -4.2, -6.0, -5.4, -1.5, 6.0,  12.6, 13.9, 12.3, 18.4, 40.2, 73.2};
  if (freq_hz <= at_hz[0]) return level_db[0];
  for (std::size_t i = 1; i < std::size(at_hz); ++i)
    if (freq_hz < at_hz[i])
      return level_db[i - 1] + std::log(freq_hz / at_hz[i - 1]) / std::log(at_hz[i] / at_hz[i - 1]) * (level_db[i] - level_db[i - 1]);
  return 73.2 + (freq_hz - 18000.0) / 2000.0 * 33.0;
}

// Power of what the ear hears of the noise, by the averaged spectrum of the whole signal.
[[nodiscard]] double audible_power(const std::vector<std::int32_t>& x, double rate_hz) {
  constexpr std::size_t kSize = 4096;
  std::vector<double> power(kSize / 2);
  for (std::size_t at = 0; at + kSize <= x.size(); at += kSize) {
    std::vector<Complex> spectrum(kSize);
    for (std::size_t i = 0; i < kSize; ++i)
      spectrum[i] = x[at + i] * (0.5 - 0.5 * std::cos(2.0 * kPi * static_cast<double>(i) / static_cast<double>(kSize)));
    fft(spectrum);
    for (std::size_t k = 1; k < kSize / 2; ++k) power[k] += std::norm(spectrum[k]);
  }
  double sum = 0.0;
  for (std::size_t k = 1; k < kSize / 2; ++k)
    sum += power[k] * std::pow(10.0, -0.1 * threshold_of_hearing_db(static_cast<double>(k) * rate_hz / kSize));
  return sum;
}

// The figure is of the kind of the F-weighting of R. A. Wannamaker, "Psychoacoustically Optimal Noise Shaping", JAES 40(7/8), 1992, which comes from
// the same curves of equal loudness.
TEST(Quantiser, ShapedNoiseIsHeardLess) {
  for (const double rate_hz : {44100.0, 48000.0, 64000.0, 88200.0, 96000.0, 176400.0, 192000.0}) {
    Planes silence(1, 400000);
    const std::vector<std::int32_t> flat = quantised(silence, 16), moved = shaped(silence, rate_hz);
    const double gain_db = 10.0 * std::log10(audible_power(flat, rate_hz) / audible_power(moved, rate_hz));
    const double total_db = to_db(rms_of(moved) / rms_of(flat));
    RecordProperty("audible_gain_db_at_" + std::to_string(static_cast<int>(rate_hz)), std::to_string(gain_db));
    EXPECT_GE(gain_db, rate_hz < 50000.0 ? 13.0 : rate_hz < 80000.0 ? 18.0 : 24.0) << rate_hz;
    EXPECT_LE(total_db, 12.3) << rate_hz;
  }
}

// The law of the loop: what leaves is the input plus the quantiser's white error of half an LSB filtered by 1 - sum of taps.
TEST(Quantiser, ShapedNoiseHasThePowerTheTapsGiveIt) {
  for (const double rate_hz : {44100.0, 96000.0, 192000.0}) {
    double expected = 1.0;
    for (const double tap : noise_shape_for(rate_hz)) expected += tap * tap;
    for (const double offset_lsb : {0.0, 0.3, 0.5}) {
      Planes planes = constant(1, 400000, static_cast<float>((100.0 + offset_lsb) * kLsb));
      const std::vector<std::int32_t> out = shaped(planes, rate_hz);
      std::vector<double> error(out.size());
      for (std::size_t i = 0; i < out.size(); ++i) error[i] = out[i] - 100.0 - offset_lsb;
      EXPECT_NEAR(to_db(rms_of(error) / (0.5 * std::sqrt(expected))), 0.0, 0.1) << rate_hz << ' ' << offset_lsb;
      EXPECT_NEAR(mean_of(error), 0.0, 0.01) << rate_hz << ' ' << offset_lsb;
    }
  }
}

TEST(Quantiser, ShapedNoHarmonicsOfAToneAtMinus90Dbfs) {
  constexpr int kFrames = 64 * 48000;
  Planes planes = sine(1, kFrames, 48000.0, 1000.0, from_db(-90.0));
  const std::vector<std::int32_t> out = shaped(planes, 48000.0);
  EXPECT_NEAR(tone_db(out, 0, kFrames, 48000.0, 1000.0) + to_db(kLsb), -90.0, 0.01);
  for (int h = 2; h <= 11; ++h) EXPECT_LE(tone_db(out, 0, kFrames, 48000.0, 1000.0 * h) + to_db(kLsb), -130.0) << h;
}

TEST(Quantiser, ShapedSilenceStaysDitherUnlikeBetweenChannels) {
  constexpr std::size_t kFrames = 400000;
  Planes planes(3, kFrames);
  const std::vector<std::int32_t> out = shaped(planes, 48000.0);
  double power[3] = {};
  int longest_run = 0, run = 0;
  for (std::size_t i = 0; i < kFrames; ++i) {
    for (std::size_t c = 0; c < 3; ++c) power[c] += static_cast<double>(out[3 * i + c]) * out[3 * i + c];
    run = i > 0 && out[3 * i] == out[3 * i - 3] ? run + 1 : 0;
    longest_run = std::max(longest_run, run);
  }
  EXPECT_LT(longest_run, 100);  // never stuck: a zero stays one three times in four
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = a + 1; b < 3; ++b)
      for (std::size_t lag = 0; lag <= 8; ++lag) {
        double sum = 0.0;
        for (std::size_t i = lag; i < kFrames; ++i) sum += static_cast<double>(out[3 * i + a]) * out[3 * (i - lag) + b];
        // Shaped noise is correlated with itself: its products vary more than white noise's, by less than four times.
        EXPECT_LT(std::fabs(sum / std::sqrt(power[a] * power[b])), 4.0 * 5.0 / std::sqrt(static_cast<double>(kFrames))) << a << b << " lag " << lag;
      }
}

TEST(Quantiser, ShapedIsFlatBelow40KhzAndRoundsAt24Bits) {
  Planes planes = noise(2, 5000, 0.5, 3);
  for (const double rate_hz : {8000.0, 22050.0, 32000.0}) EXPECT_EQ(shaped(planes, rate_hz), quantised(planes, 16)) << rate_hz;
  EXPECT_NE(shaped(planes, 44100.0), quantised(planes, 16));
  Quantiser quantiser;
  std::vector<std::int32_t> out(10000);
  ASSERT_EQ(quantiser.prepare(24, 2, kSeed, DitherShape::shaped, 48000.0), Status::ok);
  quantiser.process(planes.block(), out.data());
  EXPECT_EQ(out, quantised(planes, 24));
  ASSERT_EQ(quantiser.prepare(16, 2, kSeed, DitherShape::none_flat, 48000.0), Status::ok);
  quantiser.process(planes.block(), out.data());
  EXPECT_EQ(out, quantised(planes, 16));
  // A quantiser that was shaped and is prepared plainly is flat again.
  ASSERT_EQ(quantiser.prepare(16, 2, kSeed, DitherShape::shaped, 48000.0), Status::ok);
  ASSERT_EQ(quantiser.prepare(16, 2, kSeed), Status::ok);
  quantiser.process(planes.block(), out.data());
  EXPECT_EQ(out, quantised(planes, 16));
  for (const double rate_hz : {0.0, 7999.0, 192001.0, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_EQ(quantiser.prepare(16, 2, kSeed, DitherShape::shaped, rate_hz), Status::bad_sample_rate);
}

TEST(Quantiser, ShapedIsTheSameWhateverTheCutsAndFollowsTheSeed) {
  Planes planes = noise(2, 5000, 1.1, 4);
  const std::vector<std::int32_t> whole = shaped(planes, 44100.0);
  EXPECT_NE(shaped(planes, 44100.0, kSeed + 1), whole);
  Quantiser quantiser;
  ASSERT_EQ(quantiser.prepare(16, 2, kSeed, DitherShape::shaped, 44100.0), Status::ok);
  for (const int block : {1, 7, 64, 127, 128, 5000}) {
    quantiser.reset();
    std::vector<std::int32_t> out(10000);
    for (int at = 0; at < 5000; at += block) quantiser.process(planes.slice(at, std::min(block, 5000 - at)), out.data() + 2 * at);
    EXPECT_EQ(out, whole) << block;
    EXPECT_GT(quantiser.clipped_samples(), 0u);
  }
}

TEST(Quantiser, ShapedClippingLeavesNoTrace) {
  for (const double rate_hz : {44100.0, 96000.0, 192000.0}) {
    double reach_lsb = 1.5;
    for (const double tap : noise_shape_for(rate_hz)) reach_lsb += 1.5 * std::fabs(tap);
    for (const float beyond : {1.0f, 1.5f, 1e6f, std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()}) {
      Planes planes(1, 4000);
      for (std::size_t i = 1000; i < 2000; ++i) planes.samples[0][i] = beyond;
      const std::vector<std::int32_t> out = shaped(planes, rate_hz);
      for (std::size_t i = 0; i < out.size(); ++i) {
        ASSERT_LE(out[i], 32767);
        ASSERT_GE(out[i], -32768);
        if (i < 1000 || i >= 2000) {
          ASSERT_LE(std::abs(out[i]), reach_lsb) << rate_hz << ' ' << beyond << ' ' << i;
        } else if (std::fabs(beyond) > 1.001f) {
          ASSERT_EQ(out[i], beyond > 0.0f ? 32767 : -32768);
        }
      }
    }
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
    EXPECT_EQ(shaped(poisoned, 48000.0), shaped(clean, 48000.0));
  }
}

}  // namespace
}  // namespace ag06::dsp
