// The meters against signals whose figures follow from a formula.
#include "measure/meters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/dsp/eq/analogue_band.h"
#include "support/fft.h"
#include "measure/limiter_signals.h"
#include "measure/process.h"
#include "support/measure.h"
#include "support/oversample.h"
#include "support/signals.h"

namespace ag06::measure {
namespace {
using test::Complex;
using test::fft;
using test::inverse_fft;
using test::power_of_two_from;

constexpr double kRateHz = 48000.0;
using std::numbers::pi;

TEST(Fft, EqualsTheSumItStandsForAndComesBack) {
  test::Random random(1);
  std::vector<Complex> x(256);
  for (Complex& v : x) v = {random.unit() - 0.5, random.unit() - 0.5};
  std::vector<Complex> y = x;
  fft(y);
  for (std::size_t k = 0; k < x.size(); ++k) {
    Complex sum = 0.0;
    for (std::size_t n = 0; n < x.size(); ++n) sum += x[n] * std::polar(1.0, -2.0 * pi * static_cast<double>(n * k % 256) / 256.0);
    EXPECT_LT(std::abs(y[k] - sum), 1e-12);
  }
  inverse_fft(y);
  for (std::size_t n = 0; n < x.size(); ++n) EXPECT_LT(std::abs(y[n] - x[n]), 1e-15);
  for (const auto& [length, size] : {std::pair{1u, 2u}, {2u, 2u}, {3u, 4u}, {1024u, 1024u}, {1025u, 2048u}})
    EXPECT_EQ(power_of_two_from(length), size);
}

// Faded in and out, so that nothing but the sine has peaks.
Planes faded_sine(double freq_hz, double phase_rad, double peak_lin) {
  Planes planes = test::sine(2, 24000, kRateHz, freq_hz, peak_lin, phase_rad);
  for (Samples& plane : planes.samples)
    for (std::size_t i = 0; i < plane.size(); ++i) plane[i] *= static_cast<float>(std::pow(std::sin(pi * static_cast<double>(i) / 24000.0), 0.2));
  return planes;
}

TEST(TruePeak, OfSinesIsTheirAmplitude) {
  EXPECT_NEAR(true_peak_db(faded_sine(12000.0, pi / 4.0, 1.0)), 0.0, 0.005);
  EXPECT_NEAR(sample_peak_db(faded_sine(12000.0, pi / 4.0, 1.0)), -3.01, 0.01);
  EXPECT_NEAR(true_peak_db(faded_sine(8000.0, pi / 3.0, 0.5)), -6.02, 0.005);
  // Next to Nyquist the sixteenth of a sample may miss by 0.042 dB.
  EXPECT_NEAR(true_peak_db(faded_sine(23000.0, 0.3, 0.5)), -6.02, 0.045);
}

TEST(TruePeak, AgreesWithTheLongSincOnNoise) {
  // Silence around it for the oracle, and nothing at Nyquist, where its 256 taps fall off.
  Planes in = test::noise(2, 6000, 1.0, 3);
  for (Samples& plane : in.samples)
    for (std::size_t i = plane.size(); i-- > 0;) plane[i] = i < 300 || i >= 5700 ? 0.0f : plane[i] + plane[i - 1];
  const test::TruePeakOracle oracle;
  const double expected_db = test::to_db(std::max(oracle.peak(in.samples[0]), oracle.peak(in.samples[1])));
  EXPECT_NEAR(true_peak_db(in), expected_db, 0.01);
  EXPECT_GT(true_peak_db(in), sample_peak_db(in) + 0.1);
  EXPECT_NEAR(ebur128_true_peak_db(faded_sine(997.0, 0.0, 0.5), kRateHz), -6.02, 0.02);
  // The standard allows its filter +0.2 and -0.4 dB.
  for (const double freq_hz : {997.0, 6000.0, 12000.0}) {
    EXPECT_LT(itu_true_peak_db(faded_sine(freq_hz, pi / 4.0, 0.5)), -6.02 + 0.2) << freq_hz;
    EXPECT_GT(itu_true_peak_db(faded_sine(freq_hz, pi / 4.0, 0.5)), -6.02 - 0.4) << freq_hz;
  }
}

// Between two samples n signs on either side add up to 2 sum sinc(k + 1/2) = 2 sum 1 / (pi (k + 1/2)).
TEST(TruePeak, FindsTheWorstThatFullScaleCanDoBetweenSamples) {
  const auto expected_db = [](int signs_on_a_side) {
    double sum = 0.0;
    for (int k = 0; k < signs_on_a_side; ++k) sum += 2.0 / (pi * (k + 0.5));
    return test::to_db(2.0 * sum);
  };
  EXPECT_NEAR(true_peak_db(long_sinc_sign(kRateHz, 0.5).planes), expected_db(400), 0.01);
  for (const LimiterSignal& signal : limiter_signals(kRateHz, 0.5)) {
    EXPECT_GT(true_peak_db(signal.planes), 4.0) << signal.name;
    if (signal.name == "sinc-sign") {
      EXPECT_NEAR(true_peak_db(signal.planes), expected_db(16), 0.01);
    }
    // A sine of 2 * 0.5 with periods of 2 * 1 whose peaks fall between samples; the low-pass trims the sudden change of the slope.
    if (signal.name == "EBU 22 +6") {
      EXPECT_NEAR(true_peak_db(signal.planes), 6.0, 0.4);
    }
  }
}

TEST(Alias, OfANaiveCubeIsWhereTheFoldedHarmonicSays) {
  // x^3 = 3/4 sin - 1/4 sin 3wt: the third harmonic of 9 kHz folds to 21 kHz, that of 13 kHz to 9 kHz, 9.54 dB below the fundamental.
  const auto cubed = [](const CoherentTone& tone) {
    Samples x(static_cast<std::size_t>(tone.frames));
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<float>(std::pow(std::sin(2.0 * pi * tone.periods * static_cast<double>(i) / tone.frames), 3.0));
    return x;
  };
  const CoherentTone folds_in_band = coherent_tone(13000.0, kRateHz, 16384);
  EXPECT_NEAR(folds_in_band.freq_hz(kRateHz), 13000.0, 60.0);
  EXPECT_NEAR(alias_db(cubed(folds_in_band), 0, folds_in_band, kRateHz), test::to_db(1.0 / 3.0), 0.01);
  const CoherentTone folds_out_of_band = coherent_tone(9000.0, kRateHz, 16384);
  EXPECT_LT(alias_db(cubed(folds_out_of_band), 0, folds_out_of_band, kRateHz), -140.0);
  const CoherentTone harmonic = coherent_tone(3000.0, kRateHz, 16384);
  EXPECT_LT(alias_db(cubed(harmonic), 0, harmonic, kRateHz), -140.0) << "a true harmonic is no alias";
}

TEST(Spur, FindsAPlantedLineBesideAToneOfAnyFrequency) {
  for (const double planted_db : {-60.0, -120.0}) {
    std::vector<double> exact(65536);
    Samples x(exact.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<float>(0.5 * std::sin(2.0 * pi * 19123.4 * static_cast<double>(i) / kRateHz) +
                                0.5 * test::from_db(planted_db) * std::sin(2.0 * pi * 3456.7 * static_cast<double>(i) / kRateHz));
    EXPECT_NEAR(spur_db(x, 0, x.size(), kRateHz, 19123.4), planted_db, 0.05);
    EXPECT_NEAR(strongest_line_dbfs(x, 0, x.size(), kRateHz), -6.02, 0.03);
  }
  Samples pure(65536);
  for (std::size_t i = 0; i < pure.size(); ++i) pure[i] = static_cast<float>(0.5 * std::sin(2.0 * pi * 19123.4 * static_cast<double>(i) / kRateHz));
  EXPECT_LT(spur_db(pure, 0, pure.size(), kRateHz, 19123.4), -160.0) << "the floor is that of single precision";
}

// R. Bristow-Johnson's bell at 16 kHz, Q 1, +12 dB is 6.2 dB off its prototype at 48 kHz (TARGETS 2.3): the known figure of the bilinear transform.
TEST(EqError, OfTheCookbookBellIsTheKnownOne) {
  dsp::EqBand band;
  band.enabled = true;
  band.freq_hz = 16000.0f;
  band.gain_db = 12.0f;
  band.q = 1.0f;
  const double a = std::pow(10.0, 12.0 / 40.0), w = 2.0 * pi * 16000.0 / kRateHz, alpha = std::sin(w) / 2.0, a0 = 1.0 + alpha / a;
  Samples response(4096);
  double x1 = 0.0, x2 = 0.0, y1 = 0.0, y2 = 0.0;
  for (std::size_t i = 0; i < response.size(); ++i) {
    const double x = i == 0 ? 0.25 : 0.0;
    const double y = ((1.0 + alpha * a) * x - 2.0 * std::cos(w) * x1 + (1.0 - alpha * a) * x2 + 2.0 * std::cos(w) * y1 - (1.0 - alpha / a) * y2) / a0;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    response[i] = static_cast<float>(y);
  }
  EXPECT_NEAR(eq_error_db(response, 0.25, kRateHz, [&](double freq_hz) { return test::analogue_db(band, freq_hz); }), 6.22, 0.02);
  // 16 kHz is no bin of 4096 frames; 15 kHz is.
  const std::vector<ResponsePoint> points = measure::response(response, 0.25, kRateHz, {16000.0, 15000.0});
  EXPECT_NEAR(points[0].freq_hz, 16000.0, 6.0);
  EXPECT_NEAR(points[0].level_db, 12.0, 1e-3);
  EXPECT_DOUBLE_EQ(points[1].freq_hz, 15000.0);
  const std::vector<double> grid_hz = log_grid_hz(20.0, 20000.0, 4);
  EXPECT_DOUBLE_EQ(grid_hz.front(), 20.0);
  EXPECT_NEAR(grid_hz[1], 200.0, 1e-9);
  EXPECT_NEAR(grid_hz.back(), 20000.0, 1e-6);
}

// A tone of amplitude 1 has a power of -3.01 dBFS, less what the ear's threshold stands above its lowest, -5.0 dB near 3.3 kHz.
TEST(HeardNoise, WeighsByTheThresholdInQuiet) {
  const auto heard_dbfs = [](int bin, Hearing hearing = Hearing::terhardt) {
    std::vector<double> tone(8 * 4096);
    for (std::size_t i = 0; i < tone.size(); ++i) tone[i] = std::sin(2.0 * pi * bin * static_cast<double>(i) / 4096.0);
    return heard_noise_dbfs(tone, 40960.0, hearing);
  };
  EXPECT_NEAR(heard_dbfs(330), -3.01, 0.05);
  // 3.64 - 6.5 exp(-0.6 * 2.3^2) + 0.001 = 3.37 dB at 1 kHz, 10.58 dB at 10 kHz; -5.10 dB where it is lowest.
  EXPECT_NEAR(heard_dbfs(100), -3.01 - 3.37 - 4.98, 0.2);
  EXPECT_NEAR(heard_dbfs(1000), -3.01 - 10.58 - 4.98, 0.2);
  // The table's own points: lowest near 3150 Hz with -6.0 dB, 2.4 dB at 1 kHz, 13.9 dB at 10 kHz.
  EXPECT_NEAR(heard_dbfs(315, Hearing::iso_226), -3.01, 0.05);
  EXPECT_NEAR(heard_dbfs(100, Hearing::iso_226), -3.01 - 2.4 - 6.0, 0.05);
  EXPECT_NEAR(heard_dbfs(1000, Hearing::iso_226), -3.01 - 13.9 - 6.0, 0.05);
}

TEST(Staircase, GivesBackTheGainOfEveryLevel) {
  const std::vector<double> levels_db = {-40.0, -20.0, -10.0, 0.0};
  constexpr int kHold = 24000, kDelay = 37;
  Planes in = staircase(levels_db, kHold, kRateHz, 997.0, 1);
  Samples out(in.samples[0].size() + kDelay);
  for (std::size_t i = 0; i < in.samples[0].size(); ++i) out[i + kDelay] = in.samples[0][i] * (i >= 2 * kHold ? 0.5f : 1.0f);
  const std::vector<double> gains_db = gains_of_staircase(out, levels_db, kHold, kRateHz, 997.0, kDelay);
  ASSERT_EQ(gains_db.size(), 4u);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(gains_db[k], k < 2 ? 0.0 : -6.0206, 0.001) << k;
}

TEST(StepTime, OfAnExponentialInDecibelsIsItsTimeConstant) {
  Samples in(48000), out(48000);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double gain_db = i < 4800 ? 0.0 : -15.0 * (1.0 - std::exp(-static_cast<double>(i - 4800) / (0.025 * kRateHz)));
    in[i] = static_cast<float>(0.5 * std::sin(2.0 * pi * 6000.0 * static_cast<double>(i) / kRateHz));
    out[i] = in[i] * static_cast<float>(test::from_db(gain_db));
  }
  const std::vector<double> track_db = gain_track_db(in, out, kRateHz, 6000.0, 2);
  EXPECT_NEAR(track_db[2400], 0.0, 0.001);
  EXPECT_NEAR(track_db[40000], -15.0, 0.001);
  EXPECT_NEAR(step_time_ms(track_db, 4800, 40000, 1.0 - std::exp(-1.0), kRateHz), 25.0, 0.1)
      << "the demodulator's window of a third of a millisecond blurs its start";
  EXPECT_TRUE(std::isnan(step_time_ms(track_db, 4800, 5000, 1.5, kRateHz)));
}

TEST(Clicks, AHardStepOfGainIsLoudAndAToneIsSilent) {
  Planes io = test::sine(1, 48000, kRateHz, 100.0, 0.5);
  EXPECT_LT(test::click_db(io.samples[0], kRateHz, 0.5, 9600), -110.0);
  for (std::size_t i = 24120; i < 48000; ++i) io.samples[0][i] *= 0.251f;
  // 12 dB at the tone's peak: 0.749 of it in one sample, of which each section of the high-pass lets its b0 through.
  double passed = 0.749;
  for (int section = 0; section < 4; ++section) {
    const double w = 2.0 * pi * 2000.0 / kRateHz;
    passed *= 0.5 * (1.0 + std::cos(w)) / (1.0 + std::sin(w) * std::cos(pi * (2.0 * section + 1.0) / 16.0));
  }
  EXPECT_NEAR(test::click_db(io.samples[0], kRateHz, 0.5, 9600), test::to_db(passed), 0.1);
}

TEST(Clicks, TheCarrierItselfIsSilentAndPeaksEveryTenthOfASecond) {
  const Planes carrier = click_carrier(48000, kRateHz, 0.25);
  for (const Samples& plane : carrier.samples) EXPECT_LT(test::click_db(plane, kRateHz, 0.25, 0), -90.0);
  for (const std::size_t at : {4800u, 9600u, 43200u}) EXPECT_NEAR(carrier.samples[0][at], 0.25, 1e-6);
}

TEST(Correlation, KnowsEqualOppositeAndUnrelated) {
  test::Random random(2);
  std::vector<double> a(20000), b(20000), c;
  for (double& v : a) v = random.unit();
  for (double& v : b) v = random.unit();
  for (const double v : a) c.push_back(3.0 - 2.0 * v);
  EXPECT_NEAR(correlation(a, a), 1.0, 1e-12);
  EXPECT_NEAR(correlation(a, c), -1.0, 1e-12);
  EXPECT_LT(std::fabs(correlation(a, b)), 0.03);
}

TEST(Process, SaysHowAProgramEnded) {
  EXPECT_EQ(run_program({"true"}).exit_status, 0);
  EXPECT_EQ(run_program({"sh", "-c", "exit 7"}).exit_status, 7);
  EXPECT_EQ(run_program({"ag06-no-such-program"}).exit_status, -1);
  EXPECT_EQ(run_program({"sh", "-c", "kill -9 $$"}).exit_status, -1);
  EXPECT_EQ(run_program({"sh", "-c", "echo a; echo b >&2"}).output, "a\nb\n");
  // Longer than the pipe and than what is kept.
  EXPECT_EQ(run_program({"head", "-c", "300000", "/dev/zero"}).output.size() >= 65536, true);
  EXPECT_GT(run_program({"sh", "-c", "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"}).processor_s, 0.005);
}

}  // namespace
}  // namespace ag06::measure
