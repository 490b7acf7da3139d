#include "analysis/true_peak.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/measure.h"
#include "support/oversample.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using test::Planes;

// EBU Tech 3341 v4, table 1: allowed deviation of a true-peak meter.
constexpr double kAboveDb = 0.2;
constexpr double kBelowDb = 0.4;

double read_dbtp(Planes& x, double sample_rate_hz, int block_frames = 480) {
  TruePeakMeter meter;
  EXPECT_EQ(meter.prepare({sample_rate_hz, static_cast<int>(x.samples.size()), block_frames}), Status::ok);
  test::run(meter, x, block_frames);
  return meter.max_dbtp();
}

// 3 s between two silences of 0.1 s, with 10 ms linear tapers.
Planes tapered_tone(double per_rate, double phase_rad, double peak_lin) {
  Planes x(2, 153600);
  for (auto& plane : x.samples) {
    for (int i = 0; i < 144000; ++i) {
      const double taper = std::min(1.0, std::min(i, 144000 - i) / 480.0);
      plane[static_cast<std::size_t>(4800 + i)] = static_cast<float>(taper * peak_lin * std::sin(2.0 * kPi * per_rate * i + phase_rad));
    }
  }
  return x;
}

TEST(TruePeakMeter, Ebu3341Cases15To19) {
  struct Case {
    int number;
    double per_rate, phase_deg, peak_lin, expected_dbtp;
  };
  for (const Case& c : {Case{15, 1.0 / 4, 0.0, 0.5, -6.0}, {16, 1.0 / 4, 45.0, 0.5, -6.0}, {17, 1.0 / 6, 60.0, 0.5, -6.0}, {18, 1.0 / 8, 67.5, 0.5, -6.0},
                        {19, 1.0 / 4, 45.0, 1.41, 3.0}}) {
    Planes x = tapered_tone(c.per_rate, c.phase_deg * kPi / 180.0, c.peak_lin);
    const double reading_dbtp = read_dbtp(x, 48000.0);
    EXPECT_LE(reading_dbtp, c.expected_dbtp + kAboveDb) << c.number;
    EXPECT_GE(reading_dbtp, c.expected_dbtp - kBelowDb) << c.number;
    // And the sinusoid's own level, closer than the standard asks.
    EXPECT_NEAR(reading_dbtp, test::to_db(c.peak_lin), 0.03) << c.number;
  }
}

TEST(TruePeakMeter, Ebu3341Cases20To23) {
  // At 192 kHz: fs/6 of the 48 kHz rate at 0.5, one period of its fs/4 at 1.0, phase-continuous; low-passed at 22 kHz, then every fourth sample.
  std::vector<double> high(192000 + 4);
  double phase = 0.0;
  for (int i = 0; i < 192000; ++i) {
    const bool loud = i >= 96000 && i < 96016;
    high[static_cast<std::size_t>(i)] = (loud ? 1.0 : 0.5) * std::sin(phase);
    phase += 2.0 * kPi * (loud ? 1.0 / 16 : 1.0 / 24);
  }
  std::vector<double> taps(2 * 256 + 1);
  double sum = 0.0;
  for (int k = -256; k <= 256; ++k) {
    const double window = 0.42 + 0.5 * std::cos(kPi * k / 257.0) + 0.08 * std::cos(2.0 * kPi * k / 257.0);
    const double cutoff = 2.0 * 22000.0 / 192000.0;
    sum += taps[static_cast<std::size_t>(k + 256)] = window * (k == 0 ? cutoff : std::sin(kPi * cutoff * k) / (kPi * k));
  }
  for (int offset = 0; offset < 4; ++offset) {
    Planes x(2, 47000);
    for (int n = 0; n < 47000; ++n) {
      const int at = 4 * n + offset;
      double y = 0.0;
      for (int k = -256; k <= 256; ++k)
        if (at + k >= 0 && at + k < 192000) y += taps[static_cast<std::size_t>(k + 256)] / sum * high[static_cast<std::size_t>(at + k)];
      const double fade = std::min(1.0, std::min(n, 46999 - n) / 480.0);
      x.samples[0][static_cast<std::size_t>(n)] = x.samples[1][static_cast<std::size_t>(n)] = static_cast<float>(y * fade);
    }
    const double reading_dbtp = read_dbtp(x, 48000.0);
    EXPECT_LE(reading_dbtp, kAboveDb) << 20 + offset;
    EXPECT_GE(reading_dbtp, -kBelowDb) << 20 + offset;
    const double oracle_dbtp = test::to_db(test::TruePeakOracle().peak(x.samples[0], 23000, 25000));
    EXPECT_NEAR(reading_dbtp, oracle_dbtp, 0.05) << 20 + offset;
  }
}

