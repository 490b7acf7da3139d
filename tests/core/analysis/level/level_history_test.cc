#include "analysis/level/level_history.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/loudness.h"
#include "analysis/stream_meter.h"
#include "support/alloc_guard.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

struct Heard {
  LevelHistory history;
  StreamReport stream{};
  DynamicsReport report;
};

// As the song analyser feeds it: 100 ms at a time, the loudness after each.
void hear(Heard& heard, Planes& planes, double sample_rate_hz, double tempo_bpm = DynamicsReport::kUnknown, int block_frames = 0) {
  const StreamSpec spec{sample_rate_hz, static_cast<int>(planes.samples.size()), 65536};
  LoudnessMeter loudness;
  StreamMeter meter;
  ASSERT_EQ(heard.history.prepare(spec, 3600.0), Status::ok);
  ASSERT_EQ(loudness.prepare(spec), Status::ok);
  ASSERT_EQ(meter.prepare(spec), Status::ok);
  const int frames = frame_count(planes), tenth = frames_for_ms(100.0, sample_rate_hz);
  for (int at = 0; at < frames; at += tenth) {
    const int count = std::min(tenth, frames - at);
    loudness.process(planes.slice(at, count));
    meter.process(planes.slice(at, count));
    if (count == tenth) heard.history.add_loudness(loudness.momentary_lufs(), loudness.short_term_lufs());
  }
  run(heard.history, planes, block_frames > 0 ? block_frames : frames);
  heard.stream = meter.finish();
  heard.report = find_dynamics(heard.history, heard.stream, tempo_bpm);
}

DynamicsReport report_of(Planes planes, double sample_rate_hz = 48000.0, double tempo_bpm = DynamicsReport::kUnknown) {
  Heard heard;
  hear(heard, planes, sample_rate_hz, tempo_bpm);
  return heard.report;
}

// A 1 kHz tone that rises from -60 to -10 dB in a straight line, stays 40 ms and falls to -60 dB within 200 ms, twice a second.
Planes attacks(double slope_db_per_ms, double sample_rate_hz) {
  Planes planes(1, frames_for_ms(10000.0, sample_rate_hz));
  for (int i = 0; i < frame_count(planes); ++i) {
    const double t_ms = std::fmod(1000.0 * i / sample_rate_hz, 500.0) - 100.0, rise_ms = 50.0 / slope_db_per_ms;
    double level_db = -60.0;
    if (t_ms > 0.0) level_db = std::min(-10.0, -60.0 + slope_db_per_ms * t_ms);
    if (t_ms > rise_ms + 40.0) level_db = std::max(-60.0, -10.0 - (t_ms - rise_ms - 40.0) * 0.25);
    planes.samples[0][static_cast<std::size_t>(i)] = static_cast<float>(from_db(level_db) * std::sin(2.0 * kPi * 1000.0 * i / sample_rate_hz));
  }
  return planes;
}

TEST(LevelHistory, RefusesWhatItCannotHear) {
  LevelHistory history;
  EXPECT_EQ(history.prepare({4000.0, 2, 512}, 60.0), Status::bad_sample_rate);
  EXPECT_EQ(history.prepare({48000.0, 3, 512}, 60.0), Status::bad_channel_count);
}

TEST(LevelHistory, CrestOfKnownWaves) {
  EXPECT_NEAR(report_of(sine(2, 48000 * 4, 48000.0, 1000.0, 0.25)).micro_dynamics_db, 10.0 * std::log10(2.0), 0.02);
  Planes square(1, 48000 * 4);
  for (std::size_t i = 0; i < square.samples[0].size(); ++i) square.samples[0][i] = i / 50 % 2 == 0 ? 0.5f : -0.5f;
  EXPECT_NEAR(report_of(square).micro_dynamics_db, 0.0, 0.02);
  EXPECT_NEAR(report_of(noise(2, 48000 * 4, 0.5, 3)).micro_dynamics_db, 10.0 * std::log10(3.0), 0.1);  // uniform: peak / rms = sqrt(3)
}

// The channel that carries the sound is the one that counts.
TEST(LevelHistory, CrestOfTheLouderChannel) {
  Planes planes = sine(2, 48000 * 4, 48000.0, 1000.0, 0.25);
  for (float& x : planes.samples[0]) x = 0.0f;
  EXPECT_NEAR(report_of(planes).micro_dynamics_db, 10.0 * std::log10(2.0), 0.02);
}

TEST(LevelHistory, AttackSlopeOfAStraightRise) {
  for (const double rate_hz : {8000.0, 44100.0, 192000.0})
    for (const double slope : {0.35, 1.0, 4.0, 12.0}) {
      const double measured = report_of(attacks(slope, rate_hz), rate_hz).attack_slope_db_per_ms;
      EXPECT_NEAR(measured, slope, 0.1 * slope) << rate_hz;
    }
}

