#include "analysis/level/stereo_field.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/level/listening.h"
#include "support/alloc_guard.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

StereoReport report_of(Planes planes, double sample_rate_hz = 48000.0, int block_frames = 4410) {
  StereoField field;
  EXPECT_EQ(field.prepare(long_grid_of(planes, sample_rate_hz), kHourS), Status::ok);
  listen(field, planes, sample_rate_hz, block_frames);
  return find_stereo(field);
}

// One source at gains g and h.
Planes panned(double left, double right, int frames = 48000 * 4) {
  Planes planes = noise(2, frames, 0.5, 5);
  for (std::size_t i = 0; i < planes.samples[0].size(); ++i) {
    const float x = planes.samples[0][i];
    planes.samples[0][i] = static_cast<float>(left * x);
    planes.samples[1][i] = static_cast<float>(right * x);
  }
  return planes;
}

TEST(StereoField, RefusesWhatItCannotHear) {
  StereoField field;
  StftGrid grid;
  grid.channels = 3;
  EXPECT_EQ(field.prepare(grid, 60.0), Status::bad_channel_count);
}

TEST(StereoField, PannedSourcesByFormula) {
  for (const auto& [left, right] : {std::pair{1.0, 1.0}, {1.0, 0.5}, {0.3, 0.9}, {1.0, -1.0}, {0.8, -0.2}}) {
    const StereoReport report = report_of(panned(left, right));
    const double mid = std::fabs(left + right), side = std::fabs(left - right);
    EXPECT_NEAR(report.width, side / (mid + side), 1e-3);
    EXPECT_NEAR(report.correlation, left * right > 0.0 ? 1.0 : -1.0, 1e-5);
    EXPECT_NEAR(report.correlation_min, left * right > 0.0 ? 1.0 : -1.0, 0.01);
    EXPECT_NEAR(report.balance_db, 20.0 * std::log10(std::fabs(right / left)), 0.01);
    const double kept = (left + right) * (left + right) / (left * left + right * right);
    EXPECT_NEAR(report.mono_loss_db, kept > 0.0 ? -10.0 * std::log10(kept) : 60.0, 0.01);
    for (std::size_t b = 0; b < kBands; ++b) {
      EXPECT_NEAR(report.band_width[b], side / (mid + side), 1e-3) << b;
      EXPECT_NEAR(report.band_correlation[b], left * right > 0.0 ? 1.0 : -1.0, 1e-4) << b;
    }
  }
}

TEST(StereoField, UnrelatedChannels) {
  const StereoReport report = report_of(noise(2, 48000 * 20, 0.5, 7));
  EXPECT_NEAR(report.width, 0.5, 0.01);
  EXPECT_NEAR(report.correlation, 0.0, 0.01);
  EXPECT_GT(report.correlation_min, -0.05);
  EXPECT_NEAR(report.balance_db, 0.0, 0.05);
  EXPECT_NEAR(report.mono_loss_db, 0.0, 0.05);
  for (std::size_t b = 2; b < kBands; ++b) EXPECT_NEAR(report.band_width[b], 0.5, 0.01) << b;
}

// A mono bass, unrelated mids, inverted treble: each band by itself.
TEST(StereoField, BandsAreToldApart) {
  Planes planes(2, 48000 * 10);
  for (int i = 0; i < frame_count(planes); ++i) {
    const double t = i / 48000.0;
    const double bass = 0.3 * std::sin(2.0 * kPi * 100.0 * t), treble = 0.1 * std::sin(2.0 * kPi * 6000.0 * t);
    planes.samples[0][static_cast<std::size_t>(i)] = static_cast<float>(bass + 0.1 * std::sin(2.0 * kPi * 1000.0 * t) + treble);
    planes.samples[1][static_cast<std::size_t>(i)] = static_cast<float>(bass + 0.1 * std::sin(2.0 * kPi * 1300.0 * t) - treble);
  }
  const StereoReport report = report_of(planes);
  EXPECT_NEAR(report.band_width[1], 0.0, 0.01);
  EXPECT_NEAR(report.band_correlation[1], 1.0, 0.01);
  EXPECT_NEAR(report.band_width[3], 0.5, 0.01);
  EXPECT_NEAR(report.band_correlation[3], 0.0, 0.01);
  EXPECT_NEAR(report.band_width[5], 1.0, 0.01);
  EXPECT_NEAR(report.band_correlation[5], -1.0, 0.01);
}

// What is lost is loudness: 30 Hz hardly counts, 2 kHz does (K-weighting: -7.5 and +2.7 dB).
TEST(StereoField, MonoLossIsWeightedAsLoudness) {
  const auto lost_at = [](double inverted_hz, double kept_hz) {
    Planes planes = sine(2, 48000 * 6, 48000.0, kept_hz, 0.2);
    Planes other = sine(1, 48000 * 6, 48000.0, inverted_hz, 0.2);
    for (std::size_t i = 0; i < other.samples[0].size(); ++i) {
      planes.samples[0][i] += other.samples[0][i];
      planes.samples[1][i] -= other.samples[0][i];
    }
    return report_of(planes).mono_loss_db;
  };
  const double low = lost_at(30.0, 2000.0), high = lost_at(2000.0, 30.0);
  EXPECT_LT(low, -2.5);
  EXPECT_GT(high, 5.0);
  // Both sums name the same two powers: kept = 2a / (a + b) and 2b / (a + b), which add up to 2.
  EXPECT_NEAR(std::pow(10.0, -low / 10.0) + std::pow(10.0, -high / 10.0), 2.0, 0.01);
  const double ratio_db = 10.0 * std::log10(std::pow(10.0, -low / 10.0) / std::pow(10.0, -high / 10.0));
  EXPECT_NEAR(ratio_db, 2.7 + 8.4, 0.6);
}

