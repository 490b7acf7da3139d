// Half-band filters against the attenuations their users rely on, and the analytic pair against a quarter turn.
#include "dsp/primitives/halfband.h"

#include <gtest/gtest.h>

#include <complex>

#include "dsp/primitives/analytic_pair.h"
#include "support/measure.h"

namespace ag06::dsp {
namespace {

double response_db(const std::vector<double>& coefficients, double freq_ratio) {
  const std::complex<double> delay = std::polar(1.0, -2.0 * kPi * freq_ratio), delay2 = delay * delay;
  std::complex<double> even = 1.0, odd = delay;
  for (std::size_t k = 0; k < coefficients.size(); ++k) (k % 2 == 0 ? even : odd) *= (coefficients[k] + delay2) / (1.0 + coefficients[k] * delay2);
  return test::to_db(std::abs(even + odd) / 2.0);
}

TEST(Halfband, DesignReachesItsAttenuationAndIsFlat) {
  struct Case {
    double transition_ratio;
    int count;
    double attenuation_db;
  };
  for (const Case& c : {Case{0.0465, 10, 130.0}, Case{0.25, 4, 116.7}, Case{0.00625, 16, 126.9}, Case{0.02, 6, 61.06}}) {
    std::vector<double> coefficients(static_cast<std::size_t>(c.count));
    design_halfband(c.transition_ratio, coefficients.data(), c.count);
    double worst_db = -300.0;
    for (int i = 0; i <= 2000; ++i) {
      const double stop = 0.25 + 0.5 * c.transition_ratio + (0.25 - 0.5 * c.transition_ratio) * i / 2000.0;
      worst_db = std::max(worst_db, response_db(coefficients, stop));
      EXPECT_NEAR(response_db(coefficients, 0.5 - stop), 0.0, c.attenuation_db > 100.0 ? 1e-9 : 1e-4);
    }
    EXPECT_NEAR(worst_db, -c.attenuation_db, 0.1) << c.transition_ratio;
    EXPECT_NEAR(response_db(coefficients, 0.25), -3.0103, 0.001) << "half the power at a quarter of the rate";
    for (const double a : coefficients) EXPECT_TRUE(a > 0.0 && a < 1.0);
  }
}

// The running filters in single precision: a tone through 2x and back, and what the image of a tone is worth in between.
TEST(Halfband, UpAndDownAgainIsAnAllPassWithoutImages) {
  HalfbandUp<5> up;
  HalfbandDown<5> down;
  up.prepare(0.0465);
  down.prepare(0.0465);
  for (const int periods : {41, 533, 1229, 1843}) {
    const double freq_ratio = periods / 4096.0;
    std::vector<f32x4> in(8192), twice(16384), pairs(8192), halved(4096);
    for (int i = 0; i < 8192; ++i) {
      const auto x = static_cast<float>(std::sin(2.0 * kPi * freq_ratio * i));
      in[static_cast<std::size_t>(i)] = f32x4{x, -0.5f * x, 0.0f, 0.0f};
    }
    up.reset();
    down.reset();
    up.process(in.data(), twice.data(), 8192);
    std::vector<double> left(16384);
    for (std::size_t i = 0; i < 16384; ++i) left[i] = static_cast<double>(twice[i][0]);
    EXPECT_NEAR(test::tone_db(left, 8192, 8192, 1.0, 0.5 * freq_ratio), 0.0, 1e-4) << freq_ratio;
    EXPECT_LE(test::tone_db(left, 8192, 8192, 1.0, 0.5 - 0.5 * freq_ratio), -120.0) << freq_ratio;
    for (std::size_t i = 0; i < 8192; ++i) pairs[i] = f32x4{twice[2 * i][0], twice[2 * i][1], twice[2 * i + 1][0], twice[2 * i + 1][1]};
    down.process(pairs.data(), halved.data(), 8192);
    std::vector<double> out(8192), right(8192);
    for (std::size_t i = 0; i < 8192; ++i) {
      out[i] = static_cast<double>(halved[i / 2][i % 2 == 0 ? 0 : 2]);
      right[i] = static_cast<double>(halved[i / 2][i % 2 == 0 ? 1 : 3]);
    }
    EXPECT_NEAR(test::tone_db(out, 4096, 4096, 1.0, freq_ratio), 0.0, 1e-4) << freq_ratio;
    EXPECT_NEAR(test::tone_db(right, 4096, 4096, 1.0, freq_ratio), test::to_db(0.5), 1e-4) << freq_ratio;
  }
}

TEST(Halfband, DownRemovesWhatWouldFold) {
  HalfbandDown<2> down;
  down.prepare(0.25);
  for (const double freq_ratio : {0.376, 0.41, 0.45, 0.499}) {
    std::vector<f32x4> pairs(4096), halved(2048);
    for (std::size_t i = 0; i < 4096; ++i) {
      const auto older = static_cast<float>(std::sin(2.0 * kPi * freq_ratio * 2.0 * static_cast<double>(i)));
      const auto newer = static_cast<float>(std::sin(2.0 * kPi * freq_ratio * (2.0 * static_cast<double>(i) + 1.0)));
      pairs[i] = f32x4{older, older, newer, newer};
    }
    down.reset();
    down.process(pairs.data(), halved.data(), 4096);
    double peak = 0.0;
    for (std::size_t i = 1024; i < 2048; ++i)
      for (const int lane : {0, 2}) peak = std::max(peak, std::fabs(static_cast<double>(halved[i][lane])));
    EXPECT_LE(test::to_db(peak), -115.0) << freq_ratio;
  }
}

// The fraction of the pair that turns the wrong way.
TEST(AnalyticPair, ImageLiesFarBelow) {
  struct Case {
    double rate_hz;
    double image_db;
  };
  for (const Case& c : {Case{8000.0, -150.0}, Case{44100.0, -125.0}, Case{48000.0, -125.0}, Case{96000.0, -110.0}, Case{192000.0, -97.0}})
    for (const double freq_hz : {150.0, 151.0, 173.0, 260.0, 1000.0, 0.21 * c.rate_hz, 0.47 * c.rate_hz}) {
      AnalyticPair pair;
      pair.prepare(c.rate_hz);
      const int settle = static_cast<int>(c.rate_hz), frames = static_cast<int>(c.rate_hz) / 2;
      std::vector<double> real, imaginary;
      for (int i = 0; i < settle + frames; ++i) {
        const double x = std::sin(2.0 * kPi * freq_hz * i / c.rate_hz);
        const AnalyticPair::Outputs z = pair.next(f64x2{x, 0.0});
        EXPECT_EQ(z.real[1], 0.0);
        real.push_back(z.real[0]);
        imaginary.push_back(z.imaginary[0]);
      }
      const auto re = test::tone_of(real, settle, frames, c.rate_hz, freq_hz), im = test::tone_of(imaginary, settle, frames, c.rate_hz, freq_hz);
      EXPECT_NEAR(std::abs(re), 1.0, 1e-9);
      const std::complex<double> j{0.0, 1.0};
      const double one_way = std::abs(re + j * im), other_way = std::abs(re - j * im);
      EXPECT_LE(test::to_db(std::min(one_way, other_way) / std::max(one_way, other_way)), c.image_db) << freq_hz << " at " << c.rate_hz;
    }
}

}  // namespace
}  // namespace ag06::dsp