TEST(LevelHistory, TransientsAreCountedOverThePiecesThatSound) {
  // Two strokes a second, each within 30 dB of its highest for 3 ms of rise, 40 ms, and 120 ms of fall: 3.3 pieces.
  const DynamicsReport sharp = report_of(attacks(10.0, 44100.0), 44100.0), soft = report_of(attacks(0.35, 44100.0), 44100.0);
  EXPECT_NEAR(sharp.transient_ratio, 1.0 / 3.3, 0.06);
  EXPECT_EQ(soft.transient_ratio, 0.0);
  EXPECT_LE(report_of(sine(1, 48000 * 5, 48000.0, 40.0, 0.5)).transient_ratio, 1.0 / 100.0);  // its beginning
}

TEST(LevelHistory, ASteadyBassIsNoRowOfAttacks) {
  for (const double freq_hz : {20.0, 30.0, 50.0, 110.0}) {
    Heard heard;
    Planes planes = sine(1, 48000 * 5, 48000.0, freq_hz, 0.5);
    hear(heard, planes, 48000.0);
    EXPECT_LE(heard.history.attacks().onsets(), 1u) << freq_hz;  // the beginning
  }
}

TEST(LevelHistory, MacroDynamicsOfTwoLevels) {
  Planes planes(2, 48000 * 60);
  add_sine(planes, 0, 48000 * 30, 48000.0, 1000.0, from_db(-14.0));
  add_sine(planes, 48000 * 30, 48000 * 30, 48000.0, 1000.0, from_db(-24.0));
  const DynamicsReport report = report_of(planes);
  EXPECT_NEAR(report.macro_dynamics_lu, 10.0, 0.05);
  EXPECT_DOUBLE_EQ(report.loudness_step_s, 0.1);
  ASSERT_EQ(report.short_term_lufs.size(), 600u);
  EXPECT_NEAR(report.short_term_lufs[200], -14.0, 0.03);
  EXPECT_NEAR(report.short_term_lufs[500], -24.0, 0.03);
  EXPECT_NEAR(report.momentary_max_lufs[299], -14.0, 0.03);
  EXPECT_TRUE(std::isnan(report.short_term_lufs[10]));  // no 3 s have passed
}

TEST(LevelHistory, AnHourOfLoudnessIsMergedByItsEnergy) {
  LevelHistory history;
  ASSERT_EQ(history.prepare({8000.0, 1, 512}, 3600.0), Status::ok);
  for (int k = 0; k < 36000; ++k) history.add_loudness(k % 30 == 7 ? -12.0 : -20.0, k % 2 == 0 ? -17.0 : -23.0);
  const DynamicsReport report = find_dynamics(history, StreamReport{}, DynamicsReport::kUnknown);
  ASSERT_EQ(report.short_term_lufs.size(), static_cast<std::size_t>(kMaxLoudnessPoints));
  EXPECT_DOUBLE_EQ(report.loudness_step_s, 3.0);
  const double mean_lufs = 10.0 * std::log10(0.5 * (std::pow(10.0, -1.7) + std::pow(10.0, -2.3)));
  for (std::size_t k = 0; k < report.short_term_lufs.size(); ++k) {
    ASSERT_NEAR(report.short_term_lufs[k], mean_lufs, 0.01);
    ASSERT_NEAR(report.momentary_max_lufs[k], -12.0, 0.01);
  }
  EXPECT_NEAR(report.macro_dynamics_lu, 6.0, 0.01);
}

// Strokes of a drum at levels 22 dB apart over soft noise, with headroom: what a compressor is for.
Planes uneven_drums(double level_lin) {
  Planes planes = noise(2, 48000 * 30, 0.002 * level_lin, 9);
  Random random(4);
  for (int hit = 0; hit < 60; ++hit) {
    const double peak_lin = level_lin * from_db(-22.0 * random.unit());
    for (int i = 0; i < 12000; ++i)
      for (auto& plane : planes.samples)
        plane[static_cast<std::size_t>(hit * 24000 + i)] +=
            static_cast<float>(peak_lin * std::exp(-i / 4000.0) * std::sin(2.0 * kPi * 180.0 * i / 48000.0));
  }
  return planes;
}

