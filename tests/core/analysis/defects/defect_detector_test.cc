#include "analysis/defects/defect_detector.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/defects/clean_material.h"
#include "core/analysis/defects/hearing_defects.h"
#include "support/alloc_guard.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

const Defect& only(const std::vector<Defect>& defects, DefectKind kind) {
  static const Defect kNone{};
  EXPECT_EQ(defects.size(), 1u);
  if (defects.size() != 1) return kNone;
  EXPECT_EQ(defects[0].kind, kind);
  return defects[0];
}

TEST(DefectDetector, RefusesWhatItCannotHear) {
  DefectDetector detector;
  StftGrid grid;
  grid.channels = 3;
  EXPECT_EQ(detector.prepare(grid, 60.0), Status::bad_channel_count);
  grid = {};
  grid.sample_rate_hz = 4000.0;
  EXPECT_EQ(detector.prepare(grid, 60.0), Status::bad_sample_rate);
}

TEST(DefectDetector, CountsClippedSamplesAndTheirLevel) {
  // 997 Hz driven to twice full scale and turned down by 6.4 dB: every top is flat for a third of a period.
  Planes planes = noise(2, 48000 * 5, 0.002, 3);
  double clipped = 0.0;
  for (std::size_t c = 0; c < 2; ++c)
    for (int i = 48000; i < 48000 * 3; ++i) {
      const double x = 2.0 * std::sin(2.0 * kPi * 997.0 * i / 48000.0 + 0.1 * static_cast<double>(c));
      clipped += std::fabs(x) >= 1.0;
      planes.samples[c][static_cast<std::size_t>(i)] = static_cast<float>(from_db(-6.4) * std::clamp(x, -1.0, 1.0));
    }
  const std::vector<Defect> defects = defects_of(planes);
  const Defect& defect = only(defects, DefectKind::clipping);
  EXPECT_NEAR(defect.value, clipped, 0.02 * clipped);
  EXPECT_NEAR(defect.level_db, -6.4, 0.01);
  ASSERT_FALSE(defect.places_s.empty());
  EXPECT_NEAR(defect.places_s[0], 1.0, 0.02);
  EXPECT_EQ(defect.severity, 1.0);
}

TEST(DefectDetector, ASineAtFullScaleIsNotClipped) {
  for (const double freq_hz : {20.0, 50.0, 110.0, 997.0, 12000.0})
    for (const int bits : {16, 24}) {
      Planes planes = sine(2, 48000 * 4, 48000.0, freq_hz, 0.99999);
      quantise(planes, bits);
      for (float& x : planes.samples[1]) x *= 0.95f;
      EXPECT_TRUE(defects_of(planes).empty()) << freq_hz << " Hz at " << bits;
    }
}

TEST(DefectDetector, OffsetBySizeAndSign) {
  for (const float offset : {0.003f, -0.05f}) {
    Planes planes = music(2, 48000 * 5, 48000.0, 0.5, 4);
    for (float& x : planes.samples[0]) x += offset;
    const std::vector<Defect> defects = defects_of(planes);
    EXPECT_NEAR(only(defects, DefectKind::dc_offset).value, static_cast<double>(offset), 2e-4);
  }
  const std::vector<Defect> nothing_else = defects_of(constant(2, 48000 * 5, 0.25f));
  EXPECT_NEAR(only(nothing_else, DefectKind::dc_offset).value, 0.25, 1e-6);
}

TEST(DefectDetector, PolarityMonoAndImbalance) {
  const Planes base = music(2, 48000 * 5, 48000.0, 0.5, 4);
  Planes planes = base;
  for (float& x : planes.samples[0]) x = -x;
  std::vector<Defect> defects = defects_of(planes);
  EXPECT_LT(only(defects, DefectKind::polarity).value, -0.9);
  planes = base;
  planes.samples[1] = planes.samples[0];
  defects = defects_of(planes);
  EXPECT_EQ(only(defects, DefectKind::mono).value, 0.0);
  planes = base;
  for (float& x : planes.samples[0]) x *= 0.25f;
  defects = defects_of(planes);
  EXPECT_NEAR(only(defects, DefectKind::imbalance).value, 20.0 * std::log10(4.0) + 20.0 * std::log10(0.25 / 0.3), 0.5);
  planes.samples[0].assign(planes.samples[0].size(), 0.0f);
  defects = defects_of(planes);
  EXPECT_EQ(only(defects, DefectKind::imbalance).value, 60.0);
  EXPECT_EQ(defects[0].severity, 1.0);
}

TEST(DefectDetector, HumByFrequencyAndLevel) {
  for (const double rate_hz : {8000.0, 44100.0, 96000.0})
    for (const double mains_hz : {50.0, 60.0}) {
      Planes planes = noise(2, static_cast<int>(rate_hz) * 13, 0.01, 8);
      add_hum(planes, rate_hz, mains_hz, -42.0);
      const std::vector<Defect> defects = defects_of(planes, rate_hz);
      const Defect& defect = only(defects, DefectKind::hum);
      EXPECT_NEAR(defect.value, mains_hz, 0.06);
      EXPECT_NEAR(defect.level_db, -42.0, 1.0);
    }
}

TEST(DefectDetector, ClicksAreCountedAndPlaced) {
  for (const double rate_hz : {22050.0, 44100.0, 192000.0}) {
    Planes planes = music(2, static_cast<int>(rate_hz) * 12, rate_hz, 0.4, 6);
    const int clicks = add_clicks(planes, rate_hz, 0.8, 0.5, 12);
    const std::vector<Defect> defects = defects_of(planes, rate_hz);
    const Defect& defect = only(defects, DefectKind::clicks);
    EXPECT_NEAR(defect.value, clicks, 0.2 * clicks) << rate_hz;
    ASSERT_FALSE(defect.places_s.empty());
    EXPECT_NEAR(defect.places_s[0], 0.3, 0.002);
  }
}

