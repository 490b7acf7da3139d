// Widths, bands, mono bass and balance against their definitions.
#include "dsp/stereo/imager.h"

#include <gtest/gtest.h>

#include <complex>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {

using test::Planes;

constexpr double kRateHz = 48000.0;

Planes through(const Planes& in, const ImagerParams& params, double rate_hz = kRateHz) {
  Imager imager;
  EXPECT_EQ(imager.prepare({rate_hz, static_cast<int>(in.samples.size()), 512}), Status::ok);
  imager.set_params(params);
  imager.reset();
  Planes out = in;
  test::run(imager, out);
  return out;
}

// A tone on the left, right, or as mid or side; the response of both outputs to it.
struct Response {
  std::complex<double> left, right;
  [[nodiscard]] std::complex<double> mid() const { return 0.5 * (left + right); }
  [[nodiscard]] std::complex<double> side() const { return 0.5 * (left - right); }
};
Response response(const ImagerParams& params, double freq_hz, double left_lin, double right_lin, double rate_hz = kRateHz) {
  Planes in(2, 48000);
  for (int i = 0; i < 48000; ++i) {
    const double x = 0.25 * std::sin(2.0 * kPi * freq_hz * i / rate_hz);
    in.samples[0][static_cast<std::size_t>(i)] = static_cast<float>(left_lin * x);
    in.samples[1][static_cast<std::size_t>(i)] = static_cast<float>(right_lin * x);
  }
  const Planes out = through(in, params, rate_hz);
  return {test::tone_of(out.samples[0], 24000, 24000, rate_hz, freq_hz) / 0.25, test::tone_of(out.samples[1], 24000, 24000, rate_hz, freq_hz) / 0.25};
}

std::vector<double> sum_of(const Planes& planes) {
  std::vector<double> sum;
  for (std::size_t i = 0; i < planes.samples[0].size(); ++i)
    sum.push_back(static_cast<double>(planes.samples[0][i]) + static_cast<double>(planes.samples[1][i]));
  return sum;
}
std::vector<double> difference_of(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> difference;
  for (std::size_t i = 0; i < a.size(); ++i) difference.push_back(a[i] - b[i]);
  return difference;
}

TEST(Imager, WidthScalesTheSideAndNothingElse) {
  for (const float width : {0.0f, 0.25f, 0.7f, 1.5f, 2.0f})
    for (const double freq_hz : {30.0, 1000.0, 15000.0}) {
      const Response r = response({.width_ratio = width}, freq_hz, 0.8, -0.3);
      EXPECT_NEAR(std::abs(r.mid() - 0.25), 0.0, 1e-6) << width << " at " << freq_hz;
      EXPECT_NEAR(std::abs(r.side() - 0.55 * static_cast<double>(width)), 0.0, 1e-6) << width << " at " << freq_hz;
    }
}

TEST(Imager, WidthZeroLeavesNoSide) {
  for (const float low_width : {1.0f, 0.5f})
    for (const float mono_below_hz : {0.0f, 120.0f}) {
      const Planes out = through(test::noise(2, 24000, 0.9, 4), {.width_ratio = 0.0f, .low_width_ratio = low_width, .mono_below_hz = mono_below_hz});
      EXPECT_EQ(out.samples[0], out.samples[1]);
      EXPECT_GT(test::rms_of(out.samples[0]), 0.2);
    }
}

TEST(Imager, TheMonoSumIsTheSameAtAnyWidth) {
  const Planes in = test::noise(2, 48000, 0.9, 4);
  for (const float width : {0.0f, 0.5f, 2.0f})
    for (const float low : {0.0f, 1.0f, 2.0f})
      for (const float high : {0.0f, 1.7f}) {
        const auto error = difference_of(sum_of(through(in, {.width_ratio = width, .low_width_ratio = low, .high_width_ratio = high})), sum_of(in));
        EXPECT_LE(test::to_db(test::rms_of(error) / test::rms_of(sum_of(in))), -140.0) << width << ' ' << low << ' ' << high;
      }
}

TEST(Imager, MonoBassKeepsTheLevelOfTheMonoSum) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0})
    for (const float mono_below_hz : {20.0f, 120.0f, 500.0f})
      for (const double freq_hz : {20.0, 60.0, 115.0, 120.0, 130.0, 480.0, 500.0, 3000.0, 19000.0}) {
        const Response r = response({.mono_below_hz = mono_below_hz}, freq_hz, 1.0, 0.4, rate_hz);
        EXPECT_NEAR(test::to_db(std::abs(r.mid()) / 0.7), 0.0, 0.01) << mono_below_hz << " at " << freq_hz;
      }
}

