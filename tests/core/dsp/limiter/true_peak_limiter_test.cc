#include "dsp/limiter/true_peak_limiter.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

#include "support/measure.h"
#include "support/oversample.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {
using test::Planes;
using test::to_db;

constexpr double kRatesHz[] = {8000.0, 11025.0, 22050.0, 32000.0, 44100.0, 48000.0, 88200.0, 96000.0, 192000.0};

Planes limited(const Planes& in, double sample_rate_hz, TruePeakLimiterParams params = {}, int block_frames = 512) {
  TruePeakLimiter limiter;
  EXPECT_EQ(limiter.prepare({sample_rate_hz, static_cast<int>(in.samples.size()), block_frames}), Status::ok);
  limiter.set_params(params);
  limiter.reset();
  Planes out = in;
  test::run(limiter, out, block_frames);
  return out;
}

double over_db(const Planes& out, double ceiling_dbtp) {
  const test::TruePeakOracle oracle;
  double peak = 0.0;
  for (const auto& plane : out.samples) peak = std::max(peak, oracle.peak(plane));
  return to_db(peak) - ceiling_dbtp;
}

// White Gaussian noise of unit rms; then low-passed so that nothing remains above cutoff (of the rate) + 0.02.
std::vector<double> gaussian(int frames, std::uint32_t seed) {
  test::Random random(seed);
  std::vector<double> x(static_cast<std::size_t>(frames));
  for (double& v : x) {
    for (int k = 0; k < 12; ++k) v += random.unit();
    v -= 6.0;
  }
  return x;
}
std::vector<double> low_passed(const std::vector<double>& x, double cutoff) {
  constexpr int kHalf = 160;
  std::vector<double> y(x.size());
  for (int n = 0; n < static_cast<int>(x.size()); ++n) {
    for (int k = std::max(-kHalf, -n); k <= std::min(kHalf, static_cast<int>(x.size()) - 1 - n); ++k) {
      const double window = 0.42 + 0.5 * std::cos(kPi * k / (kHalf + 1.0)) + 0.08 * std::cos(2.0 * kPi * k / (kHalf + 1.0));
      y[static_cast<std::size_t>(n)] += x[static_cast<std::size_t>(n + k)] * window * (k == 0 ? 2.0 * cutoff : std::sin(2.0 * kPi * cutoff * k) / (kPi * k));
    }
  }
  return y;
}

// Silence follows, so that the limiter sees the end as the oracle does.
Planes made(int frames, const std::function<double(int)>& f) {
  Planes x(2, frames + 400);
  for (int n = 0; n < frames; ++n) {
    x.samples[0][static_cast<std::size_t>(n)] = static_cast<float>(f(n));
    x.samples[1][static_cast<std::size_t>(n)] = static_cast<float>(0.6 * f(std::max(0, n - 3)));
  }
  return x;
}

struct Torture {
  std::string name;
  Planes signal;
  double allowed_over_db;  // by the 256-tap 16x oracle
};

std::vector<Torture> band_limited_tortures() {
  constexpr int kFrames = 16000;
  const double fade = 2000.0;
  const auto faded = [=](int n) { return 0.5 - 0.5 * std::cos(kPi * std::min(1.0, std::min(n, kFrames - n) / fade)); };
  const auto noise = low_passed(gaussian(kFrames, 21), 19000.0 / 48000.0);
  auto clipped = noise;
  for (double& v : clipped) v = 3.0 * std::max(-0.7, std::min(0.7, v));
  clipped = low_passed(clipped, 19500.0 / 48000.0);
  std::vector<Torture> all;
  all.push_back({"quarter-rate sine, 45 degrees", made(kFrames, [=](int n) { return 1.41 * faded(n) * std::sin(kPi / 2.0 * n + kPi / 4.0); }), 0.05});
  all.push_back({"20 kHz sine", made(kFrames, [=](int n) { return 4.0 * faded(n) * std::sin(2.0 * kPi * 20000.0 / 48000.0 * n); }), 0.05});
  all.push_back({"noise to 20 kHz +12 dB", made(kFrames, [=](int n) { return noise[static_cast<std::size_t>(n)]; }), 0.05});
  all.push_back({"noise to 20 kHz +40 dB", made(kFrames, [=](int n) { return 30.0 * noise[static_cast<std::size_t>(n)]; }), 0.05});
  all.push_back({"clipped noise to 20 kHz", made(kFrames, [=](int n) { return clipped[static_cast<std::size_t>(n)]; }), 0.05});
  all.push_back({"5 kHz bursts +10 dB", made(kFrames, [](int n) { return (n / 480) % 4 == 0 ? 3.0 * std::sin(2.0 * kPi * 5000.0 / 48000.0 * n) : 0.0; }), 0.05});
  all.push_back({"50 Hz with clicks", made(kFrames, [](int n) { return std::sin(2.0 * kPi * 50.0 / 48000.0 * n) + (n % 1111 == 0 ? 2.0 : 0.0); }), 0.05});
  return all;
}

