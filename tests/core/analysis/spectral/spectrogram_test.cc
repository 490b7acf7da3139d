#include "analysis/spectral/spectrogram.h"

#include "core/analysis/spectral/listening.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

[[nodiscard]] int pixel(const Spectrogram& picture, int column, int band) { return picture.data()[column * Spectrogram::kBands + band]; }
[[nodiscard]] int band_of(double freq_hz) {
  int best = 0;
  for (int b = 0; b < Spectrogram::kBands; ++b)
    if (std::fabs(std::log(Spectrogram::band_hz(b) / freq_hz)) < std::fabs(std::log(Spectrogram::band_hz(best) / freq_hz))) best = b;
  return best;
}

TEST(Spectrogram, ToneAtItsPlaceAndLevel) {
  EXPECT_NEAR(Spectrogram::band_hz(0), 30.0, 1e-9);
  EXPECT_NEAR(Spectrogram::band_hz(Spectrogram::kBands - 1), 16000.0, 1e-6);
  const double bin_hz = 48000.0 / 2048.0;
  for (const int bin : {10, 50, 200, 600}) {
    Planes tone = sine(1, 48000 * 2, 48000.0, bin * bin_hz, 0.1);
    Heard heard;
    hear(heard, tone, 48000.0);
    const Spectrogram& picture = heard.picture;
    EXPECT_EQ(picture.columns(), 200);
    EXPECT_NEAR(picture.step_s(), 0.01, 1e-12);
    // -20 dB: four fifths of the way up from -100.
    EXPECT_NEAR(pixel(picture, 100, band_of(bin * bin_hz)), 204, 1) << bin;
    EXPECT_LT(pixel(picture, 100, band_of(bin * bin_hz * 2.0)), 60) << bin;
  }
}

// However long the song: the same as the maximum over the columns of the finest picture.
TEST(Spectrogram, MergesIntoTheMaximum) {
  const StftGrid grid = short_grid({8000.0, 1, 512});
  for (const int frames : {1199, 1200, 1201, 2400, 2401, 5000, 9700}) {
    Spectrogram picture;
    ASSERT_EQ(picture.prepare(grid, 3600.0), Status::ok);
    std::vector<float> power(static_cast<std::size_t>(grid.bins()));
    Random random(5);
    const int bin = static_cast<int>(1000.0 / grid.bin_hz()), band = band_of(bin * grid.bin_hz());
    std::vector<double> level_db;
    for (int i = 0; i < frames; ++i) {
      level_db.push_back(0.1 - random.below(120));
      power[static_cast<std::size_t>(bin)] = static_cast<float>(std::pow(10.0, 0.1 * level_db.back()));
      picture.process(SpectrumFrame{i, i * 0.01, power.data(), nullptr, nullptr});
    }
    const int per_column = static_cast<int>(picture.step_s() / grid.hop_s() + 0.5);
    EXPECT_EQ(picture.columns(), (frames + per_column - 1) / per_column);
    EXPECT_LE(picture.columns(), Spectrogram::kMaxColumns);
    if (frames > Spectrogram::kMaxColumns) {
      EXPECT_GE(picture.columns(), Spectrogram::kMaxColumns / 2);
    }
    for (int c = 0; c < picture.columns(); ++c) {
      double loudest_db = -200.0;
      for (int i = c * per_column; i < std::min(frames, (c + 1) * per_column); ++i)
        loudest_db = std::max(loudest_db, level_db[static_cast<std::size_t>(i)]);
      ASSERT_EQ(pixel(picture, c, band), static_cast<int>(std::clamp((loudest_db + 100.0) * 2.55 + 0.5, 0.0, 255.0))) << frames << ' ' << c;
    }
  }
}

TEST(Spectrogram, EdgesOfLevelFrequencyAndTime) {
  Planes silence(2, 48000), loud = sine(1, 48000, 48000.0, 1000.0, 4.0);
  Heard of_silence, of_loud;
  hear(of_silence, silence, 48000.0);
  for (int i = 0; i < of_silence.picture.columns() * Spectrogram::kBands; ++i) ASSERT_EQ(of_silence.picture.data()[i], 0);
  hear(of_loud, loud, 48000.0);
  EXPECT_EQ(pixel(of_loud.picture, 50, band_of(1000.0)), 255);
  for (const double rate_hz : {8000.0, 192000.0}) {
    Planes white = noise(2, static_cast<int>(rate_hz), 0.9, 1);
    Heard heard;
    hear(heard, white, rate_hz);
    for (int b = 0; b < Spectrogram::kBands; ++b)
      EXPECT_EQ(pixel(heard.picture, 50, b) > 0, Spectrogram::band_hz(b) <= 0.5 * rate_hz) << Spectrogram::band_hz(b);
  }
  Spectrogram picture;
  const StftGrid grid = short_grid({8000.0, 1, 512});
  ASSERT_EQ(picture.prepare(grid, 1.0), Status::ok);
  std::vector<float> power(static_cast<std::size_t>(grid.bins()), 1.0f);
  for (int i = 0; i < 1000; ++i) picture.process(SpectrumFrame{i, i * 0.01, power.data(), nullptr, nullptr});
  EXPECT_EQ(picture.columns(), grid.frames_for_s(1.0)) << "past the longest duration nothing is added";
  picture.reset();
  EXPECT_EQ(picture.columns(), 0);
}

}  // namespace
}  // namespace ag06::analysis
