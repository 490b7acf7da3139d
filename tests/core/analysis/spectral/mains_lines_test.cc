#include "analysis/spectral/mains_lines.h"

#include "core/analysis/spectral/listening.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr int kMiddle = MainsLines::kPoints / 2;

TEST(MainsLines, ASteadySineReadsItsLevelAndPlace) {
  for (const double rate_hz : {8000.0, 44100.0, 192000.0})
    for (const double apart_hz : {-1.0, 0.0, 0.3}) {
      const double tone_hz = 150.0 + apart_hz;
      Planes tone = sine(2, static_cast<int>(15.0 * rate_hz), rate_hz, tone_hz, 0.01, 0.4);
      Heard heard;
      hear(heard, tone, rate_hz);
      const MainsLines& lines = heard.spectrum.mains_lines();
      EXPECT_GE(lines.segments(), 2);
      const int point = kMiddle + static_cast<int>(std::lround(apart_hz / MainsLines::kStepHz));
      EXPECT_NEAR(lines.level_db(0, 3, point, 0.5), -40.0, 0.5) << rate_hz << ' ' << apart_hz;
      const int far = apart_hz < 0.0 ? point + 15 : point - 15;
      EXPECT_LT(lines.level_db(0, 3, far, 0.5), -80.0) << rate_hz << ' ' << apart_hz;
    }
}

// White noise in quarters of a hertz: power * 1.5 / 6 s over half the rate, and quantiles of an exponential (one channel).
TEST(MainsLines, NoiseReadsItsDensity) {
  const double rate_hz = 8000.0;
  Planes white = noise(1, static_cast<int>(600.0 * rate_hz), 0.5, 9);
  Heard heard;
  hear(heard, white, rate_hz);
  const MainsLines& lines = heard.spectrum.mains_lines();
  const double segment_s = 64 * heard.spectrum.grid().hop_s();
  const double mean_db = 10.0 * std::log10(sine_power(white) * 1.5 / segment_s / (0.5 * rate_hz));
  double median_sum_db = 0.0, tenth_sum_db = 0.0;
  int count = 0;
  for (int harmonic = 1; harmonic <= MainsLines::kHarmonics; ++harmonic)
    for (int point = 0; point < MainsLines::kPoints; point += 5, ++count) {
      median_sum_db += lines.level_db(0, harmonic, point, 0.5);
      tenth_sum_db += lines.level_db(0, harmonic, point, 0.1);
    }
  EXPECT_NEAR(median_sum_db / count, mean_db + 10.0 * std::log10(std::log(2.0)), 0.4);
  EXPECT_NEAR(tenth_sum_db / count, mean_db + 10.0 * std::log10(-std::log(0.9)), 0.6);
}

TEST(MainsLines, SilenceAndShortSongsHaveNoSegments) {
  Planes silence(1, 48000 * 20), brief = sine(1, 48000 * 4, 48000.0, 50.0, 0.5);
  for (Planes* planes : {&silence, &brief}) {
    Heard heard;
    hear(heard, *planes, 48000.0);
    EXPECT_EQ(heard.spectrum.mains_lines().segments(), 0);
  }
}

}  // namespace
}  // namespace ag06::analysis
