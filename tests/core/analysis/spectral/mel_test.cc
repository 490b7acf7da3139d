#include "analysis/spectral/mel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ag06::analysis {
namespace {

// Published anchors: Slaney's mel 15 is 1 kHz and 42 is 6.4 kHz; HTK's 1000 mel is 1 kHz within 0.02.
TEST(MelScale, Anchors) {
  EXPECT_NEAR(mel_from_hz(1000.0, MelScale::slaney), 15.0, 1e-12);
  EXPECT_NEAR(mel_from_hz(500.0, MelScale::slaney), 7.5, 1e-12);
  EXPECT_NEAR(mel_from_hz(6400.0, MelScale::slaney), 42.0, 1e-10);
  EXPECT_NEAR(mel_from_hz(1000.0, MelScale::htk), 999.985, 1e-2);
  EXPECT_NEAR(mel_from_hz(700.0, MelScale::htk), 2595.0 * std::log10(2.0), 1e-9);
}

TEST(MelScale, ThereAndBack) {
  for (const MelScale scale : {MelScale::slaney, MelScale::htk})
    for (double f = 1.0; f < 96000.0; f *= 1.3) EXPECT_NEAR(hz_from_mel(mel_from_hz(f, scale), scale) / f, 1.0, 1e-11);
}

// The formula with libm, written out again.
double expected_weight(double f, double lower, double centre, double upper, bool unit_area) {
  const double rise = (f - lower) / (centre - lower), fall = (upper - f) / (upper - centre);
  return std::max(0.0, std::min(rise, fall)) * (unit_area ? 2.0 / (upper - lower) : 1.0);
}
double libm_hz(double mel, MelScale scale) {
  if (scale == MelScale::htk) return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0);
  return mel < 15.0 ? mel * 200.0 / 3.0 : 1000.0 * std::exp((mel - 15.0) * std::log(6.4) / 27.0);
}
double libm_mel(double f, MelScale scale) {
  if (scale == MelScale::htk) return 2595.0 * std::log10(1.0 + f / 700.0);
  return f < 1000.0 ? f * 3.0 / 200.0 : 15.0 + 27.0 * std::log(f / 1000.0) / std::log(6.4);
}

TEST(MelFilterbank, WeightsEqualTheFormula) {
  for (const double rate_hz : {8000.0, 44100.0, 192000.0})
    for (const MelScale scale : {MelScale::slaney, MelScale::htk})
      for (const int bands : {13, 40, 128})
        for (const bool unit_area : {true, false}) {
          const StftGrid grid = short_grid({rate_hz, 1, 512});
          MelFilterbank bank;
          const double lowest_hz = 30.0, highest_hz = std::min(18000.0, 0.5 * rate_hz);
          ASSERT_EQ(bank.prepare(grid, {bands, lowest_hz, 18000.0, scale, unit_area}), Status::ok);
          ASSERT_EQ(bank.bands(), bands);
          const double from = libm_mel(lowest_hz, scale), step = (libm_mel(highest_hz, scale) - from) / (bands + 1);
          std::vector<float> power(static_cast<std::size_t>(grid.bins())), out(static_cast<std::size_t>(bands));
          for (std::size_t k = 0; k < power.size(); ++k) power[k] = 1.0f + static_cast<float>(k % 7);
          bank.apply(power.data(), out.data());
          for (int b = 0; b < bands; ++b) {
            const double lower = libm_hz(from + b * step, scale), centre = libm_hz(from + (b + 1) * step, scale),
                         upper = libm_hz(from + (b + 2) * step, scale);
            const double peak = unit_area ? 2.0 / (upper - lower) : 1.0;
            EXPECT_NEAR(bank.centre_hz(b) / centre, 1.0, 1e-9);
            double sum = 0.0;
            for (int k = 0; k < grid.bins(); ++k) {
              const double expected = expected_weight(k * grid.bin_hz(), lower, centre, upper, unit_area);
              ASSERT_NEAR(static_cast<double>(bank.weight(b, k)), expected, 1e-6 * peak) << b << ' ' << k;
              sum += expected * static_cast<double>(power[static_cast<std::size_t>(k)]);
            }
            ASSERT_NEAR(static_cast<double>(out[static_cast<std::size_t>(b)]), sum, 1e-5 * sum + 1e-12) << b;
          }
        }
}

// Triangles of unit area turn white noise's density per bin into the same number in every band wide enough for bins to sample it.
TEST(MelFilterbank, UnitAreaReadsDensity) {
  const StftGrid grid = long_grid({48000.0, 1, 512});
  MelFilterbank bank;
  ASSERT_EQ(bank.prepare(grid), Status::ok);
  std::vector<float> power(static_cast<std::size_t>(grid.bins()), 1.0f), out(static_cast<std::size_t>(bank.bands()));
  bank.apply(power.data(), out.data());
  for (const float value : out) EXPECT_NEAR(value * grid.bin_hz(), 1.0, 0.005);
}

TEST(MelFilterbank, RefusesAnEmptyRange) {
  MelFilterbank bank;
  const StftGrid grid = short_grid({48000.0, 1, 512});
  EXPECT_EQ(bank.prepare(grid, {0, 0.0, 0.0, MelScale::htk, false}), Status::out_of_range);
  EXPECT_EQ(bank.prepare(grid, {40, 5000.0, 4000.0, MelScale::htk, false}), Status::out_of_range);
  EXPECT_EQ(bank.prepare(grid, {40, 30000.0, 0.0, MelScale::htk, false}), Status::out_of_range);
  EXPECT_EQ(bank.prepare(grid, {40, -1.0, 0.0, MelScale::htk, false}), Status::out_of_range);
}

}  // namespace
}  // namespace ag06::analysis
