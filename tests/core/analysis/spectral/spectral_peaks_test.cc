#include "analysis/spectral/spectral_peaks.h"

#include "analysis/spectral/angle.h"
#include "core/analysis/spectral/listening.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

[[nodiscard]] std::vector<SpectralPeak> peaks_of(Planes& planes, double sample_rate_hz) {
  Heard heard;
  hear(heard, planes, sample_rate_hz);
  return find_peaks(heard.spectrum, 8);
}

TEST(AngleOf, EqualsTheArctangent) {
  for (int i = -1000; i <= 1000; ++i) {
    const double angle = kPi * i / 1000.0;
    for (const double radius : {1e-30, 1.0, 1e12}) {
      const double re = radius * std::cos(angle), im = radius * std::sin(angle);
      EXPECT_NEAR(std::remainder(angle_of(re, im) - std::atan2(im, re), 2.0 * kPi), 0.0, 1e-12) << i;
    }
  }
  EXPECT_EQ(angle_of(0.0, 0.0), 0.0);
  EXPECT_NEAR(angle_of(-1.0, 0.0), kPi, 1e-15);
}

// Steady tones, two seconds: 20 Hz to 20 kHz, off every bin's centre.
TEST(SpectralPeaks, OneToneWithinATenthOfAHertz) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    double worst_hz = 0.0;
    for (double freq_hz = 20.0; freq_hz < 20000.0; freq_hz *= 1.37) {
      for (const double tone_hz : {freq_hz, freq_hz + 0.7, freq_hz + 1.3}) {
        Planes tone = sine(1, static_cast<int>(2.0 * rate_hz), rate_hz, tone_hz, 0.25, tone_hz);
        const std::vector<SpectralPeak> peaks = peaks_of(tone, rate_hz);
        ASSERT_EQ(peaks.size(), 1u) << tone_hz << " Hz at " << rate_hz;
        EXPECT_NEAR(peaks[0].frequency_hz, tone_hz, 0.1) << rate_hz;
        EXPECT_NEAR(peaks[0].level_db, 20.0 * std::log10(0.25), 0.5);
        worst_hz = std::max(worst_hz, std::fabs(peaks[0].frequency_hz - tone_hz));
      }
    }
    std::printf("worst error of one tone at %.0f Hz: %.4f Hz\n", rate_hz, worst_hz);
  }
}

TEST(SpectralPeaks, TheEndsOfTheRange) {
  for (const double rate_hz : {8000.0, 22050.0, 44100.0, 48000.0, 192000.0})
    for (const double tone_hz : {20.0, 20.4, 21.0, 3500.0, 9999.9, 19999.7, 20000.0}) {
      if (tone_hz > 0.45 * rate_hz) continue;
      Planes tone = sine(2, static_cast<int>(2.0 * rate_hz), rate_hz, tone_hz, 0.5, 1.0);
      const std::vector<SpectralPeak> peaks = peaks_of(tone, rate_hz);
      ASSERT_EQ(peaks.size(), 1u) << tone_hz << " Hz at " << rate_hz;
      EXPECT_NEAR(peaks[0].frequency_hz, tone_hz, 0.1) << rate_hz;
    }
}

TEST(SpectralPeaks, TwoAndThreeTonesAtOnceStrongestFirst) {
  const double rate_hz = 44100.0;
  const double chords_hz[][3] = {
      {20.0, 50.0, 20000.0}, {110.0, 138.59, 164.81}, {440.0, 465.0, 1000.3}, {41.2, 82.4, 123.6}, {7999.1, 8030.0, 8061.7}};
  for (const auto& chord_hz : chords_hz)
    for (const int count : {2, 3}) {
      Planes planes(1, 2 * 44100);
      for (int i = 0; i < count; ++i) add_sine(planes, 0, 2 * 44100, rate_hz, chord_hz[i], 0.3 / (1.0 + i), 0.7 * i);
      const std::vector<SpectralPeak> peaks = peaks_of(planes, rate_hz);
      ASSERT_EQ(static_cast<int>(peaks.size()), count) << chord_hz[0];
      for (int i = 0; i < count; ++i) {
        EXPECT_NEAR(peaks[static_cast<std::size_t>(i)].frequency_hz, chord_hz[i], 0.1) << i;
        EXPECT_NEAR(peaks[static_cast<std::size_t>(i)].level_db, 20.0 * std::log10(0.3 / (1.0 + i)), 0.5) << i;
      }
    }
}

TEST(SpectralPeaks, ATone20DbUnderNoiseIsFound) {
  Planes planes = noise(2, 10 * 48000, 0.5, 3);
  add_sine(planes, 0, 10 * 48000, 48000.0, 2345.6, 0.05);
  const std::vector<SpectralPeak> peaks = peaks_of(planes, 48000.0);
  ASSERT_EQ(peaks.size(), 1u);
  EXPECT_NEAR(peaks[0].frequency_hz, 2345.6, 0.1);
}

TEST(SpectralPeaks, NoneInNoise) {
  for (const double rate_hz : {8000.0, 44100.0})
    for (const double duration_s : {0.2, 0.5, 1.0, 2.0, 20.0})
      for (std::uint32_t seed = 1; seed <= (duration_s > 10.0 ? 1u : 4u); ++seed)
        for (const bool pink : {false, true})
          for (const int channels : {1, 2}) {
            Planes planes = noise(channels, static_cast<int>(duration_s * rate_hz), 0.5, seed);
            if (pink) make_pink(planes, rate_hz, 0.5);
            EXPECT_TRUE(peaks_of(planes, rate_hz).empty())
                << rate_hz << " Hz, " << duration_s << " s, " << pink << ' ' << channels << " seed " << seed;
          }
}

TEST(SpectralPeaks, NoneInSilenceDcClicksAndNothing) {
  Planes silence(2, 48000), nothing(1, 0), click(1, 48000), dc = constant(2, 96000, 0.5f);
  click.samples[0][20000] = 1.0f;
  for (Planes* planes : {&silence, &nothing, &click, &dc}) EXPECT_TRUE(peaks_of(*planes, 48000.0).empty());
}

}  // namespace
}  // namespace ag06::analysis