TEST(TruePeakLimiter, HoldsTheCeilingOnBandLimitedSignals) {
  for (const Torture& t : band_limited_tortures()) {
    for (const float ceiling_dbtp : {-1.0f, -9.0f})
      EXPECT_LE(over_db(limited(t.signal, 48000.0, {.ceiling_dbtp = ceiling_dbtp}), ceiling_dbtp), t.allowed_over_db) << t.name << " at " << ceiling_dbtp;
  }
}

// Content up to the Nyquist frequency itself: the detector's 64 taps cannot see all of it, the allowance covers the rest.
TEST(TruePeakLimiter, HoldsTheCeilingOnFullBandSignals) {
  const auto white = gaussian(24000, 5);
  test::Random random(6);
  std::vector<double> signs(24000);
  for (double& v : signs) v = random.below(2) == 0 ? -2.0 : 2.0;
  const auto at = [](const std::vector<double>& x, double gain) { return [&x, gain](int n) { return gain * x[static_cast<std::size_t>(n)]; }; };
  std::vector<Torture> all;
  all.push_back({"white +12 dB", made(24000, at(white, 1.0)), 0.1});
  all.push_back({"white +40 dB", made(24000, at(white, 30.0)), 0.1});
  all.push_back({"random signs", made(24000, at(signs, 1.0)), 0.1});
  all.push_back({"hard-clipped white", made(24000, [&](int n) { return 2.0 * std::max(-0.5, std::min(0.5, white[static_cast<std::size_t>(n)])); }), 0.1});
  all.push_back({"441 Hz square", made(24000, [](int n) { return std::fmod(n * 441.0 / 48000.0, 1.0) < 0.5 ? -2.0 : 2.0; }), 0.1});
  all.push_back({"8 kHz square", made(24000, [](int n) { return n % 6 < 3 ? -2.0 : 2.0; }), 0.1});
  for (const Torture& t : all) {
    EXPECT_LE(over_db(limited(t.signal, 48000.0), -1.0), t.allowed_over_db) << t.name;
  }
}

TEST(TruePeakLimiter, HoldsTheCeilingOnFullBandNoiseOfAnySeedAndRate) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0}) {
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
      const auto white = gaussian(12000, 1000 * seed);
      const auto at = [&](int n) { return white[static_cast<std::size_t>(n)]; };
      EXPECT_LE(over_db(limited(made(12000, [&](int n) { return 4.0 * at(n); }), rate_hz), -1.0), 0.15) << "white, " << seed << ", " << rate_hz;
      EXPECT_LE(over_db(limited(made(12000, [&](int n) { return at(n) < 0.0 ? -2.0 : 2.0; }), rate_hz), -1.0), 0.15) << "signs, " << seed << ", " << rate_hz;
    }
  }
}

TEST(TruePeakLimiter, HoldsTheCeilingAtEveryRate) {
  // The same share of the band at every rate; below 44.1 kHz two milliseconds leave the detector fewer taps.
  const auto noise = low_passed(gaussian(12000, 31), 0.36);
  const Planes x = made(12000, [&](int n) { return 2.0 * noise[static_cast<std::size_t>(n)]; });
  for (const double rate_hz : kRatesHz) EXPECT_LE(over_db(limited(x, rate_hz), -1.0), rate_hz < 44100.0 ? 0.15 : 0.05) << rate_hz;
}

TEST(TruePeakLimiter, NoSampleAboveTheCeilingWhateverComes) {
  for (const double rate_hz : kRatesHz) {
    for (const double gain : {1.0, 100.0, 1e7}) {
      const Planes out = limited(test::noise(2, 20000, gain, 77), rate_hz);
      for (const auto& plane : out.samples) EXPECT_LE(test::peak_of(plane), test::from_db(-1.0)) << rate_hz << ' ' << gain;
    }
  }
}

