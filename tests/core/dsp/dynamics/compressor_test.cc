// The compressor's curve, times and side chain against their formulas.
// Source: D. Giannoulis, M. Massberg, J. D. Reiss, "Digital Dynamic Range Compressor Design", JAES 60(6), 2012.
#include "dsp/dynamics/compressor.h"

#include <gtest/gtest.h>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {

using test::Planes;

constexpr double kRateHz = 48000.0;

// JAES 60(6) 2012, eq. 4, as printed there.
double curve_db(double x, double threshold, double ratio, double knee) {
  if (2.0 * (x - threshold) < -knee) return x;
  if (2.0 * std::fabs(x - threshold) <= knee && knee > 0.0) {
    const double into = x - threshold + knee / 2.0;
    return x + (1.0 / ratio - 1.0) * into * into / (2.0 * knee);
  }
  return threshold + (x - threshold) / ratio;
}

Compressor prepared(const CompressorParams& params, int channels = 1, double rate_hz = kRateHz, float max_lookahead_ms = 0.0f) {
  Compressor compressor;
  EXPECT_EQ(compressor.prepare({rate_hz, channels, 512}, max_lookahead_ms), Status::ok);
  compressor.set_params(params);
  compressor.reset();
  return compressor;
}

// Level of a settled tone, in and out, on the whole grid of settings.
TEST(Compressor, StaticCurveOfATone) {
  double worst_db = 0.0;
  for (const double threshold : {-40.0, -20.0, -6.0})
    for (const double ratio : {1.5, 2.0, 4.0, 20.0, 100.0})
      for (const double knee : {0.0, 6.0, 24.0})
        for (double level_db = -50.0; level_db <= 0.0; level_db += 5.0) {
          CompressorParams params{.attack_ms = 10.0f, .release_ms = 100.0f};
          params.threshold_dbfs = static_cast<float>(threshold);
          params.ratio = static_cast<float>(ratio);
          params.knee_db = static_cast<float>(knee);
          Compressor compressor = prepared(params);
          Planes io = test::sine(1, 24000, kRateHz, 997.0, test::from_db(level_db));
          test::run(compressor, io);
          const double error = test::tone_db(io.samples[0], 19200, 4800, kRateHz, 997.0) - curve_db(level_db, threshold, ratio, knee);
          worst_db = std::max(worst_db, std::fabs(error));
          EXPECT_LE(std::fabs(error), 0.1) << "T " << threshold << " R " << ratio << " W " << knee << " at " << level_db;
        }
  RecordProperty("worst_db", std::to_string(worst_db));
}

// A square wave at half the sample rate has a constant magnitude which the side-chain high-pass leaves alone.
Planes alternating(int frames, double level_db) {
  Planes io(1, frames);
  for (std::size_t i = 0; i < io.samples[0].size(); ++i) io.samples[0][i] = static_cast<float>((i % 2 ? -1.0 : 1.0) * test::from_db(level_db));
  return io;
}

// The curve without a detector's ripple.
TEST(Compressor, StaticCurveOfAConstantMagnitude) {
  for (const double knee : {0.0, 1.0, 12.0, 40.0})
    for (const double ratio : {1.0, 3.0, 100.0})
      for (double level_db = -60.0; level_db <= 20.0; level_db += 2.5) {
        CompressorParams params{.threshold_dbfs = -20.0f, .attack_ms = 1.0f, .release_ms = 10.0f, .sidechain_hp_hz = 10.0f};
        params.ratio = static_cast<float>(ratio);
        params.knee_db = static_cast<float>(knee);
        Compressor compressor = prepared(params);
        Planes io = alternating(9600, level_db);
        test::run(compressor, io);
        EXPECT_NEAR(test::to_db(std::fabs(io.samples[0].back())), curve_db(level_db, -20.0, ratio, knee), 1e-3)
            << "R " << ratio << " W " << knee << " at " << level_db;
      }
}

// Reduction in dB after each frame for a magnitude that steps, alternating in sign at half the sample rate.
std::vector<double> step_reductions(Compressor& compressor, double low_db, double high_db, int up_at, int down_at, int frames) {
  Planes io(1, frames);
  std::vector<double> in_db;
  for (int i = 0; i < frames; ++i) {
    const double level_db = i >= up_at && i < down_at ? high_db : low_db;
    in_db.push_back(level_db);
    io.samples[0][static_cast<std::size_t>(i)] = static_cast<float>((i % 2 ? -1.0 : 1.0) * test::from_db(level_db));
  }
  test::run(compressor, io);
  std::vector<double> reductions;
  for (std::size_t i = 0; i < in_db.size(); ++i) reductions.push_back(in_db[i] - test::to_db(std::fabs(io.samples[0][i])));
  return reductions;
}

