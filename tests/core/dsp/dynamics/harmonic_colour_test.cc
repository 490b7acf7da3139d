// The colour's harmonics against the polynomial, and its aliases.
#include "dsp/dynamics/harmonic_colour.h"

#include <gtest/gtest.h>

#include "support/measure.h"

namespace ag06::dsp {
namespace {

constexpr int kFrames = 48000;

std::vector<double> colour_of(double freq_hz, double peak_lin, double rate_hz) {
  HarmonicColour colour;
  colour.prepare(rate_hz);
  std::vector<double> out;
  for (int i = 0; i < 2 * kFrames; ++i) {
    const double x = peak_lin * std::sin(2.0 * kPi * freq_hz * i / rate_hz);
    const f64x2 in{x, x};
    out.push_back(colour.next(in)[0]);
  }
  return out;
}

TEST(HarmonicColour, SecondAndThirdHarmonicAreThePolynomials) {
  for (const double peak_lin : {0.1, 0.5, 1.0}) {
    const auto out = colour_of(200.0, peak_lin, 48000.0);
    EXPECT_NEAR(test::tone_db(out, kFrames, kFrames, 48000.0, 400.0), test::to_db(0.5 * 0.02 * peak_lin * peak_lin), 0.05);
    EXPECT_NEAR(test::tone_db(out, kFrames, kFrames, 48000.0, 600.0), test::to_db(0.25 * 0.03 * peak_lin * peak_lin * peak_lin), 0.05);
    EXPECT_LE(test::tone_db(out, kFrames, kFrames, 48000.0, 800.0), -150.0);
    double mean = 0.0;
    for (std::size_t i = kFrames; i < 2 * kFrames; ++i) mean += out[i] / kFrames;
    EXPECT_LE(std::fabs(mean), 1e-8) << "a tone's colour has no mean";
  }
}

// Squared, the 3 dB that the band's edge takes are 6 dB.
TEST(HarmonicColour, ItsBandEndsAtThreeKilohertzOrASixteenthOfTheRate) {
  for (const double rate_hz : {24000.0, 48000.0, 192000.0}) {
    const double edge_hz = std::min(3000.0, rate_hz / 16.0);
    const auto out = colour_of(edge_hz, 0.5, rate_hz);
    EXPECT_NEAR(test::tone_db(out, kFrames, kFrames, rate_hz, 2.0 * edge_hz), test::to_db(0.5 * 0.02 * 0.25) - 6.02, 0.05) << rate_hz << " Hz";
  }
}

// Half of the colour, as comes with a reduction of 6 dB.
TEST(HarmonicColour, AliasesStayNinetyDecibelsBelowTheTone) {
  double worst_db = -300.0;
  for (const double peak_lin : {0.5, 1.0})
    for (int freq_hz = 1000; freq_hz <= 10000; freq_hz += 250) {
      const auto out = colour_of(freq_hz + 7.0, peak_lin, 48000.0);
      for (const int order : {2, 3}) {
        const double harmonic_hz = order * (freq_hz + 7.0);
        if (harmonic_hz < 24000.0) continue;
        const double alias_db = test::tone_db(out, kFrames, kFrames, 48000.0, 48000.0 - harmonic_hz) + test::to_db(0.5 / peak_lin);
        worst_db = std::max(worst_db, alias_db);
        EXPECT_LE(alias_db, -90.0) << freq_hz << " Hz at " << peak_lin;
      }
    }
  RecordProperty("worst_alias_db", std::to_string(worst_db));
}

TEST(HarmonicColour, StaysBoundedAtAbsurdLevelsAndEndsInSilence) {
  HarmonicColour colour;
  colour.prepare(8000.0);
  double largest = 0.0;
  for (int i = 0; i < 8000; ++i) {
    const double x = i % 40 < 20 ? 1e30 : -1e30;
    const f64x2 in{x, -x}, out = colour.next(in);
    largest = std::max({largest, std::fabs(out[0]), std::fabs(out[1])});
  }
  EXPECT_LE(largest, 0.7);
  double last = 1.0;
  for (int i = 0; i < 16000; ++i) last = colour.next(f64x2{})[0];
  EXPECT_LE(std::fabs(last), 1e-15);
}

}  // namespace
}  // namespace ag06::dsp