TEST(DefectDetector, SilencesByTheirPlaces) {
  Planes planes = music(2, 48000 * 20, 48000.0, 0.5, 4);
  for (auto& plane : planes.samples) {
    // Digital in front, and 80 dB down further on; a rest of 1.5 s is music.
    std::fill(plane.begin(), plane.begin() + 48000 * 2, 0.0f);
    for (int i = 48000 * 6; i < 48000 * 9; ++i) plane[static_cast<std::size_t>(i)] *= 1e-4f;
    std::fill(plane.begin() + 48000 * 12, plane.begin() + 48000 * 12 + 72000, 0.0f);
    std::fill(plane.begin() + 48000 * 16, plane.end(), 0.0f);
  }
  const std::vector<Defect> defects = defects_of(planes);
  const Defect& defect = only(defects, DefectKind::silence);
  EXPECT_NEAR(defect.value, 4.0, 0.06);
  ASSERT_EQ(defect.places_s.size(), 3u);
  EXPECT_NEAR(defect.places_s[0], 0.0, 0.06);
  EXPECT_NEAR(defect.places_s[1], 6.0, 0.06);
  EXPECT_NEAR(defect.places_s[2], 16.0, 0.06);
}

TEST(DefectDetector, NothingIsWrongWithNothing) {
  for (const int frames : {0, 1, 100, 9600, 40000}) EXPECT_TRUE(defects_of(Planes(2, frames)).empty()) << frames;
  const std::vector<Defect> silent = defects_of(Planes(2, 48000 * 5));
  EXPECT_NEAR(only(silent, DefectKind::silence).value, 5.0, 1e-9);
  EXPECT_EQ(silent[0].severity, 1.0);
  for (const double rate_hz : {8000.0, 44100.0, 192000.0}) {
    EXPECT_TRUE(defects_of(noise(2, static_cast<int>(0.2 * rate_hz), 0.5, 2), rate_hz).empty()) << rate_hz;
    EXPECT_TRUE(defects_of(noise(1, static_cast<int>(6.0 * rate_hz), 0.5, 2), rate_hz).empty()) << rate_hz;
    EXPECT_TRUE(defects_of(music(1, static_cast<int>(6.0 * rate_hz), rate_hz, 0.5, 2), rate_hz).empty()) << rate_hz;
  }
}

TEST(DefectDetector, WorstFirst) {
  Planes planes = music(2, 48000 * 12, 48000.0, 0.5, 4);
  for (auto& plane : planes.samples)
    for (float& x : plane) x += 0.003f;
  for (float& x : planes.samples[1]) x *= 0.02f;
  add_hum(planes, 48000.0, 50.0, -50.0);
  const std::vector<Defect> defects = defects_of(planes);
  ASSERT_GE(defects.size(), 3u);
  EXPECT_EQ(defects[0].kind, DefectKind::imbalance);
  for (std::size_t k = 1; k < defects.size(); ++k) EXPECT_GE(defects[k - 1].severity, defects[k].severity);
}

void expect_same(const std::vector<Defect>& a, const std::vector<Defect>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k) {
    EXPECT_EQ(a[k].kind, b[k].kind);
    EXPECT_EQ(a[k].value, b[k].value);
    EXPECT_EQ(a[k].severity, b[k].severity);
    EXPECT_EQ(a[k].level_db, b[k].level_db);
    EXPECT_EQ(a[k].places_s, b[k].places_s);
  }
}

TEST(DefectDetector, BlockCutsDoNotShowAndResetIsFresh) {
  Planes planes = music(2, 44100 * 9 + 13, 44100.0, 0.8, 8);
  clip(planes, 8.0, -3.0);
  add_clicks(planes, 44100.0, 0.9, 0.5, 3);
  add_hum(planes, 44100.0, 50.0, -35.0);
  const std::vector<Defect> whole = defects_of(planes, 44100.0, 44100 * 10);
  EXPECT_GE(whole.size(), 3u);
  for (const int block : {1, 127, 441, 4096}) {
    DefectDetector detector;
    ASSERT_EQ(detector.prepare(long_grid_of(planes, 44100.0), kHourS), Status::ok);
    Planes other = noise(2, 44100 * 5, 0.7, 3);
    listen(detector, other, 44100.0);
    detector.reset();
    listen(detector, planes, 44100.0, block);
    expect_same(find_defects(detector), whole);
  }
}

TEST(DefectDetector, MakesNoHeapCallsWhileItHears) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  Planes planes = music(2, 48000 * 10, 48000.0, 0.9, 1);
  clip(planes, 6.0, 0.0);
  DefectDetector detector;
  ASSERT_EQ(detector.prepare(long_grid_of(planes, 48000.0), 5.0), Status::ok);
  Stft stft;
  ASSERT_EQ(stft.prepare(long_grid_of(planes, 48000.0)), Status::ok);
  (void)planes.slice(0, 0);
  const AllocationGuard guard;
  for (int at = 0; at < 48000 * 10; at += 480) {
    detector.process(ConstAudioBlock(planes.slice(at, 480)));
    stft.process(planes.slice(at, 480), [&detector](const SpectrumFrame& frame) { detector.process(frame); });
  }
  EXPECT_EQ(guard.heap_calls(), 0);
}

}  // namespace
}  // namespace ag06::analysis