TEST(TruePeakLimiter, UnlimitedAudioIsTheInputBitForBitDelayedByTwoMillisecondsAtMost) {
  for (const double rate_hz : kRatesHz) {
    TruePeakLimiter limiter;
    ASSERT_EQ(limiter.prepare({rate_hz, 2, 512}), Status::ok);
    const int latency = limiter.latency_frames();
    EXPECT_LE(latency, 0.002 * rate_hz);
    EXPECT_GT(latency, 0.002 * rate_hz - 1.0);
    const Planes in = test::music(2, static_cast<int>(rate_hz), rate_hz, 0.5, 8);
    Planes out = in;
    test::run(limiter, out);
    ASSERT_EQ(limiter.gain_reduction_db(), 0.0f);
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t i = static_cast<std::size_t>(latency); i < in.samples[c].size(); ++i)
        ASSERT_TRUE(test::same_bits(out.samples[c][i], in.samples[c][i - static_cast<std::size_t>(latency)])) << rate_hz << ' ' << i;
  }
}

TEST(TruePeakLimiter, RecoversToExactUnity) {
  Planes in = test::music(2, 48000 * 12, 48000.0, 0.4, 8);
  for (std::size_t i = 1000; i < 1400; ++i) in.samples[0][i] = (i & 8) ? 5.0f : -5.0f;
  const Planes out = limited(in, 48000.0);
  for (std::size_t i = 48000 * 11; i < 48000 * 12; ++i) ASSERT_TRUE(test::same_bits(out.samples[1][i], in.samples[1][i - 96])) << i;
}

TEST(TruePeakLimiter, CutsDoNotMatter) {
  const Planes in = test::music(2, 60000, 48000.0, 3.0, 4);
  const Planes whole = limited(in, 48000.0, {}, 60000);
  for (const int block : {1, 7, 63, 64, 65, 127, 128}) EXPECT_EQ(test::first_difference(whole, limited(in, 48000.0, {}, block)), -1) << block;
}

TEST(TruePeakLimiter, BothChannelsGetTheSameGain) {
  Planes in = test::sine(2, 48000, 48000.0, 300.0, 3.0);
  for (float& x : in.samples[1]) x *= 0.125f;
  const Planes out = limited(in, 48000.0);
  for (std::size_t i = 0; i < out.samples[0].size(); ++i) ASSERT_EQ(out.samples[0][i] * 0.125f, out.samples[1][i]) << i;
}

TEST(TruePeakLimiter, ReportsTheReductionAndKeepsTheSineAtTheCeiling) {
  TruePeakLimiter limiter;
  ASSERT_EQ(limiter.prepare({48000.0, 1, 512}), Status::ok);
  Planes x = test::sine(1, 96000, 48000.0, 1000.0, test::from_db(5.0));
  test::run(limiter, x);
  EXPECT_NEAR(limiter.gain_reduction_db(), 6.0, 0.02);
  EXPECT_NEAR(test::tone_db(x.samples[0], 48000, 48000, 48000.0, 1000.0), -1.0, 0.02);
}

TEST(TruePeakLimiter, BassAtSixDecibelsOfReductionStaysClean) {
  for (const double freq_hz : {30.0, 50.0, 100.0}) {
    const Planes out = limited(test::sine(1, 48000 * 5, 48000.0, freq_hz, test::from_db(5.0)), 48000.0);
    const double thd = test::thd_db(out.samples[0], 48000 * 4, 48000, 48000.0, freq_hz);
    RecordProperty("thd_db_at_" + std::to_string(static_cast<int>(freq_hz)) + "_hz", std::to_string(thd));
    EXPECT_LE(thd, -60.0) << freq_hz;  // 0.1 %
  }
}

// Gain read back from a pilot that shares the limiter with what limits.
std::vector<double> gain_after(const std::vector<float>& loud, double release_ms) {
  Planes in(2, static_cast<int>(loud.size()));
  in.samples[0] = loud;
  for (float& x : in.samples[1]) x = 0.25f;
  const Planes out = limited(in, 48000.0, {.release_ms = static_cast<float>(release_ms)});
  std::vector<double> gain;
  for (const float x : out.samples[1]) gain.push_back(static_cast<double>(x) / 0.25);
  return gain;
}

