#include "assist/ear.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include "support/music.h"

namespace ag06::assist {
namespace {
constexpr double kRateHz = 48000.0;

struct Heard {
  std::vector<float> mel = std::vector<float>(kMelNumbers, 99.0f);
  std::vector<float> numbers = std::vector<float>(kHeardNumbers, 99.0f);
};

// One ear for all tests: the templates take longest.
Ear& ear_at_48k() {
  static const std::unique_ptr<Ear> ear = [] {
    auto made = std::make_unique<Ear>();
    EXPECT_EQ(made->prepare({kRateHz, 2, 512}), Status::ok);
    return made;
  }();
  return *ear;
}

Heard hear(Ear& ear, test::Planes& song, int block_frames = 4096) {
  Heard heard;
  const int frames = static_cast<int>(song.samples[0].size());
  ear.reset();
  for (int at = 0; at < frames; at += block_frames) ear.process(song.slice(at, std::min(block_frames, frames - at)));
  ear.finish(heard.mel.data(), heard.numbers.data());
  return heard;
}
Heard hear(test::Planes& song) { return hear(ear_at_48k(), song); }

void expect_finite(const Heard& heard, const std::string& what) {
  for (const float x : heard.mel) ASSERT_TRUE(x >= -4.0f && x <= 2.0f) << what << " " << x;
  for (int i = 0; i < kHeardNumbers; ++i) ASSERT_LE(std::fabs(heard.numbers[static_cast<std::size_t>(i)]), 8.0f) << what << " " << i;
}

template <class Make>
test::Planes planes_of(int channels, int frames, Make&& make) {
  test::Planes planes(channels, frames);
  for (int c = 0; c < channels; ++c)
    for (int i = 0; i < frames; ++i) planes.samples[static_cast<std::size_t>(c)][static_cast<std::size_t>(i)] = make(c, i);
  return planes;
}

TEST(Ear, ExcerptsOfASong) {
  const auto frames = [](double duration_s) { return static_cast<std::int64_t>(duration_s * kRateHz); };
  EXPECT_EQ(excerpt_frames(kRateHz), 491520);
  EXPECT_EQ(excerpt_count(frames(2.99), kRateHz), 0);
  EXPECT_EQ(excerpt_count(frames(3.0), kRateHz), 1);
  EXPECT_EQ(excerpt_count(frames(15.0), kRateHz), 1);
  EXPECT_EQ(excerpt_count(frames(20.48), kRateHz), 2);
  EXPECT_EQ(excerpt_count(frames(40.0), kRateHz), 3);
  EXPECT_EQ(excerpt_count(frames(200.0), kRateHz), 6);
  EXPECT_EQ(excerpt_count(-1, kRateHz), 0);
  EXPECT_EQ(excerpt_count(frames(20.0), 0.0), 0);
  EXPECT_EQ(excerpt_start(frames(5.0), kRateHz, 0), 0);
  for (const double duration_s : {10.24, 15.0, 20.48, 33.0, 61.5, 240.0, 7200.0}) {
    std::int64_t end = 0;
    for (int i = 0; i < excerpt_count(frames(duration_s), kRateHz); ++i) {
      EXPECT_GE(excerpt_start(frames(duration_s), kRateHz, i), end) << duration_s;
      end = excerpt_start(frames(duration_s), kRateHz, i) + excerpt_frames(kRateHz);
    }
    EXPECT_LE(end, frames(duration_s)) << duration_s;
  }
}

TEST(Ear, GroupsCoverTheNumbers) {
  int at = 0;
  for (const HeardGroup& group : heard_groups()) {
    EXPECT_EQ(group.at, at) << group.name;
    at += group.count;
  }
  EXPECT_EQ(at, kHeardNumbers);
}

TEST(Ear, RefusesWhatItCannotHear) {
  Ear ear;
  EXPECT_EQ(ear.prepare({kRateHz, 3, 512}), Status::bad_channel_count);
  EXPECT_EQ(ear.prepare({1000.0, 2, 512}), Status::bad_sample_rate);
}

TEST(Ear, FiniteWhateverComes) {
  const int frames = 240000;
  const float nan = std::nanf("");
  std::vector<std::pair<std::string, test::Planes>> cases;
  cases.emplace_back("silence", planes_of(2, frames, [](int, int) { return 0.0f; }));
  cases.emplace_back("constant", planes_of(2, frames, [](int, int) { return 0.7f; }));
  cases.emplace_back("no number", planes_of(2, frames, [nan](int, int) { return nan; }));
  cases.emplace_back("infinite now and then", planes_of(2, frames, [](int, int i) { return i % 1000 == 0 ? INFINITY : 0.1f * static_cast<float>(i % 7); }));
  cases.emplace_back("far too loud", planes_of(2, frames, [](int, int i) { return i % 50 < 25 ? 1e30f : -1e30f; }));
  cases.emplace_back("hardly there", planes_of(2, frames, [](int, int i) { return i % 50 < 25 ? 1e-12f : -1e-12f; }));
  cases.emplace_back("one impulse", planes_of(2, frames, [](int, int i) { return i == 5000 ? 1.0f : 0.0f; }));
  cases.emplace_back("left only", planes_of(2, frames, [](int c, int i) { return c == 0 && i % 100 < 50 ? 0.3f : 0.0f; }));
  cases.emplace_back("against each other", planes_of(2, frames, [](int c, int i) { return (c == 0) == (i % 100 < 50) ? 0.3f : -0.3f; }));
  cases.emplace_back("one frame", planes_of(2, 1, [](int, int) { return 0.5f; }));
  cases.emplace_back("nothing", test::Planes(2, 0));
  for (auto& [name, planes] : cases) expect_finite(hear(planes), name);
  const Heard silent = hear(cases[0].second);
  EXPECT_EQ(silent.mel, std::vector<float>(kMelNumbers, -4.0f));
  EXPECT_FLOAT_EQ(silent.numbers[kLoudnessAt], -4.0f);
}

TEST(Ear, EveryRate) {
  for (const double rate_hz : {8000.0, 11025.0, 44100.0, 96000.0, 192000.0}) {
    Ear ear;
    ASSERT_EQ(ear.prepare({rate_hz, 2, 512}), Status::ok) << rate_hz;
    test::Planes song = test::music(2, excerpt_frames(rate_hz) + 777, rate_hz, 0.3, 1);
    expect_finite(hear(ear, song), std::to_string(rate_hz));
  }
}

TEST(Ear, BlockCutsChangeNothing) {
  test::Planes song = test::music(2, 500000, kRateHz, 0.3, 7);  // longer than an excerpt: the rest is ignored
  const Heard whole = hear(ear_at_48k(), song, 500000);
  for (const int block_frames : {64, 127, 4096}) {
    const Heard cut = hear(ear_at_48k(), song, block_frames);
    EXPECT_EQ(std::memcmp(cut.mel.data(), whole.mel.data(), sizeof(float) * kMelNumbers), 0) << block_frames;
    EXPECT_EQ(std::memcmp(cut.numbers.data(), whole.numbers.data(), sizeof(float) * kHeardNumbers), 0) << block_frames;
  }
}

TEST(Ear, TwiceAsLoudDiffersInTheLoudnessOnly) {
  test::Planes song = test::music(2, 480000, kRateHz, 0.2, 3);
  const Heard soft = hear(song);
  for (auto& plane : song.samples)
    for (float& x : plane) x *= 1.99526231f;  // 6 dB
  const Heard loud = hear(song);
  EXPECT_NEAR(loud.numbers[kLoudnessAt] - soft.numbers[kLoudnessAt], 0.5f, 2e-3f);
  for (int i = 1; i < kHeardNumbers; ++i)
    EXPECT_NEAR(loud.numbers[static_cast<std::size_t>(i)], soft.numbers[static_cast<std::size_t>(i)], 1e-3f) << i;
  for (int i = 0; i < kMelNumbers; ++i) ASSERT_NEAR(loud.mel[static_cast<std::size_t>(i)], soft.mel[static_cast<std::size_t>(i)], 1e-3f) << i;
}

TEST(Ear, SidesMaySwap) {
  test::Planes song = test::music(2, 480000, kRateHz, 0.3, 5);
  const Heard heard = hear(song);
  std::swap(song.samples[0], song.samples[1]);
  const Heard swapped = hear(song);
  for (int i = 0; i < kMelNumbers; ++i) ASSERT_NEAR(swapped.mel[static_cast<std::size_t>(i)], heard.mel[static_cast<std::size_t>(i)], 1e-5f) << i;
  // The reverb's sides differ, hence its templates.
  for (int i = 0; i < kEchoesAt; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(swapped.numbers[at], i == kWidthAt + 10 ? -heard.numbers[at] : heard.numbers[at], 1e-4f) << i;
  }
}

TEST(Ear, MonoIsTwoEqualChannels) {
  test::Planes mono = test::music(1, 480000, kRateHz, 0.3, 5);
  test::Planes dual(2, 480000);
  dual.samples[0] = dual.samples[1] = mono.samples[0];
  Ear ear;
  ASSERT_EQ(ear.prepare({kRateHz, 1, 512}), Status::ok);
  const Heard one = hear(ear, mono), two = hear(dual);
  EXPECT_EQ(one.mel, two.mel);
  EXPECT_EQ(one.numbers, two.numbers);
}

TEST(Ear, ThirdOctavesOfKnownTones) {
  // 100 Hz on both sides, 1 kHz of a quarter of its power on both, 10 kHz of the same quarter in opposite phase.
  test::Planes song = planes_of(2, 491520, [](int c, int i) {
    const double turn = 2.0 * kPi * i / kRateHz;
    return static_cast<float>(0.2 * sin_exact(100.0 * turn) + 0.1 * sin_exact(1000.0 * turn) + (c == 0 ? 0.1 : -0.1) * sin_exact(10000.0 * turn));
  });
  const Heard heard = hear(song);
  const auto mid_db = [&](int band) { return 10.0f * heard.numbers[static_cast<std::size_t>(kMidBandsAt + band)] - 20.0f; };
  const auto side_db = [&](int band) { return 10.0f * heard.numbers[static_cast<std::size_t>(kSideBandsAt + band)] - 30.0f; };
  EXPECT_NEAR(mid_db(6), 10.0 * std::log10(4.0 / 6.0), 0.02);
  EXPECT_NEAR(mid_db(16), 10.0 * std::log10(1.0 / 6.0), 0.02);
  EXPECT_NEAR(side_db(26), 10.0 * std::log10(1.0 / 6.0), 0.02);
  for (const int band : {0, 3, 9, 12, 20, 26, 29}) EXPECT_LT(mid_db(band), -60.0f) << band;
  for (const int band : {0, 6, 16, 29}) EXPECT_LT(side_db(band), -60.0f) << band;
  EXPECT_NEAR(heard.numbers[kWidthAt], std::log10(1.0 / 5.0), 0.01);
  EXPECT_NEAR(heard.numbers[kWidthAt + 5], 4.0 / 6.0, 0.01);
  EXPECT_NEAR(heard.numbers[kWidthAt + 5 + 4], -1.0, 0.01);
  EXPECT_NEAR(heard.numbers[kWidthAt + 10], 0.0, 0.001);
  // The picture: the loudest of the mid's bands is the one about 100 Hz, of the side's the one about 10 kHz.
  const auto loudest = [&](int plane) {
    int best = 0;
    for (int band = 0; band < kMelBands; ++band)
      if (heard.mel[static_cast<std::size_t>((plane * kMelBands + band) * kMelFrames + 100)] >
          heard.mel[static_cast<std::size_t>((plane * kMelBands + best) * kMelFrames + 100)])
        best = band;
    return best;
  };
  EXPECT_NEAR(loudest(0), 1, 1);
  EXPECT_NEAR(loudest(1), 54, 2);
}

// Short songs are padded: what comes after is silence in the picture, and counts nowhere else.
TEST(Ear, ShortSongs) {
  test::Planes song = test::music(2, 192000, kRateHz, 0.3, 5);
  const Heard heard = hear(song);
  for (int row = 0; row < 2 * kMelBands; ++row)
    for (int frame = 101; frame < kMelFrames; ++frame) ASSERT_EQ(heard.mel[static_cast<std::size_t>(row * kMelFrames + frame)], -4.0f);
  test::Planes longer = test::music(2, 491520, kRateHz, 0.3, 5);
  const Heard full = hear(longer);
  EXPECT_NEAR(heard.numbers[kLoudnessAt], full.numbers[kLoudnessAt], 0.1f);
  EXPECT_NEAR(heard.numbers[kPiecesAt + 3], full.numbers[kPiecesAt + 3], 0.1f);
}

}  // namespace
}  // namespace ag06::assist
