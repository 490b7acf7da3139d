#include "analysis/spectral/narrow_bands.h"

#include "core/analysis/spectral/listening.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

TEST(NarrowBands, CoverTheRangeUpwards) {
  for (const double rate_hz : {8000.0, 44100.0, 192000.0}) {
    NarrowBands bands;
    ASSERT_EQ(bands.prepare(long_grid({rate_hz, 1, 512})), Status::ok);
    EXPECT_LT(bands.centre_hz(0), 10.0);
    EXPECT_GT(bands.centre_hz(bands.bands() - 1), 0.97 * std::min(20000.0, 0.5 * rate_hz));
    for (int b = 1; b < bands.bands(); ++b) {
      EXPECT_GT(bands.centre_hz(b), bands.centre_hz(b - 1));
      if (bands.centre_hz(b) > 1000.0) {
        EXPECT_NEAR(std::log2(bands.centre_hz(b) / bands.centre_hz(b - 1)) * 48.0, 1.0, 0.2);
      }
    }
  }
}

// Percentiles of a level that is known frame by frame.
TEST(NarrowBands, PercentilesOfAKnownExcess) {
  const StftGrid grid = long_grid({48000.0, 1, 512});
  NarrowBands bands;
  ASSERT_EQ(bands.prepare(grid), Status::ok);
  std::vector<float> power(static_cast<std::size_t>(grid.bins()));
  int band = 0;
  while (bands.centre_hz(band) < 2000.0) ++band;
  for (int i = 0; i < 1000; ++i) {
    // 0 to 20 dB, each as often.
    const double excess_db = 20.0 * (i * 7919 % 1000) / 1000.0, level_lin = std::pow(10.0, -0.3 * (i % 10));
    for (int k = 0; k < grid.bins(); ++k) {
      const double hz = k * grid.bin_hz();
      const bool inside = std::fabs(std::log2(hz / bands.centre_hz(band))) * 48.0 < 0.8;
      power[static_cast<std::size_t>(k)] = static_cast<float>(level_lin * (inside ? std::pow(10.0, 0.1 * excess_db) : 1.0));
    }
    bands.process(SpectrumFrame{i, 0.0, power.data(), nullptr, nullptr});
  }
  for (const double share : {0.1, 0.2, 0.5, 0.9}) EXPECT_NEAR(bands.excess_db(band, share), 20.0 * share, 0.5) << share;
  EXPECT_NEAR(bands.excess_db(band / 2, 0.5), 0.0, 0.6);
}

// A codec's cut-off: what lies below it stands out of the void above, but not of its surroundings.
TEST(NarrowBands, ACliffIsNoLine) {
  const StftGrid grid = long_grid({48000.0, 1, 512});
  NarrowBands bands;
  ASSERT_EQ(bands.prepare(grid), Status::ok);
  std::vector<float> power(static_cast<std::size_t>(grid.bins()), 1e-4f);
  for (int k = 0; k < grid.bins(); ++k)
    if (k * grid.bin_hz() > 16000.0) power[static_cast<std::size_t>(k)] = 0.0f;
  for (int i = 0; i < 100; ++i) bands.process(SpectrumFrame{i, 0.0, power.data(), nullptr, nullptr});
  for (int b = 0; b < bands.bands(); ++b) EXPECT_LT(bands.excess_db(b, 0.5), 4.0) << bands.centre_hz(b);
}

TEST(NarrowBands, NothingHeardIsNoExcess) {
  NarrowBands bands;
  ASSERT_EQ(bands.prepare(long_grid({48000.0, 1, 512})), Status::ok);
  for (int b = 0; b < bands.bands(); ++b) EXPECT_EQ(bands.excess_db(b, 0.5), 0.0);
}

}  // namespace
}  // namespace ag06::analysis
