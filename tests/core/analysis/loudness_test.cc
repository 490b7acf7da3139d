#include "analysis/loudness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr float kNanf = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

[[nodiscard]] std::vector<double> figures(const LoudnessMeter& meter) {
  return {meter.momentary_lufs(), meter.short_term_lufs(), meter.integrated_lufs(), meter.range_lu(), meter.momentary_max_lufs(), meter.short_term_max_lufs()};
}

void expect_same_bits(const LoudnessMeter& a, const LoudnessMeter& b) {
  const std::vector<double> of_a = figures(a), of_b = figures(b);
  for (std::size_t k = 0; k < of_a.size(); ++k) EXPECT_EQ(ag06::detail::bits_as<std::uint64_t>(of_a[k]), ag06::detail::bits_as<std::uint64_t>(of_b[k])) << "figure " << k;
}

[[nodiscard]] LoudnessMeter prepared(double sample_rate_hz, int channels) {
  LoudnessMeter meter;
  EXPECT_EQ(meter.prepare({sample_rate_hz, channels, 512}), Status::ok);
  return meter;
}

[[nodiscard]] double integrated_lufs(Planes& planes, double sample_rate_hz) {
  LoudnessMeter meter = prepared(sample_rate_hz, static_cast<int>(planes.samples.size()));
  run(meter, planes);
  return meter.integrated_lufs();
}

// Magnitude in dB of the standard's two filters at 48 kHz, BS.1770-5 tables 1 and 2.
[[nodiscard]] double k_weighting_db(double freq_hz) {
  const std::complex<double> z = std::polar(1.0, -2.0 * kPi * freq_hz / 48000.0);
  const auto shelf = (1.53512485958697 + z * (-2.69169618940638 + z * 1.19839281085285)) / (1.0 + z * (-1.69065929318241 + z * 0.73248077421585));
  const auto high_pass = (1.0 + z * (-2.0 + z)) / (1.0 + z * (-1.99004745483398 + z * 0.99007225036621));
  return to_db(std::abs(shelf * high_pass));
}

TEST(LoudnessMeter, RefusesWhatItCannotMeasure) {
  LoudnessMeter meter;
  EXPECT_EQ(meter.prepare({7999.0, 2, 512}), Status::bad_sample_rate);
  EXPECT_EQ(meter.prepare({std::nan(""), 2, 512}), Status::bad_sample_rate);
  EXPECT_EQ(meter.prepare({48000.0, 0, 512}), Status::bad_channel_count);
  EXPECT_EQ(meter.prepare({48000.0, 9, 512}), Status::bad_channel_count);
  EXPECT_EQ(meter.prepare({48000.0, 2, 0}), Status::bad_block_size);
}

// BS.1770-5 Annex 1: 0 dBFS at 997 Hz in one front channel reads -3.01 LKFS.
TEST(LoudnessMeter, FullScaleToneReadsMinus3AtEveryRate) {
  for (const double rate_hz : {8000.0, 11025.0, 16000.0, 22050.0, 32000.0, 44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0}) {
    Planes tone = sine(1, frames_for_ms(3000.0, rate_hz), rate_hz, 997.0, 1.0);
    // The high-pass's unnormalised gain, 1 + k/q + k^2, is 0.043 dB at 48 kHz, 0.011 dB at 192 kHz and 0.26 dB at 8 kHz: the header's deviation.
    EXPECT_NEAR(integrated_lufs(tone, rate_hz), -3.01, rate_hz < 32000.0 ? 0.25 : 0.035) << rate_hz;
  }
}

TEST(LoudnessMeter, FiltersAreTheStandardsAt48kHz) {
  for (const double freq_hz : {20.0, 30.0, 40.0, 60.0, 100.0, 300.0, 1000.0, 1500.0, 2000.0, 3000.0, 6000.0, 12000.0, 20000.0, 23000.0}) {
    Planes tone = sine(2, 48000 * 4, 48000.0, freq_hz, 0.5);
    LoudnessMeter meter = prepared(48000.0, 2);
    run(meter, tone);
    // Two channels of a sine's power: 0.5 + 0.5 = 1.
    EXPECT_NEAR(meter.short_term_lufs(), -0.691 + to_db(0.5) + k_weighting_db(freq_hz), 0.01) << freq_hz;
  }
}