TEST(TruePeakMeter, SineOfEveryFrequencyToTwentyKilohertzAtEveryRate) {
  for (const double rate_hz : {44100.0, 48000.0, 88200.0, 96000.0, 192000.0}) {
    for (const double freq_hz : {31.0, 997.0, 7919.0, 12007.0, 16001.0, 19997.0}) {
      Planes x = test::sine(1, static_cast<int>(rate_hz / 4.0), rate_hz, freq_hz, 0.25, 0.3);
      // A sine that begins at full level is not band-limited: fade it in.
      for (int i = 0; i < 1000; ++i) x.samples[0][static_cast<std::size_t>(i)] *= 0.5f * (1.0f - static_cast<float>(std::cos(kPi * i / 1000.0)));
      EXPECT_NEAR(read_dbtp(x, rate_hz), test::to_db(0.25), 0.05) << freq_hz << " Hz at " << rate_hz;
    }
  }
}

TEST(TruePeakMeter, CutsDoNotMatterAndNothingHidesInAnyChannel) {
  Planes x = test::music(8, 30000, 48000.0, 0.5, 9);
  Planes burst = test::noise(8, 30000, 0.9, 10);
  for (std::size_t c = 0; c < 8; ++c)
    for (std::size_t i = 11000 + 100 * c; i < 11050 + 100 * c; ++i) x.samples[c][i] = static_cast<float>(c + 1) * burst.samples[c][i];
  const double whole_dbtp = read_dbtp(x, 48000.0, 30000);
  for (const int block : {1, 7, 64, 127, 1000}) EXPECT_EQ(read_dbtp(x, 48000.0, block), whole_dbtp) << block;
  double largest_dbtp = -200.0;
  for (std::size_t c = 0; c < 8; ++c) {
    Planes one(1, 30000);
    one.samples[0] = x.samples[c];
    largest_dbtp = std::max(largest_dbtp, read_dbtp(one, 48000.0));
  }
  EXPECT_EQ(whole_dbtp, largest_dbtp);
}

TEST(TruePeakMeter, TakeReadsSinceTheLatestTake) {
  TruePeakMeter meter;
  ASSERT_EQ(meter.prepare({48000.0, 1, 512}), Status::ok);
  EXPECT_TRUE(std::isnan(meter.max_dbtp()));
  EXPECT_TRUE(std::isnan(meter.take_peak_dbtp()));
  Planes loud = test::sine(1, 4800, 48000.0, 1000.0, 0.5), quiet = test::sine(1, 4800, 48000.0, 1000.0, 0.05), silence(1, 4800);
  test::run(meter, loud);
  EXPECT_NEAR(meter.take_peak_dbtp(), -6.02, 0.02);
  test::run(meter, quiet);
  (void)meter.take_peak_dbtp();
  test::run(meter, quiet);
  EXPECT_NEAR(meter.take_peak_dbtp(), -26.02, 0.02);
  test::run(meter, silence);
  (void)meter.take_peak_dbtp();
  test::run(meter, silence);
  EXPECT_TRUE(std::isnan(meter.take_peak_dbtp()));
  EXPECT_NEAR(meter.max_dbtp(), -6.02, 0.02);
  meter.reset();
  EXPECT_TRUE(std::isnan(meter.max_dbtp()));
}

TEST(TruePeakMeter, NonFiniteSamplesCountAsSilence) {
  Planes x = test::sine(1, 9600, 48000.0, 500.0, 0.5), silenced = x;
  for (std::size_t i = 10; i < 13; ++i) silenced.samples[0][i] = 0.0f;
  x.samples[0][10] = std::numeric_limits<float>::quiet_NaN();
  x.samples[0][11] = std::numeric_limits<float>::infinity();
  x.samples[0][12] = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(read_dbtp(x, 48000.0), read_dbtp(silenced, 48000.0));
}

TEST(TruePeakMeter, RefusesWhatItCannotMeasure) {
  TruePeakMeter meter;
  EXPECT_EQ(meter.prepare({48000.0, 9, 512}), Status::bad_channel_count);
  EXPECT_EQ(meter.prepare({48000.0, 0, 512}), Status::bad_channel_count);
  EXPECT_EQ(meter.prepare({7999.0, 2, 512}), Status::bad_sample_rate);
}

}  // namespace
}  // namespace ag06::analysis
