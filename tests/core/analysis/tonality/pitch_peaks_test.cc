#include "analysis/tonality/pitch_peaks.h"

#include <gtest/gtest.h>

#include "analysis/tonality/pitch_grid.h"
#include "chord_song.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test::chord_songs;

TEST(PitchPeaks, PlacesALoneSineWithinAThirdOfACent) {
  for (const double rate_hz : {8000.0, 44100.0, 48000.0, 192000.0}) {
    const StftGrid grid = long_grid({rate_hz, 1, 512});
    for (const double hz : {60.0, 97.3, 440.0, 1234.5, 3456.7}) {
      if (hz > 0.45 * rate_hz) continue;
      SCOPED_TRACE(testing::Message() << rate_hz << " Hz, sine of " << hz);
      std::vector<float> power;
      Stft stft;
      ASSERT_EQ(stft.prepare(grid), Status::ok);
      std::vector<float> sine(static_cast<std::size_t>(2 * grid.size));
      for (std::size_t n = 0; n < sine.size(); ++n) sine[n] = static_cast<float>(0.1 * std::sin(2.0 * kPi * hz * static_cast<double>(n) / rate_hz));
      const float* plane = sine.data();
      stft.process({&plane, 1, static_cast<int>(sine.size())}, [&](const SpectrumFrame& frame) {
        if (frame.index == 4) power.assign(frame.power, frame.power + grid.bins());
      });
      PitchPeaks peaks;
      peaks.prepare(grid);
      ASSERT_EQ(peaks.find(power.data()), 1);
      EXPECT_NEAR(peaks[0].pitch_bins * kCentsPerBin, 1200.0 * std::log2(hz / kLowestPitchHz), 0.3);
      EXPECT_NEAR(10.0 * std::log10(peaks[0].power), -20.0, 0.1);
    }
  }
}

TEST(PitchPeaks, NoiseHasNextToNone) {
  const StftGrid grid = long_grid({44100.0, 1, 512});
  Stft stft;
  ASSERT_EQ(stft.prepare(grid), Status::ok);
  Random random(3);
  std::vector<float> noise(441000);
  for (float& x : noise) x = static_cast<float>(random.unit() - 0.5);
  PitchPeaks peaks;
  peaks.prepare(grid);
  int count = 0, frames = 0;
  const float* plane = noise.data();
  stft.process({&plane, 1, static_cast<int>(noise.size())}, [&](const SpectrumFrame& frame) {
    count += peaks.find(frame.power);
    ++frames;
  });
  EXPECT_LE(static_cast<double>(count) / frames, 10.0);

}

}  // namespace
}  // namespace ag06::analysis