TEST(LoudnessMeter, OtherRatesHearLike48kHz) {
  for (const double rate_hz : {44100.0, 88200.0, 96000.0, 192000.0})
    for (const double freq_hz : {20.0, 40.0, 100.0, 1000.0, 2000.0, 5000.0, 10000.0, 16000.0}) {
      Planes tone = sine(2, frames_for_ms(4000.0, rate_hz), rate_hz, freq_hz, 0.5);
      LoudnessMeter meter = prepared(rate_hz, 2);
      run(meter, tone);
      EXPECT_NEAR(meter.short_term_lufs(), -0.691 + to_db(0.5) + k_weighting_db(freq_hz), 0.05) << rate_hz << " Hz, tone of " << freq_hz;
    }
}

// BS.1770-5 table 3 and 4 by the WAV order of channels.
TEST(LoudnessMeter, ChannelWeights) {
  const std::vector<std::vector<double>> weights = {{1},          {1, 1},          {1, 1, 1},          {1, 1, 1.41, 1.41}, {1, 1, 1, 1.41, 1.41}, {1, 1, 1, 0, 1.41, 1.41}, {1, 1, 1, 0, 1, 1.41, 1.41},
                                                    {1, 1, 1, 0, 1, 1, 1.41, 1.41}};
  const Planes tone = sine(1, 48000, 48000.0, 1000.0, 0.1);
  Planes mono = tone;
  const double reference_lufs = integrated_lufs(mono, 48000.0);
  for (const auto& row : weights)
    for (std::size_t c = 0; c < row.size(); ++c) {
      Planes planes(static_cast<int>(row.size()), 48000);
      planes.samples[c] = tone.samples[0];
      const double lufs = integrated_lufs(planes, 48000.0);
      if (row[c] == 0.0) {
        EXPECT_TRUE(std::isnan(lufs)) << "LFE of " << row.size();
      } else {
        EXPECT_NEAR(lufs - reference_lufs, 10.0 * std::log10(row[c]), 1e-6) << "channel " << c << " of " << row.size();
      }
    }
}

TEST(LoudnessMeter, FirstFigureAfter400Ms) {
  for (const double rate_hz : {11025.0, 22050.0, 44100.0, 48000.0}) {
    const int momentary_frames = frames_for_ms(400.0, rate_hz), short_term_frames = frames_for_ms(3000.0, rate_hz);
    Planes tone = sine(2, short_term_frames, rate_hz, 1000.0, 0.5);
    LoudnessMeter meter = prepared(rate_hz, 2);
    meter.process(tone.slice(0, momentary_frames - 1));
    for (const double figure : figures(meter)) EXPECT_TRUE(std::isnan(figure)) << rate_hz;
    meter.process(tone.slice(momentary_frames - 1, 1));
    EXPECT_FALSE(std::isnan(meter.momentary_lufs()));
    EXPECT_FALSE(std::isnan(meter.integrated_lufs()));
    meter.process(tone.slice(momentary_frames, short_term_frames - momentary_frames - 1));
    EXPECT_TRUE(std::isnan(meter.short_term_lufs()));
    EXPECT_TRUE(std::isnan(meter.range_lu()));
    meter.process(tone.slice(short_term_frames - 1, 1));
    EXPECT_FALSE(std::isnan(meter.short_term_lufs()));
    EXPECT_NEAR(meter.range_lu(), 0.0, 1e-9);
  }
}

TEST(LoudnessMeter, SilenceCannotBeMeasured) {
  Planes silence(2, 48000 * 5);
  LoudnessMeter meter = prepared(48000.0, 2);
  run(meter, silence);
  for (const double figure : figures(meter)) EXPECT_TRUE(std::isnan(figure));
  // After sound, the live figures fall silent and the programme's stay.
  Planes tone = sine(2, 48000 * 5, 48000.0, 1000.0, 0.1);
  run(meter, tone);
  run(meter, silence);
  EXPECT_TRUE(std::isnan(meter.momentary_lufs()));
  EXPECT_TRUE(std::isnan(meter.short_term_lufs()));
  EXPECT_NEAR(meter.momentary_max_lufs(), -20.0, 0.05);
  EXPECT_NEAR(meter.integrated_lufs(), -20.0, 0.3);  // blocks across the edges count
}

