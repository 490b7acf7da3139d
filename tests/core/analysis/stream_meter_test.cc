#include "analysis/stream_meter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

[[nodiscard]] StreamReport report_of(Planes& planes, double sample_rate_hz = 48000.0, int block_frames = 4096) {
  StreamMeter meter;
  EXPECT_EQ(meter.prepare({sample_rate_hz, static_cast<int>(planes.samples.size()), 4096}), Status::ok);
  run(meter, planes, block_frames);
  return meter.finish();
}

void expect_same_bits(const StreamReport& a, const StreamReport& b) {
  const auto* of_a = reinterpret_cast<const double*>(&a);
  const auto* of_b = reinterpret_cast<const double*>(&b);
  for (int k = 0; k < kMeterResults; ++k) EXPECT_EQ(ag06::detail::bits_as<std::uint64_t>(of_a[k]), ag06::detail::bits_as<std::uint64_t>(of_b[k])) << "figure " << k;
}

TEST(StreamMeter, RefusesWhatItCannotMeasure) {
  StreamMeter meter;
  EXPECT_EQ(meter.prepare({4000.0, 2, 512}), Status::bad_sample_rate);
  EXPECT_EQ(meter.prepare({48000.0, 9, 512}), Status::bad_channel_count);
  EXPECT_EQ(meter.prepare({48000.0, 2, 0}), Status::bad_block_size);
}

TEST(StreamMeter, ToneByFormula) {
  Planes planes = sine(2, 48000 * 10, 48000.0, 1000.0, from_db(-20.0));
  const StreamReport report = report_of(planes);
  EXPECT_NEAR(report.integrated_lufs, -20.0, 0.02);
  EXPECT_NEAR(report.momentary_max_lufs, -20.0, 0.02);
  EXPECT_NEAR(report.short_term_max_lufs, -20.0, 0.02);
  EXPECT_NEAR(report.true_peak_dbtp, -20.0, 0.01);
  EXPECT_NEAR(report.sample_peak_dbfs, -20.0, 1e-5);
  EXPECT_NEAR(report.rms_dbfs, -20.0 - 10.0 * std::log10(2.0), 1e-5);
  EXPECT_NEAR(report.crest_factor_db, 10.0 * std::log10(2.0), 1e-5);
  EXPECT_NEAR(report.dynamic_range_db, 0.0, 0.02);
  EXPECT_NEAR(report.plr_db, 0.0, 0.03);
  EXPECT_NEAR(report.noise_floor_lufs, -20.0, 0.02);
  EXPECT_NEAR(report.dc_offset_ratio, 0.0, 1e-7);
  EXPECT_EQ(report.frames, 480000.0);
}

TEST(StreamMeter, OffsetOfTheWorstChannelWithEitherSign) {
  Planes planes = noise(3, 48000, 0.1, 5);
  const double offsets[] = {0.01, -0.04, 0.0};
  for (std::size_t c = 0; c < 3; ++c) {
    double mean = 0.0;
    for (const float x : planes.samples[c]) mean += x / 48000.0;
    for (float& x : planes.samples[c]) x += static_cast<float>(offsets[c] - mean);
  }
  EXPECT_NEAR(report_of(planes).dc_offset_ratio, 0.04, 1e-7);
}

// One channel's power spread over all, the LFE among them.
TEST(StreamMeter, RmsIsOverAllChannels) {
  Planes planes(6, 48000);
  planes.samples[3] = sine(1, 48000, 48000.0, 50.0, 0.5).samples[0];
  const StreamReport report = report_of(planes);
  EXPECT_NEAR(report.rms_dbfs, to_db(0.5) - 10.0 * std::log10(2.0) - 10.0 * std::log10(6.0), 1e-4);
  EXPECT_NEAR(report.sample_peak_dbfs, to_db(0.5), 1e-4);
  EXPECT_TRUE(std::isnan(report.integrated_lufs));
  EXPECT_TRUE(std::isnan(report.plr_db));
}