TEST(LevelHistory, AdvisesACompressorForUnevenDrumsInTimeWithTheSong) {
  const DynamicsReport at_120 = report_of(uneven_drums(0.25), 48000.0, 120.0);
  ASSERT_TRUE(at_120.compressor.advised);
  EXPECT_GT(at_120.compressor.ratio, 1.5);
  EXPECT_LE(at_120.compressor.ratio, 4.0);
  EXPECT_GT(at_120.compressor.attack_ms, 15.0);  // drums
  EXPECT_GE(at_120.compressor.release_ms, 125.0 - 1e-9);
  EXPECT_LE(at_120.compressor.release_ms, 250.0);
  EXPECT_LT(at_120.compressor.threshold_dbfs, -12.0);
  const DynamicsReport at_90 = report_of(uneven_drums(0.25), 48000.0, 90.0);
  EXPECT_NEAR(at_90.compressor.release_ms / at_120.compressor.release_ms, 120.0 / 90.0, 1e-6);
  EXPECT_EQ(report_of(uneven_drums(0.25)).compressor.release_ms, 150.0);
  // The threshold follows the level, the ratio does not.
  const DynamicsReport softer = report_of(uneven_drums(0.125), 48000.0, 120.0);
  EXPECT_NEAR(softer.compressor.threshold_dbfs, at_120.compressor.threshold_dbfs - 20.0 * std::log10(2.0), 0.2);
  EXPECT_NEAR(softer.compressor.ratio, at_120.compressor.ratio, 0.05);
}

TEST(LevelHistory, AdvisesNothingForWhatSitsOrIsTooShort) {
  EXPECT_FALSE(report_of(sine(2, 48000 * 20, 48000.0, 300.0, 0.3)).compressor.advised);
  EXPECT_FALSE(report_of(noise(2, 48000 * 20, 0.3, 1)).compressor.advised);
  Planes part = uneven_drums(0.25);
  for (auto& plane : part.samples) plane.resize(48000 * 2);
  EXPECT_FALSE(report_of(part).compressor.advised);
}

TEST(LevelHistory, SilenceShortAndOffsetAreUnknown) {
  for (Planes planes : {Planes(2, 48000 * 5), Planes(2, 0), Planes(1, 100)}) {
    const DynamicsReport report = report_of(planes);
    EXPECT_TRUE(std::isnan(report.macro_dynamics_lu));
    EXPECT_TRUE(std::isnan(report.micro_dynamics_db));
    EXPECT_TRUE(std::isnan(report.attack_slope_db_per_ms));
    EXPECT_TRUE(std::isnan(report.transient_ratio));
    EXPECT_FALSE(report.compressor.advised);
    for (const float level_lufs : report.short_term_lufs) EXPECT_TRUE(std::isnan(level_lufs));
  }
  const DynamicsReport brief = report_of(noise(2, 9600, 0.5, 2));
  EXPECT_GT(brief.micro_dynamics_db, 4.0);
  EXPECT_TRUE(std::isnan(brief.macro_dynamics_lu));
}

TEST(LevelHistory, BlockCutsDoNotShowAndResetIsFresh) {
  Planes planes = music(2, 44100 * 6 + 13, 44100.0, 0.8, 8);
  Heard whole;
  hear(whole, planes, 44100.0);
  for (const int block : {1, 7, 127, 441, 4096}) {
    Heard cut;
    hear(cut, planes, 44100.0, DynamicsReport::kUnknown, block);
    cut.history.reset();
    run(cut.history, planes, block);
    ASSERT_EQ(cut.history.pieces().size(), whole.history.pieces().size());
    for (std::size_t k = 0; k < whole.history.pieces().size(); ++k) {
      ASSERT_EQ(cut.history.pieces()[k].peak_cdb, whole.history.pieces()[k].peak_cdb);
      ASSERT_EQ(cut.history.pieces()[k].rms_cdb, whole.history.pieces()[k].rms_cdb);
    }
    EXPECT_EQ(cut.history.attacks().onsets(), whole.history.attacks().onsets());
    EXPECT_EQ(find_dynamics(cut.history, cut.stream, 120.0).attack_slope_db_per_ms, whole.report.attack_slope_db_per_ms);
  }
}

TEST(LevelHistory, RemembersNoLongerThanItWasAskedTo) {
  LevelHistory history;
  ASSERT_EQ(history.prepare({8000.0, 1, 512}, 2.0), Status::ok);
  Planes planes = noise(1, 8000 * 5, 0.5, 1);
  run(history, planes);
  EXPECT_LE(history.pieces().size(), 41u);
}

TEST(LevelHistory, MakesNoHeapCallsWhileItHears) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  LevelHistory history;
  ASSERT_EQ(history.prepare({48000.0, 2, 512}, 2.0), Status::ok);
  Planes planes = music(2, 48000 * 4, 48000.0, 0.9, 1);
  (void)planes.slice(0, 0);
  const AllocationGuard guard;
  for (int at = 0; at < 48000 * 4; at += 480) {
    history.process(planes.slice(at, 480));
    history.add_loudness(-20.0, -20.0);
  }
  EXPECT_EQ(guard.heap_calls(), 0);
}

}  // namespace
}  // namespace ag06::analysis