TEST(Compressor, AttackAndReleaseTakeTheirTimes) {
  for (const double rate_hz : {8000.0, 48000.0, 192000.0})
    for (const double attack_ms : {0.5, 10.0, 80.0})
      for (const double release_ms : {200.0, 1000.0}) {
        CompressorParams params{.threshold_dbfs = -40.0f, .ratio = 4.0f, .knee_db = 0.0f, .sidechain_hp_hz = 10.0f};
        params.attack_ms = static_cast<float>(attack_ms);
        params.release_ms = static_cast<float>(release_ms);
        Compressor compressor = prepared(params, 1, rate_hz);
        const int up_at = static_cast<int>(0.1 * rate_hz), down_at = up_at + static_cast<int>(0.012 * attack_ms * rate_hz) + 100;
        const int frames = down_at + static_cast<int>(0.003 * release_ms * rate_hz);
        const auto reductions = step_reductions(compressor, -60.0, -20.0, up_at, down_at, frames);
        const double full_db = 0.75 * 20.0;
        int reached = up_at;
        while (reached < frames && reductions[static_cast<std::size_t>(reached)] < full_db * (1.0 - std::exp(-1.0))) ++reached;
        EXPECT_NEAR(reached - up_at, 0.001 * attack_ms * rate_hz, 0.05 * 0.001 * attack_ms * rate_hz + 1.0) << rate_hz << " Hz";
        int left = down_at;
        while (left < frames && reductions[static_cast<std::size_t>(left)] > full_db * std::exp(-1.0)) ++left;
        // The smooth decoupled detector's release runs through the attack smoother too: the two times add, eq. 17.
        const double expected_frames = 0.001 * (release_ms + attack_ms) * rate_hz;
        EXPECT_NEAR(left - down_at, expected_frames, 0.05 * expected_frames + 1.0) << rate_hz << " Hz, release " << release_ms << ", attack " << attack_ms;
      }
}

// In single precision a release of ten seconds at 192 kHz would stall.
TEST(Compressor, SlowestReleaseAtTheHighestRateArrives) {
  const CompressorParams params{
      .threshold_dbfs = -40.0f, .ratio = 4.0f, .knee_db = 0.0f, .attack_ms = 1.0f, .release_ms = 10000.0f, .sidechain_hp_hz = 10.0f};
  Compressor compressor = prepared(params, 1, 192000.0);
  const auto reductions = step_reductions(compressor, -60.0, -20.0, 100, 10100, 10100 + 1920000);
  EXPECT_NEAR(reductions.back(), 15.0 * std::exp(-1.0), 0.01 * 15.0);
}

TEST(Compressor, UnreducedIsBitExact) {
  const CompressorParams transparent[] = {{.threshold_dbfs = -40.0f, .ratio = 1.0f},
                                          {.threshold_dbfs = 0.0f, .ratio = 20.0f, .knee_db = 0.0f},
                                          {.threshold_dbfs = -40.0f, .ratio = 8.0f, .mix_ratio = 0.0f}};
  for (const CompressorParams& params : transparent) {
    Compressor compressor = prepared(params, 2);
    const Planes in = test::noise(2, 48000, 0.4, 8);
    Planes out = in;
    test::run(compressor, out);
    EXPECT_EQ(test::first_difference(in, out), -1);
  }
}

TEST(Compressor, ReleasesBackToBitExact) {
  Compressor compressor = prepared({}, 2);
  Planes loud = test::noise(2, 48000, 1.0, 8);
  test::run(compressor, loud);
  EXPECT_GT(compressor.gain_reduction_db(), 3.0f);
  Planes quiet = test::noise(2, 3 * 48000, 0.01, 9);
  const Planes in = quiet;
  test::run(compressor, quiet);
  for (std::size_t i = 134400; i < 144000; ++i) ASSERT_TRUE(test::same_bits(in.samples[0][i], quiet.samples[0][i]));
  EXPECT_EQ(compressor.gain_reduction_db(), 0.0f);
}

// 16 dB over the threshold at 4:1 is a reduction of 12 dB.
constexpr CompressorParams kTwelveDownAtMinusEight{
    .threshold_dbfs = -24.0f, .ratio = 4.0f, .knee_db = 0.0f, .attack_ms = 1.0f, .release_ms = 10.0f, .sidechain_hp_hz = 10.0f};