TEST(StreamMeter, DynamicsAndNoiseFloorByBlocks) {
  // A fifth of the time pauses with noise, which is quieter than the absolute gate, then as long loud as soft.
  Planes planes(2, 48000 * 50);
  add_sine(planes, 0, 48000 * 20, 48000.0, 1000.0, from_db(-14.0));
  add_sine(planes, 48000 * 20, 48000 * 20, 48000.0, 1000.0, from_db(-32.0));
  add_sine(planes, 48000 * 40, 48000 * 10, 48000.0, 1000.0, from_db(-84.0));
  const StreamReport report = report_of(planes);
  EXPECT_NEAR(report.noise_floor_lufs, -84.0, 0.05);
  EXPECT_NEAR(report.dynamic_range_db, 18.0, 0.05);
  EXPECT_NEAR(report.range_lu, 18.0, 0.5);
}

TEST(StreamMeter, DigitalSilenceIsNoNoiseFloor) {
  Planes planes(2, 48000 * 20);
  add_sine(planes, 0, 48000 * 10, 48000.0, 1000.0, from_db(-30.0));
  EXPECT_GT(report_of(planes).noise_floor_lufs, -45.0);
}

// fs/4 at 45 degrees: samples 3.01 dB beneath the peak between them, here in the stream's last moment.
TEST(StreamMeter, PeaksBetweenTheLastSamplesCount) {
  Planes planes(1, 48000);
  add_sine(planes, 48000 - 400, 400, 48000.0, 12000.0, 1.0, kPi / 4.0);
  Planes shorter = planes;
  for (int i = 0; i < 48000 - 8; ++i) shorter.samples[0][static_cast<std::size_t>(i)] = 0.0f;
  EXPECT_NEAR(report_of(planes).true_peak_dbtp, 0.0, 0.1);
  const StreamReport last_moment = report_of(shorter);
  EXPECT_GT(last_moment.true_peak_dbtp, last_moment.sample_peak_dbfs + 2.0);
}

TEST(StreamMeter, SilenceAndNothing) {
  for (const int frames : {0, 100, 48000 * 5}) {
    Planes planes(2, frames);
    const StreamReport report = report_of(planes);
    for (const double figure : {report.integrated_lufs, report.momentary_max_lufs, report.short_term_max_lufs, report.range_lu, report.true_peak_dbtp, report.sample_peak_dbfs,
                                report.rms_dbfs, report.crest_factor_db, report.dynamic_range_db, report.plr_db, report.noise_floor_lufs})
      EXPECT_TRUE(std::isnan(figure)) << frames;
    EXPECT_EQ(report.frames, frames);
    if (frames > 0) {
      EXPECT_EQ(report.dc_offset_ratio, 0.0);
    } else {
      EXPECT_TRUE(std::isnan(report.dc_offset_ratio));
    }
  }
}

TEST(StreamMeter, ShorterThanABlockHasPeaksButNoLoudness) {
  Planes planes = sine(2, 19199, 48000.0, 1000.0, 0.5);
  const StreamReport report = report_of(planes);
  EXPECT_TRUE(std::isnan(report.integrated_lufs));
  EXPECT_TRUE(std::isnan(report.range_lu));
  EXPECT_NEAR(report.sample_peak_dbfs, to_db(0.5), 1e-5);
}

TEST(StreamMeter, BlockCutsDoNotShow) {
  Planes planes = music(2, 44100 * 8, 44100.0, 0.8, 8);
  const StreamReport whole = report_of(planes, 44100.0, 44100 * 8);
  for (const int block : {1, 7, 64, 127, 128, 4096}) expect_same_bits(report_of(planes, 44100.0, block), whole);
}

TEST(StreamMeter, ResetIsFreshEvenAfterFinish) {
  Planes loud = noise(2, 48000 * 5, 1.0, 1), planes = music(2, 48000 * 6, 48000.0, 0.2, 2);
  StreamMeter meter;
  ASSERT_EQ(meter.prepare({48000.0, 2, 4096}), Status::ok);
  run(meter, loud);
  (void)meter.finish();
  meter.reset();
  run(meter, planes);
  expect_same_bits(meter.finish(), report_of(planes));
}

TEST(StreamMeter, NonFiniteSamplesAreSilence) {
  Planes poisoned = music(2, 48000 * 4, 48000.0, 0.5, 3);
  Planes clean = poisoned;
  const float poison[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  for (std::size_t i = 100; i < 48000 * 4; i += 1009) {
    poisoned.samples[i % 2][i] = poison[i / 3 % 3];
    clean.samples[i % 2][i] = 0.0f;
  }
  expect_same_bits(report_of(poisoned), report_of(clean));
}

}  // namespace
}  // namespace ag06::analysis
