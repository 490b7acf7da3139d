#include "analysis/gating_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/loudness_scale.h"
#include "support/music.h"

namespace ag06::analysis {
namespace {
using test::Random;

constexpr double kBinLu = 1.0 / GatingHistogram::kBinsPerLu;

[[nodiscard]] double mean_above(const std::vector<double>& levels_lufs, double floor_lufs) {
  double energy = 0.0, count = 0.0;
  for (const double level_lufs : levels_lufs)
    if (level_lufs >= floor_lufs) {
      energy += std::pow(10.0, (level_lufs + 0.691) / 10.0);
      ++count;
    }
  return energy / count;
}

[[nodiscard]] double percentile_above(std::vector<double> levels_lufs, double share_ratio, double floor_lufs) {
  levels_lufs.erase(std::remove_if(levels_lufs.begin(), levels_lufs.end(), [=](double level_lufs) { return level_lufs < floor_lufs; }), levels_lufs.end());
  std::sort(levels_lufs.begin(), levels_lufs.end());
  return levels_lufs[static_cast<std::size_t>(std::round(static_cast<double>(levels_lufs.size() - 1) * share_ratio + 1.0)) - 1];
}

struct Filled {
  Filled(int blocks, double lowest_lufs, double highest_lufs, std::uint32_t seed) {
    histogram.prepare();
    Random random(seed);
    for (int i = 0; i < blocks; ++i) {
      levels_lufs.push_back(lowest_lufs + (highest_lufs - lowest_lufs) * random.unit());
      histogram.add(energy_of(levels_lufs.back()));
    }
  }
  GatingHistogram histogram;
  std::vector<double> levels_lufs;
};

TEST(GatingHistogram, AgreesWithTheListOfBlocks) {
  // Few blocks, packed into less than a bin, up to the last that is kept one by one.
  const struct {
    int blocks;
    double lowest_lufs, highest_lufs;
  } cases[] = {{1, -23, -23}, {5, -30, -20}, {600, -30.004, -30.0}, {3000, -75, 5}, {GatingHistogram::kBlocksKept, -90, -10}};
  for (const auto& c : cases)
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
      SCOPED_TRACE(testing::Message() << c.blocks << " blocks, seed " << seed);
      const Filled filled(c.blocks, c.lowest_lufs, c.highest_lufs, seed);
      const double gate_lufs = std::max(lufs_of(mean_above(filled.levels_lufs, kAbsoluteGateLufs)) - 10.0, kAbsoluteGateLufs);
      EXPECT_NEAR(filled.histogram.gate_lufs(-10.0), gate_lufs, 1e-9);
      for (const double floor_lufs : {gate_lufs, -30.0021, -60.0, GatingHistogram::kLowestLufs}) {
        if (floor_lufs > c.highest_lufs) continue;
        SCOPED_TRACE(floor_lufs);
        if (std::count_if(filled.levels_lufs.begin(), filled.levels_lufs.end(), [=](double level_lufs) { return level_lufs >= floor_lufs; }) == 0) continue;
        const double mean = mean_above(filled.levels_lufs, floor_lufs);
        EXPECT_NEAR(filled.histogram.mean_energy_above(floor_lufs) / mean, 1.0, 1e-9);
        for (const double share_ratio : {0.0, 0.02, 0.1, 0.5, 0.95, 1.0})
          EXPECT_NEAR(filled.histogram.percentile_lufs(share_ratio, floor_lufs), percentile_above(filled.levels_lufs, share_ratio, floor_lufs), kBinLu) << share_ratio;
      }
    }
}

// Twenty-eight hours: the gate's bin holds one block in 4000, so that its shift is below a thousandth of a LU.
TEST(GatingHistogram, LongStreamsStayWithinAThousandth) {
  const Filled filled(1000000, -60.0, -20.0, 9);
  const double gate_lufs = lufs_of(mean_above(filled.levels_lufs, kAbsoluteGateLufs)) - 10.0;
  EXPECT_NEAR(filled.histogram.gate_lufs(-10.0), gate_lufs, 1e-9);
  EXPECT_NEAR(lufs_of(filled.histogram.mean_energy_above(gate_lufs)), lufs_of(mean_above(filled.levels_lufs, gate_lufs)), 0.001);
  for (const double share_ratio : {0.1, 0.95})
    EXPECT_NEAR(filled.histogram.percentile_lufs(share_ratio, gate_lufs), percentile_above(filled.levels_lufs, share_ratio, gate_lufs), kBinLu);
}

TEST(GatingHistogram, QuietBlocksDoNotMoveTheGate) {
  Filled filled(100, -30.0, -20.0, 3);
  const double gate_lufs = filled.histogram.gate_lufs(-10.0);
  for (int i = 0; i < 1000; ++i) filled.histogram.add(energy_of(-70.001));
  EXPECT_EQ(filled.histogram.gate_lufs(-10.0), gate_lufs);
  filled.histogram.add(energy_of(-69.999));
  EXPECT_LT(filled.histogram.gate_lufs(-10.0), gate_lufs);
}

TEST(GatingHistogram, GateNeverLiesBelowTheAbsoluteOne) {
  const Filled filled(100, -69.0, -61.0, 4);
  EXPECT_EQ(filled.histogram.gate_lufs(-20.0), kAbsoluteGateLufs);
}

TEST(GatingHistogram, NothingToMeasure) {
  GatingHistogram histogram;
  histogram.prepare();
  for (const double energy : {0.0, 1e-300, energy_of(-120.5)}) histogram.add(energy);
  EXPECT_TRUE(std::isnan(histogram.gate_lufs(-10.0)));
  EXPECT_TRUE(std::isnan(histogram.percentile_lufs(0.5, GatingHistogram::kLowestLufs)));
  EXPECT_EQ(histogram.mean_energy_above(GatingHistogram::kLowestLufs), 0.0);
}

TEST(GatingHistogram, FarBeyondFullScaleCountsWithItsEnergy) {
  GatingHistogram histogram;
  histogram.prepare();
  histogram.add(energy_of(45.0));
  histogram.add(energy_of(60.0));
  EXPECT_NEAR(histogram.gate_lufs(0.0), lufs_of((energy_of(45.0) + energy_of(60.0)) / 2.0), 1e-9);
  EXPECT_NEAR(histogram.mean_energy_above(0.0) / energy_of(60.0), 0.5 + 0.5 * std::pow(10.0, -1.5), 1e-9);
}

TEST(GatingHistogram, ClearedIsFresh) {
  Filled used(GatingHistogram::kBlocksKept + 10, -90.0, 20.0, 5);
  used.histogram.clear();
  const Filled fresh(200, -40.0, -20.0, 6);
  for (const double level_lufs : fresh.levels_lufs) used.histogram.add(energy_of(level_lufs));
  EXPECT_EQ(used.histogram.gate_lufs(-10.0), fresh.histogram.gate_lufs(-10.0));
  for (const double floor_lufs : {-120.0, -35.0, -30.005}) {
    EXPECT_EQ(used.histogram.mean_energy_above(floor_lufs), fresh.histogram.mean_energy_above(floor_lufs));
    for (const double share_ratio : {0.1, 0.95}) EXPECT_EQ(used.histogram.percentile_lufs(share_ratio, floor_lufs), fresh.histogram.percentile_lufs(share_ratio, floor_lufs));
  }
}

}  // namespace
}  // namespace ag06::analysis