// Linkwitz & Riley: -6 dB at the corner, 24 dB per octave below it, against |H| = w^4 / (1 + w^4) with the frequency axis of the bilinear transform.
TEST(Imager, MonoBassRemovesTheSideWithALinkwitzRileySlope) {
  for (const float mono_below_hz : {60.0f, 120.0f, 500.0f})
    for (const double octaves : {-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0}) {
      const double freq_hz = static_cast<double>(mono_below_hz) * std::pow(2.0, octaves);
      const double w4 = std::pow(std::tan(kPi * freq_hz / kRateHz) / std::tan(kPi * static_cast<double>(mono_below_hz) / kRateHz), 4.0);
      const Response r = response({.mono_below_hz = mono_below_hz}, freq_hz, 1.0, -1.0);
      EXPECT_NEAR(test::to_db(std::abs(r.side())), test::to_db(w4 / (1.0 + w4)), 0.02) << mono_below_hz << ", octaves " << octaves;
    }
  EXPECT_LT(test::to_db(std::abs(response({.mono_below_hz = 400.0f}, 50.0, 1.0, -1.0).side())), -71.9);
}

// Mid and side stay in phase through the crossover, and no band split turns the side by more than 90 degrees.
TEST(Imager, WhatIsOnTheLeftStaysOnTheLeft) {
  const ImagerParams settings[] = {{.mono_below_hz = 150.0f},
                                   {.low_width_ratio = 0.0f},
                                   {.low_width_ratio = 2.0f, .high_width_ratio = 0.0f},
                                   {.mid_width_ratio = 0.0f},
                                   {.width_ratio = 2.0f, .low_width_ratio = 0.0f, .mid_width_ratio = 0.0f, .mono_below_hz = 500.0f},
                                   {.low_width_ratio = 0.0f, .high_width_ratio = 0.0f, .low_split_hz = 1000.0f, .high_split_hz = 1000.0f}};
  for (const ImagerParams& params : settings)
    for (double freq_hz = 25.0; freq_hz < 20000.0; freq_hz *= 1.3) {
      const Response r = response(params, freq_hz, 1.0, 0.0);
      EXPECT_GE(std::real(r.side() * std::conj(r.mid())), -1e-7) << freq_hz;
      EXPECT_GE(std::abs(r.left), std::abs(r.right) - 1e-7) << freq_hz;
    }
}

TEST(Imager, EqualBandWidthsAreTheOverallWidth) {
  const Planes in = test::noise(2, 24000, 0.9, 8);
  const Planes overall = through(in, {.width_ratio = 0.6f});
  const Planes bands = through(in, {.width_ratio = 1.2f, .low_width_ratio = 0.5f, .mid_width_ratio = 0.5f, .high_width_ratio = 0.5f});
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < 24000; ++i) ASSERT_NEAR(bands.samples[c][i], overall.samples[c][i], 2e-7f);
  // With the bands running, a hair apart: the split sums to the side itself.
  const Planes running = through(in, {.low_width_ratio = 0.99999f});
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < 24000; ++i) ASSERT_NEAR(running.samples[c][i], in.samples[c][i], 2e-5f);
}

// First-order low-passes L = 1 / (1 + jw): low L1, mid L2 - L1, high 1 - L2.
TEST(Imager, BandsSplitTheSideAsFirstOrderFiltersDo) {
  const auto expected = [](const ImagerParams& p, double freq_hz) {
    const auto first_order = [&](float split_hz) {
      return std::complex<double>(0.0, std::tan(kPi * freq_hz / kRateHz) / std::tan(kPi * static_cast<double>(split_hz) / kRateHz));
    };
    const auto s1 = first_order(p.low_split_hz), s2 = first_order(p.high_split_hz);
    const auto low = 1.0 / (1.0 + s1), not_high = 1.0 / (1.0 + s2);
    return static_cast<double>(p.low_width_ratio) * low + static_cast<double>(p.mid_width_ratio) * (not_high - low) +
           static_cast<double>(p.high_width_ratio) * (1.0 - not_high);
  };
  const ImagerParams params{
      .low_width_ratio = 0.2f, .mid_width_ratio = 1.1f, .high_width_ratio = 1.9f, .low_split_hz = 180.0f, .high_split_hz = 6000.0f};
  for (double freq_hz = 20.0; freq_hz < 22000.0; freq_hz *= 1.5) {
    const Response r = response(params, freq_hz, 1.0, -1.0);
    EXPECT_NEAR(test::to_db(std::abs(r.side() / expected(params, freq_hz))), 0.0, 0.02) << freq_hz;
    EXPECT_NEAR(std::arg(r.side() / expected(params, freq_hz)), 0.0, 0.002) << freq_hz;
  }
}

