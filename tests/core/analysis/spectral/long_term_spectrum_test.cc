#include "analysis/spectral/long_term_spectrum.h"

#include "core/analysis/spectral/listening.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

// What chance leaves: three standard deviations of the power of a band, 4.34 dB / sqrt(bandwidth * time * channels).
double chance_db(double width_hz, double duration_s, int channels) { return 3.0 * 4.34 / std::sqrt(width_hz * duration_s * channels); }

TEST(LongTermSpectrum, WhiteNoiseReadsItsShareOfThePower) {
  for (const double rate_hz : {8000.0, 44100.0, 96000.0}) {
    const double duration_s = 20.0;
    Planes white = noise(2, static_cast<int>(duration_s * rate_hz), 0.5, 21);
    Heard heard;
    hear(heard, white, rate_hz);
    const auto curve_db = find_curve_db(heard.spectrum);
    const double power = sine_power(white), octave = std::exp2(1.0 / 12.0) - std::exp2(-1.0 / 12.0);
    for (int i = 0; i < kCurvePoints; ++i) {
      const double f = curve_point_hz(i), level_db = curve_db[static_cast<std::size_t>(i)];
      if (f * std::exp2(1.0 / 12.0) > 0.5 * rate_hz) {
        EXPECT_TRUE(std::isnan(level_db)) << f;
        continue;
      }
      const double expected_db = 10.0 * std::log10(power * f * octave / (0.5 * rate_hz));
      EXPECT_NEAR(level_db, expected_db, 0.1 + chance_db(std::max(4.0, f * octave), duration_s, 2)) << f << " Hz at " << rate_hz;
    }
    const auto share = find_band_share(heard.spectrum);
    const double top_hz = std::min(20000.0, 0.5 * rate_hz);
    for (std::size_t b = 0; b < kBands; ++b) {
      const double width = std::max(0.0, std::min(kBandEdgesHz[b + 1], top_hz) - kBandEdgesHz[b]);
      EXPECT_NEAR(share[b], width / (top_hz - 20.0), 0.001 + 0.3 * chance_db(std::max(1.0, width), duration_s, 2) * width / top_hz) << kBandNames[b];
    }
  }
}

// Equal power in every octave, hence on every point.
TEST(LongTermSpectrum, PinkNoiseIsLevel) {
  for (const double rate_hz : {44100.0, 192000.0}) {
    Planes pink = noise(1, static_cast<int>(20.0 * rate_hz), 0.5, 5);
    make_pink(pink, rate_hz, 0.5);
    Heard heard;
    hear(heard, pink, rate_hz);
    const auto curve_db = find_curve_db(heard.spectrum);
    const double middle_db = 0.25 * (curve_db[34] + curve_db[35] + curve_db[36] + curve_db[37]);
    for (int i = 0; i < kCurvePoints - 12; ++i) {
      const double width_hz = curve_point_hz(i) * 0.1155;
      EXPECT_NEAR(curve_db[static_cast<std::size_t>(i)], middle_db, 0.45 + chance_db(width_hz, 20.0, 1)) << curve_point_hz(i) << " Hz at " << rate_hz;
    }
  }
}

TEST(LongTermSpectrum, ASineReadsItsLevelWhereverItLies) {
  for (const double freq_hz : {100.0, 999.0, 1001.3, 5000.7, 15000.1}) {
    Planes tone = sine(2, 48000 * 10, 48000.0, freq_hz, 0.1);
    Heard heard;
    hear(heard, tone, 48000.0);
    EXPECT_NEAR(10.0 * std::log10(heard.spectrum.band_power(0.9 * freq_hz, 1.1 * freq_hz)), -20.0, 0.1) << freq_hz;
    const auto share = find_band_share(heard.spectrum);
    for (std::size_t b = 0; b < kBands; ++b)
      EXPECT_NEAR(share[b], freq_hz > kBandEdgesHz[b] && freq_hz < kBandEdgesHz[b + 1] ? 1.0 : 0.0, 0.001) << freq_hz;
  }
}

TEST(LongTermSpectrum, SilenceDcAndNothingAreSilent) {
  Planes silence(2, 48000), nothing(1, 0), dc = constant(2, 480000, 0.5f), faint = sine(1, 48000, 48000.0, 1000.0, 1e-7);
  for (Planes* planes : {&silence, &nothing, &faint}) {
    Heard heard;
    hear(heard, *planes, 48000.0);
    EXPECT_TRUE(heard.spectrum.silent());
    for (const double share : find_band_share(heard.spectrum)) EXPECT_EQ(share, 0.0);
    for (const double level_db : find_curve_db(heard.spectrum)) EXPECT_TRUE(std::isnan(level_db));
  }
  // The constant itself is no sound; that it is switched on and off is.
  Heard heard;
  hear(heard, dc, 48000.0);
  EXPECT_LT(heard.spectrum.band_power(20.0, 20000.0), 1e-3);
}

TEST(LongTermSpectrum, ASongOfAFifthOfASecond) {
  Planes tone = sine(1, 9600, 48000.0, 1000.0, 0.5);
  Heard heard;
  hear(heard, tone, 48000.0);
  EXPECT_FALSE(heard.spectrum.silent());
  EXPECT_GT(find_band_share(heard.spectrum)[3], 0.99);
}

TEST(LongTermSpectrum, BlockCutsDoNotShowAndResetIsFresh) {
  Planes planes = music(2, 44100 * 4, 44100.0, 0.7, 4);
  Heard whole;
  hear(whole, planes, 44100.0, 44100 * 4);
  const SpectrumReport expected = find_spectrum(whole.spectrum, whole.shape);
  ASSERT_FALSE(expected.dominant_frequencies_hz.empty());
  for (const int block : {1, 127, 4096}) {
    Heard heard;
    hear(heard, planes, 44100.0, block);
    const SpectrumReport report = find_spectrum(heard.spectrum, heard.shape);
    EXPECT_EQ(report.curve_db, expected.curve_db) << block;
    EXPECT_EQ(report.dominant_frequencies_hz, expected.dominant_frequencies_hz) << block;
    EXPECT_EQ(report.mfcc_mean, expected.mfcc_mean) << block;
    EXPECT_EQ(report.zero_crossing_rate, expected.zero_crossing_rate) << block;
    EXPECT_EQ(report.flatness, expected.flatness) << block;
  }
  Stft stft;
  ASSERT_EQ(stft.prepare(whole.spectrum.grid()), Status::ok);
  whole.spectrum.reset();
  EXPECT_TRUE(whole.spectrum.silent());
  const auto sink = [&](const SpectrumFrame& frame) { whole.spectrum.process(frame); };
  stft.process(planes.block(), sink);
  stft.finish(sink);
  EXPECT_EQ(find_curve_db(whole.spectrum), expected.curve_db);
}

TEST(LongTermSpectrum, RefusesAnotherOverlap) {
  LongTermSpectrum spectrum;
  EXPECT_EQ(spectrum.prepare(short_grid({48000.0, 2, 512}), 60.0), Status::out_of_range);
}

}  // namespace
}  // namespace ag06::analysis
