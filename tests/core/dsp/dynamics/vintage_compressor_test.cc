// The vintage style against its own law: curve, times, harmonics, and what it leaves alone.
#include <gtest/gtest.h>

#include "dsp/dynamics/compressor.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {

using test::Planes;

constexpr double kRateHz = 48000.0;

double law_db(double level_dbfs, double threshold_dbfs, double ratio, double knee_db) {
  const double over_db = std::max(0.0, level_dbfs - threshold_dbfs);
  return (1.0 - 1.0 / ratio) * over_db * over_db / (over_db + 3.0 + knee_db);
}

Compressor vintage(CompressorParams params, int channels = 1) {
  params.style = CompressorStyle::vintage;
  Compressor compressor;
  EXPECT_EQ(compressor.prepare({kRateHz, channels, 512}, 0.0f), Status::ok);
  compressor.set_params(params);
  compressor.reset();
  return compressor;
}

TEST(VintageCompressor, StaticCurveOfAToneIsItsLaw) {
  double worst_db = 0.0;
  for (const double threshold : {-40.0, -20.0, -6.0})
    for (const double ratio : {1.5, 2.0, 4.0, 20.0})
      for (const double knee : {0.0, 6.0, 24.0})
        for (double level_db = -50.0; level_db <= 0.0; level_db += 5.0) {
          CompressorParams params{.attack_ms = 10.0f, .release_ms = 150.0f};
          params.threshold_dbfs = static_cast<float>(threshold);
          params.ratio = static_cast<float>(ratio);
          params.knee_db = static_cast<float>(knee);
          Compressor compressor = vintage(params);
          Planes io = test::sine(1, 96000, kRateHz, 997.0, test::from_db(level_db));
          test::run(compressor, io);
          const double error = test::tone_db(io.samples[0], 91200, 4800, kRateHz, 997.0) - (level_db - law_db(level_db, threshold, ratio, knee));
          worst_db = std::max(worst_db, std::fabs(error));
          EXPECT_LE(std::fabs(error), 0.1) << "T " << threshold << " R " << ratio << " W " << knee << " at " << level_db;
        }
  RecordProperty("worst_db", std::to_string(worst_db));
}

// A tone at a quarter of the sample rate, of samples 1, 1, -1, -1 over the square root of two: its envelope is constant, its samples' magnitude too.
constexpr double kQuarterRatePeak = 0.70710678118654752440;
Planes quarter_rate(std::initializer_list<std::pair<int, double>> frames_and_levels_db) {
  Planes io(1, 0);
  for (const auto& [frames, level_db] : frames_and_levels_db)
    for (int i = 0; i < frames; ++i)
      io.samples[0].push_back(static_cast<float>((i % 4 < 2 ? 1.0 : -1.0) * kQuarterRatePeak * test::from_db(level_db)));
  return io;
}

TEST(VintageCompressor, StaticCurveOfAConstantEnvelope) {
  for (const double ratio : {1.0, 3.0, 100.0})
    for (const double knee : {0.0, 12.0, 40.0})
      for (double level_db = -60.0; level_db <= 20.0; level_db += 2.5) {
        CompressorParams params{.threshold_dbfs = -20.0f, .attack_ms = 1.0f, .release_ms = 10.0f, .sidechain_hp_hz = 10.0f};
        params.ratio = static_cast<float>(ratio);
        params.knee_db = static_cast<float>(knee);
        Compressor compressor = vintage(params);
        Planes io = quarter_rate({{9600, level_db}});
        test::run(compressor, io);
        EXPECT_NEAR(test::to_db(std::fabs(io.samples[0].back()) / kQuarterRatePeak), level_db - law_db(level_db, -20.0, ratio, knee), 5e-3)
            << "R " << ratio << " W " << knee << " at " << level_db;
      }
}

