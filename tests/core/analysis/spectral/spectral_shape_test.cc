#include "analysis/spectral/spectral_shape.h"

#include "core/analysis/spectral/listening.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

// White noise between 50 Hz and Nyquist: uniform.
TEST(SpectralShape, WhiteNoiseIsUniform) {
  for (const double rate_hz : {8000.0, 44100.0, 192000.0})
    for (const int channels : {1, 2}) {
      Planes white = noise(channels, static_cast<int>(5.0 * rate_hz), 0.5, 2);
      Heard heard;
      hear(heard, white, rate_hz);
      const double lowest_hz = 50.0, width_hz = 0.5 * rate_hz - lowest_hz;
      EXPECT_NEAR(heard.shape.centroid_hz() / (lowest_hz + 0.5 * width_hz), 1.0, 0.01);
      EXPECT_NEAR(heard.shape.bandwidth_hz() / (width_hz / std::sqrt(12.0)), 1.0, 0.01);
      EXPECT_NEAR(heard.shape.rolloff_hz(0.85) / (lowest_hz + 0.85 * width_hz), 1.0, 0.01);
      EXPECT_NEAR(heard.shape.flatness(), 1.0, 0.02);
      EXPECT_NEAR(heard.shape.zero_crossing_rate(), 0.5, 0.01);
    }
}

TEST(SpectralShape, ATonesWeightLiesOnTheTone) {
  for (const double freq_hz : {150.0, 1000.0, 7777.0}) {
    Planes tone = sine(2, 48000 * 3, 48000.0, freq_hz, 0.3);
    Heard heard;
    hear(heard, tone, 48000.0);
    EXPECT_NEAR(heard.shape.centroid_hz(), freq_hz, 12.0);
    EXPECT_NEAR(heard.shape.rolloff_hz(0.85), freq_hz, 24.0);
    EXPECT_LT(heard.shape.flatness(), 1e-3);
    EXPECT_NEAR(heard.shape.zero_crossing_rate(), 2.0 * freq_hz / 48000.0, 2e-5);
    EXPECT_LT(heard.shape.flux(), 0.02);
  }
}

// The song's two halves: a quiet tone and one 10 dB louder. Frames count by their energy.
TEST(SpectralShape, LoudFramesCountByTheirEnergy) {
  Planes planes(1, 48000 * 8);
  add_sine(planes, 0, 48000 * 4, 48000.0, 500.0, 0.1);
  add_sine(planes, 48000 * 4, 48000 * 4, 48000.0, 4000.0, 0.1 * std::sqrt(10.0));
  Heard heard;
  hear(heard, planes, 48000.0);
  EXPECT_NEAR(heard.shape.centroid_hz(), (500.0 + 10.0 * 4000.0) / 11.0, 20.0);
  EXPECT_NEAR(heard.shape.rolloff_hz(0.05), 500.0, 24.0);
}

TEST(SpectralShape, FlatnessOrdersToneChordMusicAndNoise) {
  Planes tone = sine(1, 96000, 48000.0, 440.0, 0.3), white = noise(1, 96000, 0.3, 8), pink = white, mix = white;
  make_pink(pink, 48000.0, 0.3);
  add_sine(mix, 0, 96000, 48000.0, 440.0, 0.9);
  double last = -1.0;
  for (Planes* planes : {&tone, &mix, &pink, &white}) {
    Heard heard;
    hear(heard, *planes, 48000.0);
    EXPECT_GT(heard.shape.flatness(), last);
    last = heard.shape.flatness();
  }
}

// A tone that jumps two octaves every 100 ms changes all it has, ten times a second, over the 46 ms of a window.
TEST(SpectralShape, FluxGrowsWithChange) {
  Planes steady = sine(1, 96000, 48000.0, 600.0, 0.3), restless(1, 96000);
  for (int i = 0; i < 20; ++i) add_sine(restless, i * 4800, 4800, 48000.0, i % 2 ? 600.0 : 2400.0, 0.3);
  Heard of_steady, of_restless;
  hear(of_steady, steady, 48000.0);
  hear(of_restless, restless, 48000.0);
  EXPECT_LT(of_steady.shape.flux(), 0.02);
  EXPECT_GT(of_restless.shape.flux(), 0.1);
  EXPECT_LT(of_restless.shape.flux(), 1.0);
}

