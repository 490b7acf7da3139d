#include "dsp/resample/resampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "support/measure.h"
#include "support/signals.h"
#include "support/spectrum.h"

namespace ag06::dsp {
namespace {

using test::Planes;
using test::Random;
using test::sine;
using test::to_db;

constexpr double kTonePeak = 0.9;

struct Pair {
  double in_hz, out_hz;
};
std::string name_of(Pair pair) { return std::to_string(pair.in_hz) + " -> " + std::to_string(pair.out_hz); }

const std::vector<Pair> kUsualPairs = {{44100, 48000}, {48000, 44100},  {44100, 88200},  {88200, 44100},  {44100, 96000},  {96000, 44100}, {48000, 96000},
                                       {96000, 48000}, {88200, 48000}, {192000, 48000}, {48000, 192000}, {192000, 44100}, {44100, 192000}, {176400, 48000}};
// Too many positions for an exact table, a rate that is no whole number, and the ends of the range.
const std::vector<Pair> kOddPairs = {{44056, 48000},   {48000, 44056},   {44100, 44099},  {47952.048, 48000}, {192000, 8000.5},
                                     {8000.5, 192000}, {8000, 192000}, {192000, 8000}, {11025, 48000}};

// Cuts of both sides by the given sources of frame counts; what is left is drained in pieces of drain_frames.
template <class NextFrames>
Planes converted(Resampler& resampler, Planes& in, NextFrames next_frames, int drain_frames) {
  const int channels = static_cast<int>(in.samples.size()), total = test::frame_count(in);
  Planes out(channels, 0);
  const auto append = [&](const Planes& piece, int frames) {
    for (std::size_t c = 0; c < out.samples.size(); ++c) out.samples[c].insert(out.samples[c].end(), piece.samples[c].begin(), piece.samples[c].begin() + frames);
  };
  for (int at = 0; at < total;) {
    const int frames = std::min(next_frames(), total - at);
    Planes piece(channels, resampler.max_output_frames(frames));
    const int written = resampler.process(in.slice(at, frames), piece.block());
    EXPECT_LE(written, resampler.max_output_frames(frames));
    append(piece, written);
    at += frames;
  }
  Planes piece(channels, drain_frames);
  for (int written = resampler.drain(piece.block()); written > 0; written = resampler.drain(piece.block())) append(piece, written);
  return out;
}

Planes converted(Pair pair, Planes in) {
  Resampler resampler;
  EXPECT_EQ(resampler.prepare({pair.in_hz, pair.out_hz, static_cast<int>(in.samples.size())}), Status::ok);
  return converted(resampler, in, [] { return 4096; }, 4096);
}

// Input frames so that the output's whole spectrum frame lies clear of both edges.
int frames_for(Pair pair, int out_frames) {
  const double ratio = pair.in_hz / pair.out_hz;
  return static_cast<int>((out_frames + 1000) * ratio) + static_cast<int>(600 * std::max(1.0, ratio));
}

std::vector<Pair> all_pairs() {
  std::vector<Pair> pairs = kUsualPairs;
  pairs.insert(pairs.end(), kOddPairs.begin(), kOddPairs.end());
  return pairs;
}

double lower_nyquist_hz(Pair pair) { return 0.5 * std::min(pair.in_hz, pair.out_hz); }

// Output clear of the filter's start.
int clear_of_start(Pair pair) { return 400 + static_cast<int>(120.0 * std::max(1.0, pair.out_hz / pair.in_hz)); }

TEST(Resampler, FlatToNineTenthsOfTheLowerNyquistFrequency) {
  double worst_db = 0.0;
  for (const Pair pair : all_pairs()) {
    for (const double share : {0.01, 0.3, 0.6, 0.85, 0.907}) {
      const double freq_hz = share * lower_nyquist_hz(pair);
      const int out_frames = 8192;
      const Planes out = converted(pair, sine(1, frames_for(pair, out_frames + clear_of_start(pair)), pair.in_hz, freq_hz, kTonePeak));
      const double error_db = test::tone_db(out.samples[0], clear_of_start(pair), out_frames, pair.out_hz, freq_hz) - to_db(kTonePeak);
      EXPECT_LE(std::fabs(error_db), 2e-4) << name_of(pair) << " at " << freq_hz << " Hz";
      worst_db = std::max(worst_db, std::fabs(error_db));
    }
  }
  std::printf("  largest deviation %.6f dB\n", worst_db);
}

// Every image and every alias of the tone is a line of the output's spectrum.
TEST(Resampler, SpursOfTonesToTheEndOfThePassBand) {
  double worst_db = -300.0;
  for (const Pair pair : all_pairs()) {
    for (const double share : {0.045, 0.62, 0.862, 0.885, 0.907}) {
      const double freq_hz = share * lower_nyquist_hz(pair);
      const Planes out = converted(pair, sine(1, frames_for(pair, 16384 + clear_of_start(pair)), pair.in_hz, freq_hz, kTonePeak));
      const double spur_db = test::worst_spur_dbfs(out.samples[0], clear_of_start(pair), 14, freq_hz / pair.out_hz) - to_db(kTonePeak);
      EXPECT_LE(spur_db, -144.0) << name_of(pair) << " at " << freq_hz << " Hz";
      worst_db = std::max(worst_db, spur_db);
    }
  }
  std::printf("  worst spur %.1f dB\n", worst_db);
}

TEST(Resampler, NothingComesThroughFromAboveTheLowerNyquistFrequency) {
  double worst_db = -300.0;
  for (const Pair pair : all_pairs()) {
    if (pair.out_hz > 0.99 * pair.in_hz) continue;
    for (const double share : {1.0001, 22500.0 / 22050.0, 1.2, 1.5, 1.99}) {
      const double freq_hz = share * lower_nyquist_hz(pair);
      if (freq_hz >= 0.5 * pair.in_hz) continue;
      const Planes out = converted(pair, sine(1, frames_for(pair, 16384 + clear_of_start(pair)), pair.in_hz, freq_hz, kTonePeak));
      const double alias_db = test::worst_spur_dbfs(out.samples[0], clear_of_start(pair), 14, -1.0) - to_db(kTonePeak);
      EXPECT_LE(alias_db, -144.0) << name_of(pair) << " at " << freq_hz << " Hz";
      worst_db = std::max(worst_db, alias_db);
    }
  }
  std::printf("  worst alias %.1f dB\n", worst_db);
}

// Tones in the transition band, above what is kept, must leave no image either.
TEST(Resampler, ImagesOfTheHighestTonesAreGoneToo) {
  double worst_db = -300.0;
  for (const Pair pair : all_pairs()) {
    if (pair.out_hz < 1.01 * pair.in_hz) continue;
    for (const double share : {0.93, 0.96, 0.99, 0.999}) {
      const double freq_hz = share * lower_nyquist_hz(pair);
      const Planes out = converted(pair, sine(1, frames_for(pair, 16384 + clear_of_start(pair)), pair.in_hz, freq_hz, kTonePeak));
      const double image_db = test::worst_spur_dbfs(out.samples[0], clear_of_start(pair), 14, freq_hz / pair.out_hz) - to_db(kTonePeak);
      EXPECT_LE(image_db, -144.0) << name_of(pair) << " at " << freq_hz << " Hz";
      worst_db = std::max(worst_db, image_db);
    }
  }
  std::printf("  worst image %.1f dB\n", worst_db);
}

// Sample by sample: time, phase, level and noise in one.
TEST(Resampler, AToneComesOutAsTheSameToneSampledAtTheOtherRate) {
  for (const Pair pair : all_pairs()) {
    const double freq_hz = 0.7 * lower_nyquist_hz(pair);
    const int out_frames = 4000, from = clear_of_start(pair);
    const Planes out = converted(pair, sine(1, frames_for(pair, out_frames + from), pair.in_hz, freq_hz, kTonePeak, 0.4));
    double worst = 0.0;
    for (int j = from; j < from + out_frames; ++j) {
      const double ideal = kTonePeak * std::sin(2.0 * kPi * freq_hz * j / pair.out_hz + 0.4);
      worst = std::max(worst, std::fabs(static_cast<double>(out.samples[0][static_cast<std::size_t>(j)]) - ideal));
    }
    EXPECT_LE(worst, 1e-6) << name_of(pair);
  }
}

TEST(Resampler, AnImpulseStaysAtItsInstantAndIsSymmetric) {
  for (const Pair pair : {Pair{44100, 88200}, Pair{48000, 192000}, Pair{96000, 48000}, Pair{192000, 48000}, Pair{8000, 192000}}) {
    const double ratio = pair.out_hz / pair.in_hz;
    Planes in(1, 24000);
    in.samples[0][9600] = 1.0f;  // an output frame lies at the same instant
    const Planes out = converted(pair, in);
    const int at = static_cast<int>(std::lround(9600 * ratio));
    const std::vector<float>& y = out.samples[0];
    EXPECT_EQ(std::max_element(y.begin(), y.end()) - y.begin(), at) << name_of(pair);
    for (int k = 1; k < 90; ++k)
      ASSERT_NEAR(y[static_cast<std::size_t>(at - k)], y[static_cast<std::size_t>(at + k)], 1e-7) << name_of(pair) << " +-" << k;
  }
}

TEST(Resampler, LengthsAreExact) {
  Random random(5);
  for (const Pair pair : all_pairs()) {
    Resampler resampler;
    ASSERT_EQ(resampler.prepare({pair.in_hz, pair.out_hz, 1}), Status::ok);
    std::vector<int> lengths = {0, 1, 2, 3, 7, 63, 64, 127, 440, 441, 442, 1000};
    for (int k = 0; k < 8; ++k) lengths.push_back(random.below(9000));
    for (const int length : lengths) {
      Planes in = test::noise(1, length, 0.5, 3);
      resampler.reset();
      const Planes out = converted(resampler, in, [] { return 512; }, 64);
      // In thousandths of a hertz, whole numbers throughout.
      const auto up = static_cast<std::int64_t>(std::llround(pair.out_hz * 1000.0)), down = static_cast<std::int64_t>(std::llround(pair.in_hz * 1000.0));
      EXPECT_EQ(test::frame_count(out), (2 * length * up + down) / (2 * down)) << name_of(pair) << ", " << length << " frames";
    }
  }
}

TEST(Resampler, BlockCutsChangeNoBit) {
  for (const Pair pair : {Pair{44100, 48000}, Pair{96000, 44100}, Pair{44056, 48000}, Pair{192000, 8000}, Pair{8000, 192000}, Pair{48000, 48000}}) {
    Planes in = test::noise(2, 30000, 0.9, 8);
    Resampler resampler;
    ASSERT_EQ(resampler.prepare({pair.in_hz, pair.out_hz, 2}), Status::ok);
    const Planes whole = converted(resampler, in, [] { return 30000; }, 100000);
    Random random(4);
    for (int round = 0; round < 4; ++round) {
      resampler.reset();
      const int cut = std::vector<int>{1, 127, 128, 0}[static_cast<std::size_t>(round)];
      const Planes pieces = converted(resampler, in, [&] { return cut > 0 ? cut : random.below(700); }, 1 + random.below(50));
      ASSERT_EQ(test::frame_count(pieces), test::frame_count(whole)) << name_of(pair);
      EXPECT_EQ(test::first_difference(pieces, whole), -1) << name_of(pair) << ", cut " << cut;
    }
  }
}

TEST(Resampler, MonoAndStereoAgreeAndChannelsDoNotMix) {
  for (const Pair pair : {Pair{44100, 48000}, Pair{48000, 44056}}) {
    const Planes stereo = test::noise(2, 9000, 0.9, 8);
    const Planes both = converted(pair, stereo);
    for (std::size_t c = 0; c < 2; ++c) {
      Planes one(1, 0), alone(1, 0);
      one.samples[0] = stereo.samples[c];
      alone.samples[0] = both.samples[c];
      EXPECT_EQ(test::first_difference(converted(pair, one), alone), -1) << name_of(pair) << ", channel " << c;
    }
  }
}

TEST(Resampler, AConstantStaysWithinAMillionth) {
  for (const Pair pair : all_pairs()) {
    const Planes out = converted(pair, test::constant(1, frames_for(pair, 6000), 0.7f));
    const int from = clear_of_start(pair) + 200;
    for (int j = from; j < from + 4000; ++j) ASSERT_NEAR(out.samples[0][static_cast<std::size_t>(j)], 0.7f, 7e-7) << name_of(pair);
  }
}

TEST(Resampler, ThereAndBackNullsInThePassBand) {
  Planes in(1, 60000);
  Random random(12);
  for (int tone = 0; tone < 40; ++tone) test::add_sine(in, 0, 60000, 44100.0, 40.0 + 19900.0 * random.unit(), 0.02, 6.28 * random.unit());
  for (const double middle_hz : {48000.0, 96000.0, 192000.0, 44100.0 * 1.0013}) {
    const Planes back = converted({middle_hz, 44100}, converted({44100, middle_hz}, in));
    ASSERT_EQ(test::frame_count(back), 60000);
    std::vector<double> rest;
    for (std::size_t i = 1000; i < 59000; ++i) rest.push_back(static_cast<double>(back.samples[0][i]) - static_cast<double>(in.samples[0][i]));
    EXPECT_LE(to_db(test::rms_of(rest) / test::rms_of(in.samples[0])), -120.0) << middle_hz;
  }
}

TEST(Resampler, EqualRatesCopyEveryFiniteBit) {
  Planes in = test::noise(2, 5000, 0.9, 8);
  in.samples[0][7] = -0.0f;
  in.samples[0][8] = 1e-42f;
  in.samples[1][9] = 3e38f;
  EXPECT_EQ(test::first_difference(converted({48000, 48000}, in), in), -1);
  in.samples[0][100] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(converted({48000, 48000}, in).samples[0][100], 0.0f);
}

TEST(Resampler, NonFiniteInputIsSilenceAndNothingElse) {
  for (const Pair pair : {Pair{44100, 48000}, Pair{192000, 44056}}) {
    Planes in = test::noise(2, 20000, 0.9, 8), silenced = in;
    for (const int at : {500, 501, 7000, 7001, 7002, 7003}) {
      in.samples[0][static_cast<std::size_t>(at)] = at % 2 ? std::numeric_limits<float>::quiet_NaN() : -std::numeric_limits<float>::infinity();
      silenced.samples[0][static_cast<std::size_t>(at)] = 0.0f;
    }
    EXPECT_EQ(test::first_difference(converted(pair, in), converted(pair, silenced)), -1) << name_of(pair);
    in.samples[0].assign(in.samples[0].size(), std::numeric_limits<float>::max());
    const Planes loud = converted(pair, in);
    for (const float y : loud.samples[0]) ASSERT_TRUE(is_finite(y)) << name_of(pair);
  }
}

TEST(Resampler, CountsNonFiniteSamples) {
  for (const double out_rate_hz : {48000.0, 44100.0}) {
    Resampler resampler;
    ASSERT_EQ(resampler.prepare({48000.0, out_rate_hz, 2}), Status::ok);
    Planes in = test::noise(2, 100, 0.9, 8), out(2, resampler.max_output_frames(100));
    in.samples[0][3] = in.samples[0][4] = std::numeric_limits<float>::quiet_NaN();
    in.samples[1][4] = std::numeric_limits<float>::infinity();
    resampler.process(in.block(), out.block());
    EXPECT_EQ(resampler.fault_count(), 3);
    resampler.reset();
    EXPECT_EQ(resampler.fault_count(), 0);
  }
}

TEST(Resampler, ResetEqualsFresh) {
  const Pair pair{44100, 48000};
  Planes in = test::noise(2, 9000, 0.9, 8);
  Resampler resampler;
  ASSERT_EQ(resampler.prepare({pair.in_hz, pair.out_hz, 2}), Status::ok);
  Planes spare(2, 20000);
  EXPECT_GT(resampler.process(in.block(), spare.block()), 0);
  resampler.reset();
  EXPECT_EQ(test::first_difference(converted(resampler, in, [] { return 4096; }, 100), converted(pair, in)), -1);
}

// Frame j can be computed once latency_in_frames() frames after its instant are in, and not earlier.
TEST(Resampler, LatencyIsAsStated) {
  for (const Pair pair : all_pairs()) {
    Resampler resampler;
    ASSERT_EQ(resampler.prepare({pair.in_hz, pair.out_hz, 1}), Status::ok);
    Planes in(1, resampler.latency_in_frames()), out(1, resampler.max_output_frames(resampler.latency_in_frames()));
    EXPECT_EQ(resampler.process(in.block(), out.block()), 0) << name_of(pair);
    EXPECT_GE(resampler.process(in.slice(0, 1), out.block()), 1) << name_of(pair);
  }
}

TEST(Resampler, TablesStayBelowFourMebibytes) {
  for (const Pair pair : {Pair{44100, 48000}, Pair{48000, 11025}, Pair{11025, 192000}, Pair{192000, 11025}, Pair{44056, 48000}, Pair{48000, 47999},
                          Pair{192000, 8000.001}, Pair{40960, 40950}, Pair{40950, 40960}, Pair{8000.001, 192000}}) {
    Resampler resampler;
    ASSERT_EQ(resampler.prepare({pair.in_hz, pair.out_hz, 2}), Status::ok);
    EXPECT_LT(resampler.table_bytes(), std::size_t{4} << 20) << name_of(pair);
  }
}

TEST(Resampler, RefusesWhatItCannotDo) {
  Resampler resampler;
  EXPECT_EQ(resampler.prepare({7999.0, 48000.0, 2}), Status::bad_sample_rate);
  EXPECT_EQ(resampler.prepare({48000.0, 192001.0, 2}), Status::bad_sample_rate);
  EXPECT_EQ(resampler.prepare({48000.0, std::numeric_limits<double>::quiet_NaN(), 2}), Status::bad_sample_rate);
  EXPECT_EQ(resampler.prepare({48000.0, 44100.0, 0}), Status::bad_channel_count);
  EXPECT_EQ(resampler.prepare({48000.0, 44100.0, 3}), Status::bad_channel_count);
}

}  // namespace
}  // namespace ag06::dsp
