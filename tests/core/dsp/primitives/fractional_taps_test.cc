#include "dsp/primitives/fractional_taps.h"

#include <gtest/gtest.h>

#include "support/measure.h"

namespace ag06::dsp {
namespace {

using namespace ag06::test;

struct Reading {
  double error_db = -300.0, loss_db = 0.0, gain_db = 0.0;
};

// The worst over all places between frames.
template <int kTaps>
Reading reading(double band_ratio, double freq_to_rate_ratio) {
  const FractionalTaps<kTaps> design(band_ratio);
  Reading worst;
  for (int step = 0; step <= 64; ++step) {
    float taps[kTaps];
    design.design(step / 64.0, taps);
    std::complex<double> response = 0.0;
    for (int k = 0; k < kTaps; ++k)
      response += static_cast<double>(taps[k]) * std::polar(1.0, 2.0 * kPi * freq_to_rate_ratio * (k - (kTaps / 2 - 1) - step / 64.0));
    worst.error_db = std::max(worst.error_db, to_db(std::abs(response - 1.0)));
    worst.loss_db = std::max(worst.loss_db, -to_db(std::abs(response)));
    worst.gain_db = std::max(worst.gain_db, to_db(std::abs(response)));
  }
  return worst;
}

TEST(FractionalTaps, EightReadThousandHertzAndTenThousandWithoutLoss) {
  EXPECT_LE(reading<8>(0.5, 1000.0 / 44100.0).error_db, -78.0);
  for (double f = 0.0; f <= 0.227; f += 0.002) {
    EXPECT_LE(reading<8>(0.5, f).error_db, -61.0) << f;
    EXPECT_LE(reading<8>(0.5, f).loss_db, 0.001) << f;
  }
  EXPECT_LE(reading<8>(0.5, 16000.0 / 44100.0).loss_db, 1.4);
  for (double f = 0.0; f <= 0.5; f += 0.005) EXPECT_LE(reading<8>(0.5, f).gain_db, 0.01) << f;
}

TEST(FractionalTaps, SixteenKeepATrebleThatRecirculates) {
  for (double f = 0.0; f <= 0.3; f += 0.005) EXPECT_LE(reading<16>(0.65, f).error_db, -86.0) << f;
  EXPECT_LE(reading<16>(0.65, 16000.0 / 44100.0).loss_db, 0.1);
  for (double f = 0.0; f <= 0.5; f += 0.005) EXPECT_LE(reading<16>(0.65, f).gain_db, 0.001) << f;
}

TEST(FractionalTaps, OnAFrameTheyAreThatFrame) {
  for (const double place : {0.0, 1.0}) {
    float taps[16];
    FractionalTaps<16>(0.65).design(place, taps);
    for (int k = 0; k < 16; ++k) EXPECT_NEAR(taps[k], k == (place == 0.0 ? 7 : 8) ? 1.0f : 0.0f, 1e-6f) << k;
  }
}

}  // namespace
}  // namespace ag06::dsp