// From the definition, in double precision with libm, on a frame that every other equals.
TEST(SpectralShape, CepstrumEqualsTheDefinition) {
  const StftGrid grid = short_grid({44100.0, 1, 512});
  std::vector<float> power(static_cast<std::size_t>(grid.bins())), pairs(2 * power.size());
  for (std::size_t k = 0; k < power.size(); ++k) {
    pairs[2 * k] = static_cast<float>(0.01 * (1.0 + std::sin(0.05 * static_cast<double>(k))));
    power[k] = pairs[2 * k] * pairs[2 * k];
  }
  MelFilterbank bank;
  ASSERT_EQ(bank.prepare(grid, {40, 50.0, 20000.0, MelScale::slaney, true}), Status::ok);
  SpectralShape shape;
  ASSERT_EQ(shape.prepare(grid, 10.0), Status::ok);
  for (int i = 0; i < 100; ++i) shape.process(SpectrumFrame{i, i * 0.01, power.data(), pairs.data(), nullptr});
  std::vector<float> mel(40);
  bank.apply(power.data(), mel.data());
  for (int i = 0; i < kMfcc; ++i) {
    double sum = 0.0;
    for (int b = 0; b < 40; ++b)
      sum += 10.0 * std::log10(std::max(1e-10, static_cast<double>(mel[static_cast<std::size_t>(b)]))) * std::cos(kPi * i * (b + 0.5) / 40.0) *
             std::sqrt((i ? 2.0 : 1.0) / 40.0);
    EXPECT_NEAR(shape.mfcc_mean()[static_cast<std::size_t>(i)], sum, 2e-3) << i;
    EXPECT_NEAR(shape.mfcc_deviation()[static_cast<std::size_t>(i)], 0.0, 1e-2) << i;
  }
  // 6 dB more moves the first coefficient by 6.02 * sqrt(40), the others not; half the frames deviate by half of it.
  const double first = shape.mfcc_mean()[0], second = shape.mfcc_mean()[1];
  for (float& p : power) p *= 4.0f;
  for (int i = 100; i < 200; ++i) shape.process(SpectrumFrame{i, i * 0.01, power.data(), pairs.data(), nullptr});
  EXPECT_NEAR(shape.mfcc_mean()[0] - first, 0.5 * 20.0 * std::log10(2.0) * std::sqrt(40.0), 2e-3);
  EXPECT_NEAR(shape.mfcc_deviation()[0], 0.5 * 20.0 * std::log10(2.0) * std::sqrt(40.0), 2e-2);
  EXPECT_NEAR(shape.mfcc_mean()[1], second, 2e-3);
}

TEST(SpectralShape, PercentilesOfTheSibilantBand) {
  Planes planes(1, 48000 * 10);
  add_sine(planes, 0, 48000 * 8, 48000.0, 7000.0, 0.01);
  add_sine(planes, 48000 * 8, 48000 * 2, 48000.0, 7000.0, 0.1);
  Heard heard;
  hear(heard, planes, 48000.0);
  EXPECT_NEAR(heard.shape.sibilant_level_db(0.5), -40.0, 0.5);
  EXPECT_NEAR(heard.shape.sibilant_level_db(0.95), -20.0, 0.5);
}

TEST(SpectralShape, WhatDoesNotSoundIsUnknown) {
  Planes silence(2, 48000), nothing(1, 0), dc = constant(1, 48000, 0.3f);
  for (Planes* planes : {&silence, &nothing}) {
    Heard heard;
    hear(heard, *planes, 48000.0);
    const SpectrumReport report = find_spectrum(heard.spectrum, heard.shape);
    for (const double value : {report.centroid_hz, report.rolloff_hz, report.bandwidth_hz, report.flatness, report.flux, report.zero_crossing_rate,
                               heard.shape.sibilant_level_db(0.5)})
      EXPECT_TRUE(std::isnan(value));
    for (const double value : report.mfcc_mean) EXPECT_EQ(value, 0.0);
    EXPECT_TRUE(report.dominant_frequencies_hz.empty());
  }
  Heard heard;
  hear(heard, dc, 48000.0);
  EXPECT_LE(heard.shape.sounding_frames(), 6) << "only its start and end sound";
  EXPECT_EQ(heard.shape.zero_crossing_rate(), 0.0);
}

TEST(SpectralShape, SilenceBetweenDoesNotDilute) {
  Planes tone = sine(1, 48000 * 2, 48000.0, 1000.0, 0.3), with_silence(1, 48000 * 8);
  std::copy(tone.samples[0].begin(), tone.samples[0].end(), with_silence.samples[0].begin());
  Heard one, other;
  hear(one, tone, 48000.0);
  hear(other, with_silence, 48000.0);
  EXPECT_NEAR(other.shape.zero_crossing_rate(), one.shape.zero_crossing_rate(), 1e-6);
  EXPECT_NEAR(other.shape.mfcc_mean()[0], one.shape.mfcc_mean()[0], 5.0);
}

TEST(ZeroCrossings, BlockCutsDoNotShow) {
  Planes planes = noise(2, 44100, 0.5, 77);
  double first = 0.0;
  for (const int block : {44100, 1, 7, 64, 127, 441, 1000}) {
    ZeroCrossings crossings;
    ASSERT_EQ(crossings.prepare({44100.0, 2, 512}), Status::ok);
    run(crossings, planes, block);
    if (block == 44100) first = crossings.rate();
    EXPECT_EQ(crossings.rate(), first) << block;
  }
  EXPECT_NEAR(first, 0.5, 0.01);
}

}  // namespace
}  // namespace ag06::analysis