TEST(VintageCompressor, ReleasesHalfInSixtyMillisecondsAndTheRestInSeconds) {
  CompressorParams params{.threshold_dbfs = -40.0f, .ratio = 4.0f, .attack_ms = 0.1f, .release_ms = 150.0f, .sidechain_hp_hz = 10.0f};
  Compressor compressor = vintage(params);
  const int loud = 10 * 48000;
  Planes io = quarter_rate({{loud, -10.0}, {4 * 48000, -60.0}});
  test::run(compressor, io);
  const auto reduction = [&](int at) { return -60.0 - test::to_db(std::fabs(io.samples[0][static_cast<std::size_t>(at)]) / kQuarterRatePeak); };
  const double full_db = law_db(-10.0, -40.0, 4.0, 6.0);
  int half = loud;
  while (reduction(half) > 0.5 * full_db) ++half;
  EXPECT_NEAR(half - loud, 0.060 * 48000.0, 0.05 * 0.060 * 48000.0);
  EXPECT_NEAR(reduction(loud + 96000) / reduction(loud + 48000), std::exp(-1.0 / 1.5), 0.02) << "1.5 s time constant";
  EXPECT_GT(reduction(loud + 96000), 0.05 * full_db);
  EXPECT_LT(reduction(loud + 4 * 48000 - 1), 0.05 * full_db);
}

TEST(VintageCompressor, UnreducedIsBitExactAndSoItBecomesAgain) {
  Compressor compressor = vintage({.threshold_dbfs = -20.0f, .ratio = 8.0f, .release_ms = 20.0f}, 2);
  Planes quiet = test::noise(2, 48000, 0.02, 8);
  for (std::size_t i = 0; i < 48000; i += 7) quiet.samples[0][i] = -0.0f;
  Planes in = quiet;
  test::run(compressor, quiet);
  EXPECT_EQ(test::first_difference(in, quiet), -1);
  Planes loud = test::noise(2, 96000, 1.0, 8);
  test::run(compressor, loud);
  EXPECT_GT(compressor.gain_reduction_db(), 3.0f);
  Planes pause = test::noise(2, 5 * 48000, 0.01, 9);
  test::run(compressor, pause);
  quiet = in;
  test::run(compressor, quiet);
  EXPECT_EQ(test::first_difference(in, quiet), -1);
}

// The style that comes in starts from the reduction that there is: with an attack of a second it would otherwise let the level jump up.
TEST(VintageCompressor, ChangingTheStyleKeepsTheReduction) {
  CompressorParams params{.threshold_dbfs = -30.0f, .ratio = 4.0f, .attack_ms = 1000.0f, .release_ms = 2000.0f};
  for (const CompressorStyle from : {CompressorStyle::modern, CompressorStyle::vintage}) {
    params.style = from;
    Compressor compressor;
    ASSERT_EQ(compressor.prepare({kRateHz, 1, 512}, 0.0f), Status::ok);
    compressor.set_params(params);
    compressor.reset();
    Planes settling = quarter_rate({{10 * 48000, -10.0}}), io = quarter_rate({{9600, -10.0}});
    test::run(compressor, settling);
    const float before_db = compressor.gain_reduction_db();
    ASSERT_GT(before_db, 8.0f);
    params.style = from == CompressorStyle::modern ? CompressorStyle::vintage : CompressorStyle::modern;
    compressor.set_params(params);
    for (int at = 0; at < 9600; at += 48) {
      compressor.process(io.slice(at, 48));
      ASSERT_NEAR(compressor.gain_reduction_db(), before_db, 1.0f) << at << " frames after the change";
    }
  }
}

// At 6 dB the colour is half of the polynomial's, of the reduced signal.
TEST(VintageCompressor, HarmonicsComeWithTheReduction) {
  const auto harmonics_db = [](double level_db, int order, float makeup_db = 0.0f) {
    CompressorParams params{.threshold_dbfs = -24.0f, .ratio = 4.0f, .knee_db = 0.0f, .attack_ms = 50.0f, .release_ms = 10000.0f};
    params.makeup_db = makeup_db;
    Compressor compressor = vintage(params);
    Planes io = test::sine(1, 4 * 48000, kRateHz, 400.0, test::from_db(level_db));
    test::run(compressor, io);
    return test::tone_db(io.samples[0], 3 * 48000, 48000, kRateHz, order * 400.0);
  };
  const double reduction_db = law_db(-14.0, -24.0, 4.0, 0.0), scale = reduction_db / (reduction_db + 6.0);
  const double out_lin = test::from_db(-14.0 - reduction_db);
  EXPECT_NEAR(reduction_db, 6.0, 0.5);
  EXPECT_NEAR(harmonics_db(-14.0, 2), test::to_db(scale * 0.01 * out_lin * out_lin), 0.3);
  EXPECT_NEAR(harmonics_db(-14.0, 2, 12.0f) - harmonics_db(-14.0, 2), 12.0, 0.01) << "make-up lifts the colour and does not drive it";
  EXPECT_LE(harmonics_db(-26.0, 2), -140.0) << "nothing reduced, nothing coloured";
  EXPECT_LE(harmonics_db(-26.0, 3), -140.0);
}

