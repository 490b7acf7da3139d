#include "analysis/level_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "support/music.h"

namespace ag06::analysis {
namespace {
constexpr double kHalfBinDb = 0.5 * LevelHistogram::kBinDb;

TEST(LevelHistogram, PercentilesAreThoseOfTheSortedLevels) {
  test::Random random(7);
  LevelHistogram histogram;
  std::vector<double> levels_db;
  for (int i = 0; i < 20000; ++i) {
    levels_db.push_back(-100.0 + 110.0 * random.unit() * random.unit());
    histogram.add(levels_db.back());
  }
  std::sort(levels_db.begin(), levels_db.end());
  for (const double share_ratio : {0.01, 0.1, 0.5, 0.9, 0.99, 1.0})
    EXPECT_NEAR(histogram.percentile_db(share_ratio), levels_db[static_cast<std::size_t>(std::ceil(share_ratio * 20000.0)) - 1], kHalfBinDb + 1e-9) << share_ratio;
  // With a floor, only what lies above counts.
  const auto first = std::lower_bound(levels_db.begin(), levels_db.end(), -60.0);
  const auto above = static_cast<double>(levels_db.end() - first);
  EXPECT_NEAR(histogram.percentile_db(0.5, -60.0), first[static_cast<std::ptrdiff_t>(std::ceil(0.5 * above)) - 1], kHalfBinDb + 1e-9);
  EXPECT_NEAR(histogram.percentile_db(0.0, -60.0), *first, kHalfBinDb + 1e-9);
}

TEST(LevelHistogram, OneLevelIsEveryPercentile) {
  LevelHistogram histogram;
  for (int i = 0; i < 3; ++i) histogram.add(-12.3);
  for (const double share_ratio : {0.0, 0.5, 1.0}) EXPECT_NEAR(histogram.percentile_db(share_ratio), -12.3, kHalfBinDb);
}

TEST(LevelHistogram, SilenceAndPoisonAreLeftOut) {
  LevelHistogram histogram;
  for (const double level_db : {-120.001, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) histogram.add(level_db);
  EXPECT_EQ(histogram.total(), 0u);
  EXPECT_TRUE(std::isnan(histogram.percentile_db(0.5)));
  histogram.add(-120.0);
  EXPECT_EQ(histogram.total(), 1u);
  EXPECT_NEAR(histogram.percentile_db(0.5), -120.0, kHalfBinDb + 1e-9);
}

TEST(LevelHistogram, BeyondTheTopTheLastBinCounts) {
  LevelHistogram histogram;
  for (const double level_db : {30.0, 1000.0, std::numeric_limits<double>::infinity()}) histogram.add(level_db);
  EXPECT_EQ(histogram.total(), 3u);
  EXPECT_NEAR(histogram.percentile_db(0.5), 30.0 - kHalfBinDb, 1e-9);
}

TEST(LevelHistogram, FloorBeyondEverythingOrUnmeasured) {
  LevelHistogram histogram;
  histogram.add(-50.0);
  EXPECT_TRUE(std::isnan(histogram.percentile_db(0.5, -20.0)));
  EXPECT_TRUE(std::isnan(histogram.percentile_db(0.5, 500.0)));
  // A floor that could not be measured is none.
  EXPECT_NEAR(histogram.percentile_db(0.5, std::numeric_limits<double>::quiet_NaN()), -50.0, kHalfBinDb + 1e-9);
}

TEST(LevelHistogram, ClearedIsFresh) {
  LevelHistogram histogram;
  histogram.add(-10.0);
  histogram.clear();
  EXPECT_EQ(histogram.total(), 0u);
  EXPECT_TRUE(std::isnan(histogram.percentile_db(0.5)));
}

}  // namespace
}  // namespace ag06::analysis