// An absurd sample is heard as +60 dBFS, so it is released in the time that takes.
TEST(Compressor, NothingIsHeardLouderThanSixtyDecibelsOverFullScale) {
  Compressor compressor = prepared({}, 2), twin = prepared({}, 2);
  Planes absurd = test::music(2, 24000, kRateHz, 0.5, 4), loud = absurd;
  absurd.samples[0][500] = 1e30f;
  loud.samples[0][500] = 1000.0f;
  test::run(compressor, absurd);
  test::run(twin, loud);
  absurd.samples[0][500] = loud.samples[0][500];
  EXPECT_EQ(test::first_difference(absurd, loud), -1);
}

TEST(Compressor, MakeupAndMixAreGains) {
  for (const double mix : {0.0, 0.3, 1.0})
    for (const double makeup_db : {-6.0, 0.0, 9.0}) {
      CompressorParams params = kTwelveDownAtMinusEight;
      params.makeup_db = static_cast<float>(makeup_db);
      params.mix_ratio = static_cast<float>(mix);
      Compressor compressor = prepared(params);
      Planes io = alternating(9600, -8.0);
      test::run(compressor, io);
      const double expected = 1.0 + mix * (test::from_db(makeup_db - 12.0) - 1.0);
      EXPECT_NEAR(std::fabs(io.samples[0].back()) / test::from_db(-8.0), expected, 1e-5) << "mix " << mix << ", make-up " << makeup_db;
    }
}

TEST(Compressor, BothChannelsGetTheSameGain) {
  Compressor compressor = prepared({.threshold_dbfs = -30.0f, .ratio = 6.0f}, 2);
  Planes io = test::music(2, 48000, kRateHz, 0.8, 4);
  for (std::size_t i = 0; i < 48000; ++i) io.samples[1][i] = 0.25f * io.samples[0][i];
  test::run(compressor, io);
  ASSERT_GT(compressor.gain_reduction_db(), 1.0f);
  for (std::size_t i = 0; i < 48000; ++i) ASSERT_EQ(io.samples[1][i], 0.25f * io.samples[0][i]) << "a quarter is exact in binary, so is the image";
}

// Butterworth: |H|^2 = 1 / (1 + (fc/f)^4). The tone's frequency is warped by the bilinear transform as the corner is, hence tan.
TEST(Compressor, SideChainHighPassIsSecondOrderButterworth) {
  for (const double cutoff_hz : {60.0, 200.0, 1000.0})
    for (const double tone_hz : {0.5 * cutoff_hz, cutoff_hz, 3.0 * cutoff_hz}) {
      CompressorParams params{.threshold_dbfs = -40.0f, .ratio = 100.0f, .knee_db = 0.0f, .attack_ms = 20.0f, .release_ms = 2000.0f};
      params.sidechain_hp_hz = static_cast<float>(cutoff_hz);
      Compressor compressor = prepared(params);
      Planes io = test::sine(1, 96000, kRateHz, tone_hz, 0.5);
      test::run(compressor, io);
      const double reduction_db = test::to_db(0.5) - test::tone_db(io.samples[0], 48000, 48000, kRateHz, tone_hz);
      const double warped = std::tan(kPi * cutoff_hz / kRateHz) / std::tan(kPi * tone_hz / kRateHz);
      const double heard_db = test::to_db(0.5) - 10.0 * std::log10(1.0 + std::pow(warped, 4));
      EXPECT_NEAR(reduction_db, 0.99 * (heard_db + 40.0), 0.25) << cutoff_hz << " Hz corner, tone " << tone_hz;
    }
}

TEST(Compressor, ReportsTheReductionItApplies) {
  Compressor compressor = prepared(kTwelveDownAtMinusEight);
  Planes io = alternating(19200, -8.0);
  compressor.process(io.slice(0, 9600));
  compressor.process(io.slice(9600, 9600));
  EXPECT_NEAR(compressor.gain_reduction_db(), 12.0f, 1e-3f);
  compressor.process(io.slice(0, 0));
  EXPECT_EQ(compressor.gain_reduction_db(), 0.0f) << "nothing was processed";
}