TEST(TruePeakLimiter, AShortPeakIsReleasedInTheReleaseTimeAndSustainedReductionSixTimesSlower) {
  for (const double release_ms : {60.0, 120.0, 400.0}) {
    std::vector<float> peak(48000 * 6);
    peak[4800] = 1.78f;  // -6 dB
    const auto short_gain = gain_after(peak, release_ms);
    const std::size_t start = 4800 + 96 + 350;  // hold and smoothing are over
    const auto after = [&](const std::vector<double>& gain, std::size_t from, double ms) { return 1.0 - gain[from + static_cast<std::size_t>(48.0 * ms)]; };
    const double depth = after(short_gain, start, 0.0);
    EXPECT_NEAR(after(short_gain, start, release_ms) / depth, std::exp(-1.0), 0.1) << release_ms;

    std::vector<float> tone = test::sine(1, 48000 * 6, 48000.0, 1000.0, 1.78).samples[0];
    std::fill(tone.begin() + 96000, tone.end(), 0.0f);
    const auto long_gain = gain_after(tone, release_ms);
    const std::size_t stop = 96000 + 96 + 350;
    const double ratio = after(long_gain, stop, 6.0 * release_ms) / after(long_gain, stop, 0.0);
    EXPECT_GT(ratio, std::exp(-1.0) - 0.05) << release_ms;
    EXPECT_LT(ratio, std::exp(-1.0) + 0.15) << release_ms;
  }
}

TEST(TruePeakLimiter, TheGainNeverJumps) {
  std::vector<float> peak(48000);
  for (std::size_t i = 4800; i < peak.size(); i += 6000) peak[i] = 8.0f;  // -19 dB
  const auto gain = gain_after(peak, 120.0);
  double steepest = 0.0;
  for (std::size_t i = 97; i < gain.size(); ++i) steepest = std::max(steepest, std::fabs(gain[i] - gain[i - 1]));
  // A triangle over 1.2 ms: depth 0.89 over half of 59 frames at its steepest.
  EXPECT_LE(steepest, 0.89 / 29.0);
}

TEST(TruePeakLimiter, CeilingMovesWithoutAPeakAboveTheHigherOne) {
  for (const bool up : {false, true}) {
    TruePeakLimiter limiter;
    ASSERT_EQ(limiter.prepare({48000.0, 2, 512}), Status::ok);
    const TruePeakLimiterParams high{.ceiling_dbtp = -1.0f}, low{.ceiling_dbtp = -9.0f};
    limiter.set_params(up ? low : high);
    limiter.reset();
    Planes x = test::sine(2, 48000, 48000.0, 100.0, 2.0);
    for (int i = 0; i < 1000; ++i)
      for (auto& plane : x.samples) plane[static_cast<std::size_t>(i)] *= static_cast<float>(i / 1000.0);
    for (int at = 0; at < 48000; at += 128) {
      if (at == 128 * 187) limiter.set_params(up ? high : low);
      limiter.process(x.slice(at, std::min(128, 48000 - at)));
    }
    EXPECT_LE(over_db(x, -1.0), 0.02);
    EXPECT_LE(test::click_db(x.samples[0], 48000.0, test::from_db(-9.0), 4000), -60.0) << up;
    if (!up) {
      EXPECT_LE(to_db(test::peak_of(x.samples[0], 128 * 187 + 4800)), -8.99);
    }
  }
}

TEST(TruePeakLimiter, NonFiniteInputIsSilenceAndLeavesNoTrace) {
  Planes in = test::music(2, 48000, 48000.0, 1.5, 2), silenced = in;
  const float poison[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  for (std::size_t i = 100; i < 20000; i += 61) {
    in.samples[i % 2][i] = poison[i % 3];
    silenced.samples[i % 2][i] = 0.0f;
  }
  EXPECT_EQ(test::first_difference(limited(in, 48000.0), limited(silenced, 48000.0)), -1);
  Planes huge = test::constant(2, 4800, std::numeric_limits<float>::max());
  const Planes out = limited(huge, 48000.0);
  for (const float x : out.samples[0]) ASSERT_TRUE(is_finite(x) && std::fabs(x) <= 0.8913f);
}

TEST(TruePeakLimiter, ParametersOutsideTheirDomainAreClampedAndNanMeansDefault) {
  const Planes in = test::sine(1, 24000, 48000.0, 500.0, 2.0);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(test::first_difference(limited(in, 48000.0, {nan, nan}), limited(in, 48000.0)), -1);
  EXPECT_EQ(test::first_difference(limited(in, 48000.0, {9.0f, 1e9f}), limited(in, 48000.0, {0.0f, 5000.0f})), -1);
}

TEST(TruePeakLimiter, ResetEqualsFresh) {
  const Planes in = test::music(2, 30000, 48000.0, 3.0, 6);
  TruePeakLimiter limiter;
  ASSERT_EQ(limiter.prepare({48000.0, 2, 512}), Status::ok);
  Planes first = in, second = in;
  test::run(limiter, first);
  limiter.reset();
  test::run(limiter, second);
  EXPECT_EQ(test::first_difference(first, second), -1);
}

}  // namespace
}  // namespace ag06::dsp