TEST(LoudnessMeter, BelowTheAbsoluteGateThereIsNoProgramme) {
  Planes quiet = sine(2, 48000 * 5, 48000.0, 1000.0, from_db(-71.0));
  LoudnessMeter meter = prepared(48000.0, 2);
  run(meter, quiet);
  EXPECT_NEAR(meter.momentary_lufs(), -71.0, 0.05);
  EXPECT_TRUE(std::isnan(meter.integrated_lufs()));
  EXPECT_TRUE(std::isnan(meter.range_lu()));
  EXPECT_NEAR(meter.block_percentile_lufs(0.5, -120.0), -71.0, 0.05);
}

// Not on any grid of blocks: a burst of 400 ms that starts between two hops loses at most half a hop of its window.
TEST(LoudnessMeter, MomentaryMaximumWhereverABurstStarts) {
  for (int start = 24000; start < 24480; start += 37) {
    Planes planes(2, 72000);
    add_sine(planes, start, 19200, 48000.0, 1000.0, 0.1);
    LoudnessMeter meter = prepared(48000.0, 2);
    run(meter, planes);
    EXPECT_NEAR(meter.momentary_max_lufs(), -20.0, 0.1) << start;
  }
}

TEST(LoudnessMeter, BlockCutsDoNotShow) {
  for (const double rate_hz : {11025.0, 44100.0})
    for (const int channels : {1, 2, 6}) {
      Planes planes = music(channels, static_cast<int>(rate_hz) * 7, rate_hz, 0.7, 21);
      LoudnessMeter whole = prepared(rate_hz, channels);
      whole.process(planes.block());
      for (const int block : {1, 7, 64, 127, 128, 4096}) {
        LoudnessMeter cut = prepared(rate_hz, channels);
        run(cut, planes, block);
        cut.process(planes.slice(0, 0));
        expect_same_bits(whole, cut);
      }
    }
}

TEST(LoudnessMeter, ResetIsFreshAndPrepareForgetsTheOldSpec) {
  Planes loud = noise(8, 48000 * 4, 0.9, 1), planes = music(1, 44100 * 5, 44100.0, 0.3, 2);
  LoudnessMeter fresh = prepared(44100.0, 1), used = prepared(48000.0, 8);
  run(fresh, planes);
  run(used, loud);
  ASSERT_EQ(used.prepare({44100.0, 1, 512}), Status::ok);
  run(used, planes);
  expect_same_bits(fresh, used);
  used.reset();
  for (const double figure : figures(used)) EXPECT_TRUE(std::isnan(figure));
  run(used, planes);
  expect_same_bits(fresh, used);
}

TEST(LoudnessMeter, NonFiniteSamplesAreSilence) {
  Planes poisoned = music(3, 48000 * 4, 48000.0, 0.5, 3);
  Planes clean = poisoned;
  const float poison[] = {kNanf, kInf, -kInf};
  for (std::size_t i = 100; i < 48000 * 4; i += 1009) {
    poisoned.samples[i % 3][i] = poison[i / 3 % 3];
    clean.samples[i % 3][i] = 0.0f;
  }
  LoudnessMeter a = prepared(48000.0, 3), b = prepared(48000.0, 3);
  run(a, poisoned);
  run(b, clean);
  expect_same_bits(a, b);
}

TEST(LoudnessMeter, TheLargestFloatPasses) {
  Planes planes = sine(2, 48000 * 6, 48000.0, 1000.0, 0.1);
  for (auto& plane : planes.samples) plane[100] = std::numeric_limits<float>::max();
  LoudnessMeter meter = prepared(48000.0, 2);
  run(meter, planes);
  EXPECT_NEAR(meter.short_term_lufs(), -20.0, 0.05);
  EXPECT_GT(meter.momentary_max_lufs(), 600.0);
}

// At 11.025 kHz a hop is 110.25 frames: after ten minutes the windows must still end when they should.
TEST(LoudnessMeter, UnevenRatesStayInTime) {
  constexpr double kRateHz = 11025.0;
  LoudnessMeter meter = prepared(kRateHz, 1);
  Planes minute(1, 60 * 11025);
  for (int k = 0; k < 10; ++k) run(meter, minute, 4096);
  Planes tone = sine(1, 4410, kRateHz, 1000.0, 0.1);
  meter.process(tone.slice(0, 4409));
  const double before_lufs = meter.momentary_lufs();
  meter.process(tone.slice(4409, 1));
  EXPECT_GT(meter.momentary_lufs(), before_lufs);
  EXPECT_EQ(meter.momentary_lufs(), meter.momentary_max_lufs());
}

}  // namespace
}  // namespace ag06::analysis