// Distortion of a low tone in steady compression: the ripple the release lets through at twice its frequency.
TEST(Compressor, DistortionOfALowToneAtSixDecibels) {
  Compressor compressor = prepared({.knee_db = 0.0f, .attack_ms = 10.0f, .release_ms = 100.0f, .sidechain_hp_hz = 10.0f});
  Planes io = test::sine(1, 96000, kRateHz, 100.0, test::from_db(-6.0));
  test::run(compressor, io);
  ASSERT_NEAR(compressor.gain_reduction_db(), 6.0f, 0.3f);
  const double distortion_db = test::thd_db(io.samples[0], 48000, 48000, kRateHz, 100.0);
  RecordProperty("thd_db", std::to_string(distortion_db));
  EXPECT_LE(distortion_db, -55.0);
}

TEST(Compressor, LatencyIsTheLongestLookAheadWhateverIsSet) {
  const Planes in = test::music(2, 24000, kRateHz, 0.9, 4);
  Compressor immediate = prepared({.threshold_dbfs = -30.0f, .ratio = 4.0f}, 2);
  EXPECT_EQ(immediate.latency_frames(), 0);
  Planes expected = in;
  test::run(immediate, expected);
  for (const float max_ms : {0.02f, 1.0f, 5.0f, 50.0f}) {
    Compressor delayed = prepared({.threshold_dbfs = -30.0f, .ratio = 4.0f}, 2, kRateHz, max_ms);
    const int latency = frames_for_ms(max_ms, kRateHz);
    EXPECT_EQ(delayed.latency_frames(), latency);
    Planes out = in;
    test::run(delayed, out, 100);
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t i = static_cast<std::size_t>(latency); i < 24000; ++i)
        ASSERT_TRUE(test::same_bits(out.samples[c][i], expected.samples[c][i - static_cast<std::size_t>(latency)])) << max_ms << " ms, frame " << i;
  }
  Compressor compressor;
  EXPECT_EQ(compressor.prepare({kRateHz, 2, 64}, -1.0f), Status::out_of_range);
  EXPECT_EQ(compressor.prepare({kRateHz, 2, 64}, 51.0f), Status::out_of_range);
  EXPECT_EQ(compressor.prepare({kRateHz, 2, 64}, std::nanf("")), Status::out_of_range);
}

// With look-ahead the same reductions come earlier by exactly that.
TEST(Compressor, LookAheadLeadsByItsTime) {
  CompressorParams params = kTwelveDownAtMinusEight;
  for (const float lookahead_ms : {0.5f, 2.0f, 5.0f}) {
    const auto output = [&](float ms) {
      params.lookahead_ms = ms;
      Compressor compressor = prepared(params, 1, kRateHz, 5.0f);
      Planes io = alternating(9600, -20.0);
      for (std::size_t i = 4800; i < 9600; ++i) io.samples[0][i] *= 4.0f;
      const Planes in = io;
      test::run(compressor, io);
      std::vector<double> gains_db;
      for (std::size_t i = 0; i + 240 < 9600; ++i)
        gains_db.push_back(test::to_db(std::fabs(io.samples[0][i + 240])) - test::to_db(std::fabs(in.samples[0][i])));
      return gains_db;
    };
    const auto late = output(0.0f), early = output(lookahead_ms);
    const std::size_t lead = static_cast<std::size_t>(frames_for_ms(lookahead_ms, kRateHz));
    // From a chunk after the start, where the look-ahead hears the signal before it is there.
    for (std::size_t i = 2400; i + lead < late.size(); ++i) ASSERT_NEAR(early[i], late[i + lead], 1e-5) << lookahead_ms << " ms, frame " << i;
    EXPECT_GT(std::fabs(early[4800 - 1] - late[4800 - 1]), 1.0) << "the reduction has begun before the step is heard";
  }
}

TEST(Compressor, UnlinkedChannelsAreAsTwoCompressors) {
  for (const CompressorStyle style : {CompressorStyle::modern, CompressorStyle::vintage}) {
    CompressorParams params{.threshold_dbfs = -30.0f, .ratio = 6.0f};
    params.style = style;
    params.link_ratio = 0.0f;
    Compressor both = prepared(params, 2), left = prepared(params), right = prepared(params);
    Planes io = test::music(2, 48000, kRateHz, 0.8, 4), mono_left(1, 48000), mono_right(1, 48000);
    for (float& x : io.samples[1]) x *= 0.1f;
    mono_left.samples[0] = io.samples[0];
    mono_right.samples[0] = io.samples[1];
    test::run(both, io);
    test::run(left, mono_left);
    test::run(right, mono_right);
    for (std::size_t i = 0; i < 48000; ++i) {
      ASSERT_TRUE(test::same_bits(io.samples[0][i], mono_left.samples[0][i]));
      ASSERT_TRUE(test::same_bits(io.samples[1][i], mono_right.samples[0][i]));
    }
  }
}