TEST(Imager, BalanceTurnsDownTheOtherSideOnly) {
  for (const float balance : {-1.0f, -0.5f, 0.3f, 1.0f}) {
    const Response r = response({.balance_ratio = balance}, 1000.0, 0.8, 0.6);
    EXPECT_NEAR(std::abs(r.left), 0.8 * (balance > 0.0f ? 1.0 - static_cast<double>(balance) : 1.0), 1e-6);
    EXPECT_NEAR(std::abs(r.right), 0.6 * (balance < 0.0f ? 1.0 + static_cast<double>(balance) : 1.0), 1e-6);
  }
}

TEST(Imager, MonoStreamsPassBitForBit) {
  const Planes in = test::noise(1, 10000, 1.0, 9);
  const ImagerParams busy{.width_ratio = 0.3f, .low_width_ratio = 2.0f, .mono_below_hz = 200.0f, .balance_ratio = 0.7f};
  EXPECT_EQ(test::first_difference(through(in, busy), in), -1);
}

TEST(Imager, ReturnsToBitExactUnityAfterWork) {
  Imager imager;
  ASSERT_EQ(imager.prepare({kRateHz, 2, 512}), Status::ok);
  imager.set_params({.width_ratio = 0.4f, .low_width_ratio = 0.0f, .mono_below_hz = 100.0f, .balance_ratio = 0.5f});
  Planes io = test::noise(2, 9600, 0.5, 3);
  test::run(imager, io);
  imager.set_params({});
  io = test::noise(2, 9600, 0.5, 4);
  test::run(imager, io);
  const Planes in = test::noise(2, 9600, 0.5, 5);
  io = in;
  test::run(imager, io);
  EXPECT_EQ(test::first_difference(io, in), -1);
}

// The contract's tone has no side; this one is on the left, in the side, and low enough for every split to hear it.
TEST(Imager, EverySettingJumpsWithoutClicks) {
  const ImagerParams settings[] = {{},
                                   {.width_ratio = 0.0f},
                                   {.width_ratio = 2.0f},
                                   {.low_width_ratio = 0.0f, .low_split_hz = 60.0f},
                                   {.low_width_ratio = 0.0f, .low_split_hz = 1000.0f},
                                   {.low_width_ratio = 2.0f, .mid_width_ratio = 0.0f, .high_split_hz = 1000.0f},
                                   {.high_width_ratio = 2.0f, .low_split_hz = 1000.0f, .high_split_hz = 12000.0f},
                                   {.mono_below_hz = 500.0f},
                                   {.mono_below_hz = 30.0f},
                                   {.mono_below_hz = 100.0f},
                                   {.balance_ratio = 1.0f},
                                   {.balance_ratio = -1.0f}};
  double loudest_db = -300.0;
  for (std::size_t from = 0; from < std::size(settings); ++from)
    for (std::size_t to = 0; to < std::size(settings); ++to)
      for (const double right_lin : {0.0, -1.0}) {
        if (from == to) continue;
        Imager imager;
        ASSERT_EQ(imager.prepare({kRateHz, 2, 512}), Status::ok);
        imager.set_params(settings[from]);
        imager.reset();
        Planes io = test::sine(2, 24000, kRateHz, 100.0, 0.25);
        for (float& x : io.samples[1]) x = static_cast<float>(right_lin) * x;
        for (int i = 0; i < 5; ++i) {
          const int at = i * 4800 + 37 * i;
          imager.process(io.slice(at, std::min(4837, 24000 - at)));
          imager.set_params(settings[i % 2 == 0 ? to : from]);
        }
        for (std::size_t c = 0; c < 2; ++c) {
          const double click = test::click_db(io.samples[c], kRateHz, 0.25, 2400);
          loudest_db = std::max(loudest_db, click);
          EXPECT_LE(click, -75.0) << "between settings " << from << " and " << to << ", channel " << c;
        }
      }
  RecordProperty("loudest_click_db", std::to_string(loudest_db));
}

}  // namespace
}  // namespace ag06::dsp
