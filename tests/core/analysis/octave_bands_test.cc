#include "analysis/octave_bands.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

[[nodiscard]] std::vector<double> levels_db(Planes& planes, double sample_rate_hz, int block_frames = 512) {
  OctaveBands bands;
  EXPECT_EQ(bands.prepare({sample_rate_hz, static_cast<int>(planes.samples.size()), 512}), Status::ok);
  run(bands, planes, block_frames);
  std::vector<double> all;
  for (int b = 0; b < kOctaveBands; ++b) all.push_back(bands.level_db(b));
  return all;
}

// Response of a band to a tone, dB, settling left out by its length.
[[nodiscard]] double response_db(int band, double freq_hz, double sample_rate_hz) {
  Planes tone = sine(1, static_cast<int>(sample_rate_hz * std::max(0.5, 60.0 / freq_hz)), sample_rate_hz, freq_hz, 0.5);
  return levels_db(tone, sample_rate_hz)[static_cast<std::size_t>(band)] - to_db(0.5) + 10.0 * std::log10(2.0);
}

TEST(OctaveBands, RefusesWhatItCannotMeasure) {
  OctaveBands bands;
  EXPECT_EQ(bands.prepare({48000.0, 3, 512}), Status::bad_channel_count);
  EXPECT_EQ(bands.prepare({200000.0, 2, 512}), Status::bad_sample_rate);
}

// IEC 61260-1: 0 dB at the centre, edges half an octave out; here -3 dB at the edges, and at least 16 dB down two octaves out.
TEST(OctaveBands, ShapeOfEachBand) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0})
    for (int b = 0; b < kOctaveBands; ++b) {
      const double centre_hz = kOctaveBandHz[static_cast<std::size_t>(b)];
      SCOPED_TRACE(testing::Message() << centre_hz << " Hz at " << rate_hz);
      EXPECT_NEAR(response_db(b, centre_hz, rate_hz), 0.0, centre_hz < 0.3 * rate_hz ? 0.1 : 0.6);
      EXPECT_NEAR(response_db(b, centre_hz / std::sqrt(2.0), rate_hz), -3.01, 0.1);
      const double upper_hz = std::min(centre_hz * std::sqrt(2.0), 0.48 * rate_hz);
      EXPECT_NEAR(response_db(b, upper_hz, rate_hz), -3.01, 0.1);
      EXPECT_LT(response_db(b, centre_hz / 4.0, rate_hz), -16.0);
      if (centre_hz * 4.0 < 0.48 * rate_hz) {
        EXPECT_LT(response_db(b, centre_hz * 4.0, rate_hz), -16.0);
      }
    }
}

// The same sound sampled at another rate: noise under 20 kHz that falls as music does.
TEST(OctaveBands, RatesAgree) {
  const auto levels_at = [](double rate_hz) {
    Planes planes(1, static_cast<int>(rate_hz));
    for (double freq_hz = 12.0; freq_hz < 20000.0; freq_hz *= 1.031) add_sine(planes, 0, static_cast<int>(rate_hz), rate_hz, freq_hz, 0.1 / std::sqrt(freq_hz), freq_hz);
    return levels_db(planes, rate_hz);
  };
  const std::vector<double> at_192k = levels_at(192000.0);
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    const std::vector<double> levels = levels_at(rate_hz);
    for (std::size_t b = 0; b < kOctaveBands; ++b) EXPECT_NEAR(levels[b], at_192k[b], b < 10 ? 0.1 : 0.75) << kOctaveBandHz[b] << " Hz at " << rate_hz;
  }
}

// White noise holds twice the power in each octave that it holds in the one below.
TEST(OctaveBands, WhiteNoiseRises3DbAnOctave) {
  Planes white = noise(2, 192000 * 20, 0.5, 11);
  const std::vector<double> levels = levels_db(white, 192000.0);
  for (std::size_t b = 3; b < 10; ++b) EXPECT_NEAR(levels[b + 1] - levels[b], 3.01, b < 5 ? 0.4 : 0.2) << kOctaveBandHz[b];
}

TEST(OctaveBands, ChannelsAddAsPowers) {
  Planes both(2, 48000), left(2, 48000), mono(1, 48000);
  const Planes tone = sine(1, 48000, 48000.0, 1000.0, 0.25);
  both.samples[0] = both.samples[1] = left.samples[0] = mono.samples[0] = tone.samples[0];
  const std::size_t at_1k = 6;
  EXPECT_NEAR(levels_db(both, 48000.0)[at_1k] - levels_db(left, 48000.0)[at_1k], 10.0 * std::log10(2.0), 1e-9);
  EXPECT_EQ(levels_db(left, 48000.0)[at_1k], levels_db(mono, 48000.0)[at_1k]);
}

TEST(OctaveBands, BandsBeyondTheRateStayUnmeasured) {
  Planes white = noise(1, 8000, 0.5, 1);
  const std::vector<double> levels = levels_db(white, 8000.0);
  for (std::size_t b = 0; b < kOctaveBands; ++b) EXPECT_EQ(std::isnan(levels[b]), kOctaveBandHz[b] >= 3600.0) << kOctaveBandHz[b];
}

TEST(OctaveBands, SilenceAndNothingAreUnmeasured) {
  for (const int frames : {0, 48000}) {
    Planes silence(2, frames);
    for (const double level_db : levels_db(silence, 48000.0)) EXPECT_TRUE(std::isnan(level_db)) << frames;
  }
}

TEST(OctaveBands, BlockCutsDoNotShowAndResetIsFresh) {
  Planes planes = music(2, 44100 * 2, 44100.0, 0.7, 4);
  const std::vector<double> whole = levels_db(planes, 44100.0, 44100 * 2);
  OctaveBands bands;
  ASSERT_EQ(bands.prepare({44100.0, 2, 512}), Status::ok);
  for (const int block : {1, 7, 64, 127, 128, 1000}) {
    bands.reset();
    run(bands, planes, block);
    for (int b = 0; b < kOctaveBands; ++b) EXPECT_EQ(bands.level_db(b), whole[static_cast<std::size_t>(b)]) << block;
  }
}

TEST(OctaveBands, NonFiniteSamplesAreSilence) {
  Planes poisoned = music(2, 48000, 48000.0, 0.5, 5);
  Planes clean = poisoned;
  const float poison[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  for (std::size_t i = 10; i < 48000; i += 101) {
    poisoned.samples[i % 2][i] = poison[i % 3];
    clean.samples[i % 2][i] = 0.0f;
  }
  EXPECT_EQ(levels_db(poisoned, 48000.0), levels_db(clean, 48000.0));
}

}  // namespace
}  // namespace ag06::analysis