TEST(Compressor, LinkMovesTheQuieterChannelTowardsTheLouder) {
  for (const double link : {0.0, 0.25, 0.5, 1.0}) {
    CompressorParams params = kTwelveDownAtMinusEight;
    params.link_ratio = static_cast<float>(link);
    Compressor compressor = prepared(params, 2);
    for (const std::size_t loud : {0u, 1u}) {
      // 12 dB wanted on the loud channel, 3 dB on the other.
      compressor.reset();
      Planes io(2, 9600);
      io.samples[loud] = alternating(9600, -8.0).samples[0];
      io.samples[1 - loud] = alternating(9600, -20.0).samples[0];
      test::run(compressor, io);
      EXPECT_NEAR(test::to_db(std::fabs(io.samples[loud].back())), -20.0, 1e-3);
      EXPECT_NEAR(test::to_db(std::fabs(io.samples[1 - loud].back())), -20.0 - (3.0 + link * 9.0), 1e-3) << "link " << link;
    }
  }
}

// The second channel's detector takes over what the common one has heard and done.
TEST(Compressor, LooseningTheLinkIsNotHeardOnEqualChannels) {
  for (const CompressorStyle style : {CompressorStyle::modern, CompressorStyle::vintage}) {
    CompressorParams params{.threshold_dbfs = -30.0f, .ratio = 6.0f};
    params.style = style;
    Compressor compressor = prepared(params, 2, kRateHz, 5.0f);
    Planes io = test::music(2, 48000, kRateHz, 0.8, 4);
    io.samples[1] = io.samples[0];
    compressor.process(io.slice(0, 24000));
    ASSERT_GT(compressor.gain_reduction_db(), 3.0f);
    params.link_ratio = 0.0f;
    compressor.set_params(params);
    compressor.process(io.slice(24000, 24000));
    for (std::size_t i = 0; i < 48000; ++i) ASSERT_TRUE(test::same_bits(io.samples[0][i], io.samples[1][i])) << i;
  }
}

TEST(Compressor, LinkedAgainTheImageReturns) {
  CompressorParams params = kTwelveDownAtMinusEight;
  params.link_ratio = 0.0f;
  Compressor compressor = prepared(params, 2);
  Planes io = test::music(2, 96000, kRateHz, 0.8, 4);
  for (std::size_t i = 0; i < 96000; ++i) io.samples[1][i] = 0.25f * io.samples[0][i];
  compressor.process(io.slice(0, 24000));
  params.link_ratio = 1.0f;
  compressor.set_params(params);
  compressor.process(io.slice(24000, 72000));
  for (std::size_t i = 48000; i < 96000; ++i) {
    const double quarter = 0.25 * static_cast<double>(io.samples[0][i]);
    ASSERT_NEAR(static_cast<double>(io.samples[1][i]), quarter, 4e-6 * std::fabs(quarter));
  }
}

// Half of what the curve takes from a signal at full scale; a quiet signal shows it bare.
TEST(Compressor, AutoMakeupIsHalfTheReductionAtFullScale) {
  for (const CompressorStyle style : {CompressorStyle::modern, CompressorStyle::vintage})
    for (const double threshold : {-40.0, -20.0, 0.0})
      for (const double ratio : {1.0, 2.0, 10.0})
        for (const double makeup_db : {0.0, -3.0}) {
          CompressorParams params{.knee_db = 6.0f};
          params.threshold_dbfs = static_cast<float>(threshold);
          params.ratio = static_cast<float>(ratio);
          params.makeup_db = static_cast<float>(makeup_db);
          params.style = style;
          params.auto_makeup = true;
          Compressor compressor = prepared(params);
          Planes io = alternating(4800, -80.0);
          test::run(compressor, io);
          const double full_scale_db = style == CompressorStyle::modern ? -curve_db(0.0, threshold, ratio, 6.0)
                                                                        : (1.0 - 1.0 / ratio) * threshold * threshold / (9.0 - threshold);
          EXPECT_NEAR(test::to_db(std::fabs(io.samples[0].back())) + 80.0, makeup_db + 0.5 * full_scale_db, 1e-3)
              << "T " << threshold << " R " << ratio;
        }
}

}  // namespace
}  // namespace ag06::dsp