TEST(VintageCompressor, LinkedChannelsKeepTheImage) {
  Compressor compressor = vintage({.threshold_dbfs = -30.0f, .ratio = 6.0f}, 2);
  Planes io = test::sine(2, 96000, kRateHz, 997.0, 0.8);
  for (float& x : io.samples[1]) x *= 0.25f;
  test::run(compressor, io);
  ASSERT_GT(compressor.gain_reduction_db(), 6.0f);
  const double left = test::tone_db(io.samples[0], 48000, 48000, kRateHz, 997.0), right = test::tone_db(io.samples[1], 48000, 48000, kRateHz, 997.0);
  EXPECT_NEAR(left - right, test::to_db(4.0), 0.02) << "the gain is one; the colour takes a little from the louder channel";
}

// The whole unit, its detector's ripple included: what is neither the tone nor one of its harmonics below half the sample rate has folded back.
TEST(VintageCompressor, AliasesStayNinetyDecibelsBelowTheToneAtSixDecibels) {
  double worst_db = -300.0;
  for (const int freq_hz : {1003, 2487, 3971, 5455, 7003, 8052, 9907}) {
    Compressor compressor = vintage({.threshold_dbfs = -24.0f, .ratio = 4.0f, .knee_db = 0.0f});
    Planes io = test::sine(1, 6 * 48000, kRateHz, freq_hz, test::from_db(-14.0));
    test::run(compressor, io);
    ASSERT_NEAR(compressor.gain_reduction_db(), 6.0f, 0.5f);
    std::vector<double> rest(io.samples[0].end() - 48000, io.samples[0].end());
    double tone_lin = 0.0;
    for (int order = 1; order * freq_hz < 24000; ++order) {
      const std::complex<double> harmonic = test::tone_of(rest, 0, 48000, kRateHz, order * freq_hz);
      if (order == 1) tone_lin = std::abs(harmonic);
      for (int i = 0; i < 48000; ++i) {
        const double angle = 2.0 * kPi * order * freq_hz * i / kRateHz;
        rest[static_cast<std::size_t>(i)] -= harmonic.real() * std::sin(angle) + harmonic.imag() * std::cos(angle);
      }
    }
    const double alias_db = test::to_db(std::sqrt(2.0) * test::rms_of(rest) / tone_lin);
    worst_db = std::max(worst_db, alias_db);
    EXPECT_LE(alias_db, -90.0) << freq_hz << " Hz";
  }
  RecordProperty("worst_alias_db", std::to_string(worst_db));
}

// What the detector's ripple makes of a low tone, colour included.
TEST(VintageCompressor, DistortionOfALowToneAtSixDecibels) {
  Compressor compressor = vintage({.threshold_dbfs = -24.0f, .ratio = 4.0f, .knee_db = 0.0f, .sidechain_hp_hz = 10.0f});
  Planes io = test::sine(1, 5 * 48000, kRateHz, 100.0, test::from_db(-14.0));
  test::run(compressor, io);
  ASSERT_NEAR(compressor.gain_reduction_db(), 6.0f, 0.5f);
  const double distortion_db = test::thd_db(io.samples[0], 4 * 48000, 48000, kRateHz, 100.0);
  RecordProperty("thd_db", std::to_string(distortion_db));
  EXPECT_LE(distortion_db, -60.0);
}

}  // namespace
}  // namespace ag06::dsp
