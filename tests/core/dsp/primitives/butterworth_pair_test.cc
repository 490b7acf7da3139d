// The detector filters against the Butterworth magnitude, whose frequencies the bilinear transform warps by tan(pi f / fs).
#include "dsp/primitives/butterworth_pair.h"

#include <gtest/gtest.h>

#include "support/measure.h"

namespace ag06::dsp {
namespace {

double butterworth_db(double cutoff_hz, double tone_hz, double rate_hz, bool high) {
  const double ratio = std::tan(kPi * tone_hz / rate_hz) / std::tan(kPi * cutoff_hz / rate_hz);
  return -10.0 * std::log10(1.0 + std::pow(high ? 1.0 / ratio : ratio, 4));
}

TEST(ButterworthPair, HighAndLowPassHaveTheirMagnitudes) {
  for (const double rate_hz : {8000.0, 48000.0, 192000.0})
    for (const double cutoff_hz : {20.0, 200.0, 3000.0})
      for (const double tone_hz : {50.0, 200.0, 1000.0, 3500.0})
        for (const bool high : {false, true}) {
          ButterworthPair filter;
          filter.set_cutoff(cutoff_hz, rate_hz);
          const int frames = static_cast<int>(rate_hz);
          std::vector<double> left, right;
          for (int i = 0; i < frames; ++i) {
            const double x = std::sin(2.0 * kPi * tone_hz * i / rate_hz);
            const f64x2 in{x, -0.5 * x}, out = high ? filter.high_pass(in) : filter.low_pass(in);
            left.push_back(out[0]);
            right.push_back(out[1]);
          }
          const double expected_db = butterworth_db(cutoff_hz, tone_hz, rate_hz, high);
          EXPECT_NEAR(test::tone_db(left, frames / 2, frames / 2, rate_hz, tone_hz), expected_db, 1e-4) << cutoff_hz << " Hz, tone " << tone_hz;
          EXPECT_NEAR(test::tone_db(right, frames / 2, frames / 2, rate_hz, tone_hz), expected_db - test::to_db(2.0), 1e-4);
        }
}

TEST(ButterworthPair, CutoffBeyondTheBandStaysStable) {
  ButterworthPair filter;
  filter.set_cutoff(20000.0, 8000.0);
  double largest = 0.0;
  for (int i = 0; i < 8000; ++i) {
    const f64x2 in{i % 2 == 0 ? 1.0 : -1.0, 1.0}, out = filter.low_pass(in);
    largest = std::max({largest, std::fabs(out[0]), std::fabs(out[1])});
  }
  EXPECT_LE(largest, 1.5);
}

}  // namespace
}  // namespace ag06::dsp
