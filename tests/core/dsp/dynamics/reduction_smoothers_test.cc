// The compressor's curves and smoothers against their definitions, each by itself.
#include "dsp/dynamics/reduction_smoothers.h"

#include <gtest/gtest.h>

#include <vector>

#include "dsp/dynamics/compression_curves.h"
#include "support/measure.h"

namespace ag06::dsp {
namespace {

constexpr double kRateHz = 48000.0;

TEST(OptoCurve, IsItsFormulaAndItsSteepnessIsItsDerivative) {
  for (const double ratio : {1.0, 2.0, 4.0, 100.0})
    for (const double knee_db : {0.0, 6.0, 40.0}) {
      OptoCurve curve;
      curve.set(-30.0, 1.0 - 1.0 / ratio, knee_db);
      for (double level_dbfs = -80.0; level_dbfs <= 20.0; level_dbfs += 1.0) {
        const double over_db = std::max(0.0, level_dbfs + 30.0), softness_db = 3.0 + knee_db, slope = 1.0 - 1.0 / ratio;
        const auto at = [&](double x) { return static_cast<double>(curve.reduction_db(splat4(static_cast<float>(x)))[0]); };
        EXPECT_NEAR(at(level_dbfs), slope * over_db * over_db / (over_db + softness_db), 2e-5);
        const double difference = level_dbfs > -30.0 ? (at(level_dbfs + 0.05) - at(level_dbfs - 0.05)) / 0.1 : 0.0;
        EXPECT_NEAR(static_cast<double>(curve.steepness(splat4(static_cast<float>(level_dbfs)))[0]), difference, 1e-3);
      }
    }
}

// What the cell does after a reduction of 1 dB held for held_ms.
std::vector<float> release_after(double held_ms, double release_ms, double attack_ms, double seconds) {
  OptoCell cell;
  const OptoCell::Times times = OptoCell::times(attack_ms, release_ms, kRateHz);
  cell.snap(0.0, times);
  const std::vector<float> held(static_cast<std::size_t>(held_ms * 0.001 * kRateHz), 1.0f), none(static_cast<std::size_t>(seconds * kRateHz), 0.0f);
  const std::vector<float> attacks(std::max(held.size(), none.size()), static_cast<float>(times.attack));
  std::vector<float> out(attacks.size());
  cell.process(held.data(), attacks.data(), static_cast<int>(held.size()), times, out.data());
  cell.process(none.data(), attacks.data(), static_cast<int>(none.size()), times, out.data());
  out.resize(none.size());
  return out;
}

TEST(OptoCell, HalfOfALongReductionGoesFastAndTheRestSlowly) {
  for (const double release_ms : {20.0, 150.0, 600.0}) {
    const auto left = release_after(100.0 * release_ms, release_ms, 0.02, 0.02 * release_ms);
    const auto at = [&](double releases) { return static_cast<double>(left[static_cast<std::size_t>(releases * release_ms * 0.001 * kRateHz)]); };
    std::size_t half = 0;
    while (left[half] > 0.5f) ++half;
    EXPECT_NEAR(static_cast<double>(half), 0.4 * release_ms * 0.001 * kRateHz, 0.05 * 0.4 * release_ms * 0.001 * kRateHz + 1.0);
    EXPECT_GT(at(1.5), 0.33);
    // The tail's own time constant, between 3 and 13 release times.
    EXPECT_NEAR(10.0 / std::log(at(3.0) / at(13.0)), 10.0, 0.5) << "release " << release_ms;
  }
}

TEST(OptoCell, AShortReductionLeavesNoTail) {
  const auto burst = release_after(30.0, 150.0, 0.02, 3.0), passage = release_after(10000.0, 150.0, 0.02, 3.0);
  const std::size_t later = static_cast<std::size_t>(0.225 * kRateHz);
  EXPECT_LT(burst[later], 0.05f);
  EXPECT_GT(passage[later], 0.33f);
}

TEST(OptoCell, TheAttackShortensByTheRatioUpToFour) {
  for (const double ratio : {1.0, 2.0, 4.0, 20.0}) {
    const OptoCell::Times times = OptoCell::times(10.0, 150.0, kRateHz);
    OptoCell cell;
    cell.snap(0.0, times);
    const std::vector<float> wanted(9600, 1.0f);
    const std::vector<float> attacks(9600, OptoCell::attack(splat4(static_cast<float>(1.0 - 1.0 / ratio)), times)[0]);
    std::vector<float> out(9600);
    cell.process(wanted.data(), attacks.data(), 9600, times, out.data());
    int reached = 0;
    while (out[static_cast<std::size_t>(reached)] < 0.632121f) ++reached;
    const double expected = 480.0 / std::min(ratio, 4.0);
    EXPECT_NEAR(reached, expected, 0.05 * expected + 1.0) << "ratio " << ratio;
  }
}

// A compressor that listens to its own output, of ratio 4: d r / dt = ((ratio - 1) (over - r) - r) / attack.
TEST(OptoCell, TheAttackIsThatOfAFeedbackLoop) {
  const OptoCell::Times times = OptoCell::times(20.0, 150.0, kRateHz);
  OptoCell cell;
  cell.snap(0.0, times);
  const std::vector<float> wanted(4800, 9.0f), attacks(4800, OptoCell::attack(splat4(0.75f), times)[0]);
  std::vector<float> out(4800);
  cell.process(wanted.data(), attacks.data(), 4800, times, out.data());
  double loop_db = 0.0;
  for (std::size_t i = 0; i < 4800; ++i) {
    for (int k = 0; k < 16; ++k) loop_db += (3.0 * (12.0 - loop_db) - loop_db) / (20.0 * 48.0 * 16.0);
    ASSERT_NEAR(static_cast<double>(out[i]), loop_db, 0.05) << i;
  }
}

TEST(DecoupledSmoother, StatesNeverBecomeDenormalAndEnd) {
  DecoupledSmoother smoother;
  smoother.snap(20.0);
  OptoCell cell;
  const OptoCell::Times cell_times = OptoCell::times(0.1, 1.0, kRateHz);
  cell.snap(20.0, cell_times);
  const std::vector<float> none(480000, 0.0f), attacks(480000, 1.0f);
  std::vector<float> modern(480000), opto(480000);
  smoother.process(none.data(), 480000, DecoupledSmoother::times(0.1, 1.0, kRateHz), modern.data());
  cell.process(none.data(), attacks.data(), 480000, cell_times, opto.data());
  for (const auto* out : {&modern, &opto}) {
    for (const float x : *out) ASSERT_NE(std::fpclassify(x), FP_SUBNORMAL);
    EXPECT_LT(out->back(), 1e-20f);
  }
}

}  // namespace
}  // namespace ag06::dsp
