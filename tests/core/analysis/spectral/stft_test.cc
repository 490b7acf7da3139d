#include "analysis/spectral/stft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/math.h"
#include "support/fft.h"

namespace ag06::analysis {
namespace {

std::vector<float> noise(int frames, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> samples(static_cast<std::size_t>(frames));
  for (float& sample : samples) sample = static_cast<float>(random()) * 0x1p-31f - 1.0f;
  return samples;
}

TEST(RealFft, EqualsTheDoublePrecisionTransform) {
  for (const int size : {32, 512, 2048, 16384, 65536}) {
    RealFft fft;
    ASSERT_EQ(fft.prepare(size), Status::ok);
    const std::vector<float> samples = noise(size, 7u);
    std::copy(samples.begin(), samples.end(), fft.input());
    const float* spectrum = fft.forward();
    std::vector<test::Complex> truth(samples.begin(), samples.end());
    test::fft(truth);
    double error = 0.0, energy = 0.0;
    for (int k = 0; k < fft.bins(); ++k) {
      const test::Complex expected = truth[static_cast<std::size_t>(k)];
      error += std::norm(test::Complex(spectrum[2 * k], spectrum[2 * k + 1]) - expected);
      energy += std::norm(expected);
    }
    EXPECT_LT(std::sqrt(error / energy), 1e-6) << size;
  }
}

TEST(RealFft, RefusesOtherSizes) {
  RealFft fft;
  for (const int size : {-1, 0, 16, 48, 1000, 1 << 22}) EXPECT_EQ(fft.prepare(size), Status::out_of_range) << size;
}

struct Heard {
  std::vector<std::vector<float>> power;
  std::vector<double> time_s;
};

Heard hear(const StftGrid& grid, std::vector<std::vector<float>> channels, const std::vector<int>& cuts) {
  Stft stft;
  EXPECT_EQ(stft.prepare(grid), Status::ok);
  Heard heard;
  const auto sink = [&](const SpectrumFrame& frame) {
    heard.power.emplace_back(frame.power, frame.power + grid.bins());
    heard.time_s.push_back(frame.time_s);
    EXPECT_EQ(frame.right == nullptr, grid.channels == 1);
  };
  const int total = static_cast<int>(channels[0].size());
  for (int at = 0, turn = 0; at < total; ++turn) {
    const int count = std::min(cuts[static_cast<std::size_t>(turn) % cuts.size()], total - at);
    std::vector<const float*> planes;
    for (const auto& channel : channels) planes.push_back(channel.data() + at);
    stft.process({planes.data(), grid.channels, count}, sink);
    at += count;
  }
  stft.finish(sink);
  return heard;
}

TEST(Stft, ReadsASineAtItsAmplitudeInTheMiddleOfTheStream) {
  const StreamSpec spec{44100.0, 2, 512};
  const StftGrid grid = short_grid(spec);
  EXPECT_EQ(grid.size, 2048);
  EXPECT_EQ(grid.hop_frames, 441);
  std::vector<float> left(44100), right(44100, 0.0f);
  for (int n = 0; n < 44100; ++n) left[static_cast<std::size_t>(n)] = static_cast<float>(0.5 * std::sin(2.0 * kPi * 100.0 * n / grid.size));
  const Heard heard = hear(grid, {left, right}, {512});
  EXPECT_NEAR(heard.power[50][100], 0.5 * 0.25, 1e-5);  // mean over two channels, one of them silent
  EXPECT_NEAR(heard.power[50][101], 0.25 * 0.5 * 0.25, 1e-5);
  EXPECT_LT(heard.power[50][110], 1e-9);
}

TEST(Stft, HearsEveryInstantAtTheSameTimesWhateverTheCuts) {
  for (const double rate_hz : {8000.0, 44100.0, 96000.0}) {
    const StreamSpec spec{rate_hz, 1, 512};
    for (const StftGrid& grid : {short_grid(spec), long_grid(spec)}) {
      const int frames = static_cast<int>(rate_hz) + 17;
      const std::vector<float> samples = noise(frames, 3u);
      const Heard whole = hear(grid, {samples}, {frames});
      EXPECT_EQ(static_cast<int>(whole.power.size()), (frames + grid.hop_frames - 1) / grid.hop_frames);
      EXPECT_LE(static_cast<int>(whole.power.size()), grid.frames_for_s(frames / rate_hz));
      EXPECT_DOUBLE_EQ(whole.time_s[1], grid.hop_s());
      const Heard cut = hear(grid, {samples}, {1, 17, 480, 128, 4096});
      EXPECT_EQ(whole.power, cut.power);
    }
  }
}

TEST(Stft, CentresItsFramesOnTheClick) {
  const StreamSpec spec{48000.0, 1, 512};
  const StftGrid grid = short_grid(spec);
  std::vector<float> samples(48000, 0.0f);
  samples[20 * 480] = 1.0f;
  const Heard heard = hear(grid, {samples}, {100});
  std::size_t loudest = 0;
  for (std::size_t i = 0; i < heard.power.size(); ++i)
    if (heard.power[i][64] > heard.power[loudest][64]) loudest = i;
  EXPECT_EQ(loudest, 20u);
}

}  // namespace
}  // namespace ag06::analysis
