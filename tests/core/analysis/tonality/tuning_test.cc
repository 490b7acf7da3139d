#include "analysis/tonality/tuning.h"

#include <gtest/gtest.h>

#include "chord_song.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test::chord_songs;

TEST(Tuning, ReadsTheModeOfTheDeviationsAcrossTheSeam) {
  for (int truth = -50; truth < 50; truth += 7) {
    std::array<double, 100> deviations{};
    for (int d = -6; d <= 6; ++d) deviations[static_cast<std::size_t>((truth + d + 200) % 100)] += 7.0 - std::abs(d);
    deviations[static_cast<std::size_t>((truth + 286) % 100)] += 12.0;  // fifth partials, 14 cents flat
    const Tuning tuning = find_tuning(deviations);
    EXPECT_LE(tuning_error_cents(tuning_hz_of(tuning.cents), truth), 2.0) << truth;
    EXPECT_GE(tuning.cents, -50.0);
    EXPECT_LT(tuning.cents, 50.0);
    EXPECT_GT(tuning.concentration_01, 0.95);
  }
  std::array<double, 100> even;
  even.fill(1.0);
  EXPECT_NEAR(find_tuning(even).concentration_01, 0.0, 1e-9);
  EXPECT_EQ(find_tuning({}).concentration_01, 0.0);
}

}  // namespace
}  // namespace ag06::analysis