TEST(StereoField, LowestCorrelationIsThatOfTheWorstMoment) {
  Planes planes = panned(1.0, 1.0, 48000 * 10);
  for (std::size_t i = 48000 * 5; i < 48000 * 5 + 24000; ++i) planes.samples[1][i] = -planes.samples[1][i];
  EXPECT_NEAR(report_of(planes).correlation_min, -1.0, 0.01);
  // Not of a moment that nobody hears.
  for (auto& plane : planes.samples)
    for (std::size_t i = 48000 * 5 - 24000; i < 48000 * 5 + 48000; ++i) plane[i] *= 1e-4f;
  EXPECT_NEAR(report_of(planes).correlation_min, 1.0, 0.01);
}

TEST(StereoField, AnOffsetIsNoCorrelation) {
  Planes planes = noise(2, 48000 * 10, 0.1, 3);
  for (auto& plane : planes.samples)
    for (float& x : plane) x += 0.3f;
  EXPECT_NEAR(report_of(planes).correlation, 0.0, 0.02);
  EXPECT_NEAR(report_of(planes).width, 0.5, 0.02);
}

TEST(StereoField, MonoFileAndOneSilentChannel) {
  const StereoReport mono = report_of(noise(1, 48000 * 3, 0.5, 2));
  EXPECT_EQ(mono.width, 0.0);
  EXPECT_NEAR(mono.correlation, 1.0, 1e-6);
  EXPECT_EQ(mono.balance_db, 0.0);
  const StereoReport left = report_of(panned(1.0, 0.0));
  EXPECT_NEAR(left.width, 0.5, 1e-3);
  EXPECT_TRUE(std::isnan(left.correlation));
  EXPECT_EQ(left.balance_db, -60.0);
  EXPECT_NEAR(left.mono_loss_db, 0.0, 0.01);
}

TEST(StereoField, SilenceOffsetAndNothingAreUnknown) {
  for (Planes planes : {Planes(2, 48000 * 3), Planes(2, 0), constant(2, 48000 * 3, 0.5f)}) {
    const StereoReport report = report_of(planes);
    EXPECT_TRUE(std::isnan(report.width));
    EXPECT_TRUE(std::isnan(report.correlation));
    EXPECT_TRUE(std::isnan(report.correlation_min));
    EXPECT_TRUE(std::isnan(report.balance_db));
  }
}

TEST(StereoField, EveryRateAndShortFiles) {
  for (const double rate_hz : {8000.0, 22050.0, 96000.0, 192000.0}) {
    const StereoReport report = report_of(panned(1.0, 0.5, static_cast<int>(rate_hz)), rate_hz);
    EXPECT_NEAR(report.width, 0.25, 1e-3) << rate_hz;
    EXPECT_NEAR(report.band_width[3], 0.25, 1e-3) << rate_hz;
    EXPECT_EQ(std::isnan(report.band_width[6]), rate_hz == 8000.0) << rate_hz;
  }
  const StereoReport brief = report_of(panned(1.0, 0.5, 9600));
  EXPECT_NEAR(brief.width, 0.25, 1e-3);
  EXPECT_TRUE(std::isnan(brief.correlation_min));
}

TEST(StereoField, BlockCutsDoNotShowAndResetIsFresh) {
  Planes planes = music(2, 44100 * 4 + 13, 44100.0, 0.8, 8);
  const StereoReport whole = report_of(planes, 44100.0, 44100 * 5);
  for (const int block : {1, 127, 441, 4096}) {
    StereoField field;
    ASSERT_EQ(field.prepare(long_grid_of(planes, 44100.0), kHourS), Status::ok);
    Planes other = noise(2, 44100, 0.7, 3);
    listen(field, other, 44100.0);
    field.reset();
    listen(field, planes, 44100.0, block);
    const StereoReport cut = find_stereo(field);
    EXPECT_EQ(cut.width, whole.width);
    EXPECT_EQ(cut.correlation, whole.correlation);
    EXPECT_EQ(cut.correlation_min, whole.correlation_min);
    EXPECT_EQ(cut.mono_loss_db, whole.mono_loss_db);
    EXPECT_EQ(cut.band_width[3], whole.band_width[3]);
  }
}

TEST(StereoField, MakesNoHeapCallsWhileItHears) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  Planes planes = music(2, 48000 * 4, 48000.0, 0.9, 1);
  StereoField field;
  ASSERT_EQ(field.prepare(long_grid_of(planes, 48000.0), 2.0), Status::ok);
  Stft stft;
  ASSERT_EQ(stft.prepare(long_grid_of(planes, 48000.0)), Status::ok);
  (void)planes.slice(0, 0);
  const AllocationGuard guard;
  for (int at = 0; at < 48000 * 4; at += 480) {
    field.process(ConstAudioBlock(planes.slice(at, 480)));
    stft.process(planes.slice(at, 480), [&field](const SpectrumFrame& frame) { field.process(frame); });
  }
  EXPECT_EQ(guard.heap_calls(), 0);
}

}  // namespace
}  // namespace ag06::analysis
