// The whole way from samples to JSON: odd input, block cuts, memory. What each listener makes of music is tested beside it.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "assist/song_listener.h"
#include "report/song_json.h"
#include "support/alloc_counter.h"
#include "support/music.h"

namespace ag06::report {
namespace {
using test::Planes;

Json heard(Planes& planes, double rate_hz, std::vector<int> cuts = {4096}, double max_duration_s = 120.0) {
  assist::SongListener listener;
  const int channels = static_cast<int>(planes.samples.size());
  EXPECT_EQ(listener.prepare({rate_hz, channels, 4096}, max_duration_s), Status::ok);
  const int frames = static_cast<int>(planes.samples[0].size());
  for (int at = 0, turn = 0; at < frames; ++turn) {
    const int count = std::min(cuts[static_cast<std::size_t>(turn) % cuts.size()], frames - at);
    listener.process(planes.slice(at, count));
    at += count;
  }
  return song_json(listener.finish());
}

template <class Sample>
Planes filled(int channels, double seconds, double rate_hz, Sample sample) {
  Planes planes(channels, static_cast<int>(seconds * rate_hz));
  for (auto& plane : planes.samples)
    for (std::size_t n = 0; n < plane.size(); ++n) plane[n] = static_cast<float>(sample(static_cast<double>(n) / rate_hz));
  return planes;
}

void expect_no_music(const Json& json) {
  EXPECT_TRUE(json["rhythm"]["tempo_bpm"].is_null()) << json["rhythm"]["tempo_bpm"];
  EXPECT_TRUE(json["rhythm"]["beats_s"].empty());
  EXPECT_TRUE(json["tonality"]["key"].is_null()) << json["tonality"]["key"];
  EXPECT_TRUE(json["genre"]["label"].is_null()) << json["genre"]["label"];
  for (const auto& [name, value] : json["music"].items())
    EXPECT_TRUE(value.is_null() || (value >= 0.0 && value <= 1.0)) << name << " " << value;
}

TEST(Listening, SilenceIsNothing) {
  for (const double rate_hz : {8000.0, 44100.0, 192000.0}) {
    Planes planes = filled(2, 6.0, rate_hz, [](double) { return 0.0; });
    const Json json = heard(planes, rate_hz);
    expect_no_music(json);
    EXPECT_TRUE(json["loudness"]["integrated_lufs"].is_null());
    EXPECT_TRUE(json["spectrum"]["centroid_hz"].is_null());
    EXPECT_TRUE(json["stereo"]["width"].is_null());
    EXPECT_TRUE(json["suggestions"].empty()) << json["suggestions"].dump();
    EXPECT_TRUE(json["spectrum"]["problems"].empty());
  }
}

TEST(Listening, DcIsADefectAndNoMusic) {
  Planes planes = filled(2, 6.0, 44100.0, [](double) { return 0.25; });
  const Json json = heard(planes, 44100.0);
  expect_no_music(json);
  bool found = false;
  for (const Json& defect : json["defects"]) found = found || defect["kind"] == "dc_offset";
  EXPECT_TRUE(found) << json["defects"].dump();
}

TEST(Listening, NoiseHasNoKeyAndNoTempo) {
  test::Random random(3);
  Planes planes = filled(2, 20.0, 44100.0, [&](double) { return 0.2 * (random.unit() - 0.5); });
  expect_no_music(heard(planes, 44100.0));
}

TEST(Listening, AFifthOfASecondIsTooShortToTell) {
  for (const double rate_hz : {8000.0, 44100.0, 192000.0}) {
    Planes planes = test::music(2, static_cast<int>(0.2 * rate_hz), rate_hz, 0.5, 1);
    const Json json = heard(planes, rate_hz);
    EXPECT_TRUE(json["rhythm"]["tempo_bpm"].is_null());
    EXPECT_TRUE(json["genre"]["label"].is_null());
    EXPECT_TRUE(json["structure"]["sections"].empty());
  }
}

TEST(Listening, NothingAtAllIsNoCrash) {
  Planes planes(2, 0);
  const Json json = heard(planes, 48000.0);
  expect_no_music(json);
  EXPECT_EQ(json["duration_s"], 0.0);
}

TEST(Listening, NonFiniteSamplesCountAsSilence) {
  Planes clean = test::music(2, 44100 * 10, 44100.0, 0.5, 7), broken = clean;
  for (std::size_t n = 1000; n < 441000; n += 50000) {
    for (auto& plane : clean.samples) plane[n] = plane[n + 1] = plane[n + 2] = 0.0f;
    broken.samples[0][n] = std::numeric_limits<float>::quiet_NaN();
    broken.samples[0][n + 1] = std::numeric_limits<float>::infinity();
    broken.samples[0][n + 2] = -std::numeric_limits<float>::infinity();
    broken.samples[1][n] = broken.samples[1][n + 1] = broken.samples[1][n + 2] = std::numeric_limits<float>::signaling_NaN();
  }
  EXPECT_EQ(heard(broken, 44100.0).dump(), heard(clean, 44100.0).dump());
}

TEST(Listening, AbsurdLevelsStayFinite) {
  Planes planes = test::music(2, 44100 * 5, 44100.0, 1.0, 7);
  for (auto& plane : planes.samples)
    for (float& x : plane) x *= 1e30f;
  EXPECT_EQ(heard(planes, 44100.0).dump().find("e+"), std::string::npos);
}

TEST(Listening, DoesNotDependOnBlockCuts) {
  for (const double rate_hz : {8000.0, 44100.0, 96000.0}) {
    Planes planes = test::music(2, static_cast<int>(rate_hz * 12.0), rate_hz, 0.5, 11);
    EXPECT_EQ(heard(planes, rate_hz, {4096}).dump(), heard(planes, rate_hz, {1, 17, 64, 128, 480, 4096}).dump()) << rate_hz;
  }
}

TEST(Listening, MonoAndDualMonoHearTheSameMusic) {
  Planes mono = test::music(1, 44100 * 20, 44100.0, 0.5, 13);
  Planes both(2, 0);
  both.samples[0] = both.samples[1] = mono.samples[0];
  const Json one = heard(mono, 44100.0), two = heard(both, 44100.0);
  for (const char* part : {"rhythm", "tonality"}) EXPECT_EQ(one[part].dump(), two[part].dump()) << part;
  EXPECT_EQ(one["spectrum"]["bands"].dump(), two["spectrum"]["bands"].dump());
}

TEST(Listening, WhatIsLongerThanSaidIsStillMeasured) {
  Planes planes = test::music(2, 44100 * 20, 44100.0, 0.5, 17);
  const Json all = heard(planes, 44100.0), cut = heard(planes, 44100.0, {4096}, 5.0);
  EXPECT_EQ(all["loudness"]["integrated_lufs"], cut["loudness"]["integrated_lufs"]);
  EXPECT_EQ(all["loudness"]["true_peak_dbtp"], cut["loudness"]["true_peak_dbtp"]);
  EXPECT_EQ(all["duration_s"], cut["duration_s"]);
  for (const Json& beat_s : cut["rhythm"]["beats_s"]) EXPECT_LT(beat_s, 5.5);
}

TEST(Listening, RefusesWhatItCannotHear) {
  assist::SongListener listener;
  EXPECT_EQ(listener.prepare({7999.0, 2, 512}, 60.0), Status::bad_sample_rate);
  EXPECT_EQ(listener.prepare({48000.0, 3, 512}, 60.0), Status::bad_channel_count);
  EXPECT_EQ(listener.prepare({48000.0, 2, 0}, 60.0), Status::bad_block_size);
  for (const double duration_s : {0.0, -1.0, 1e9, std::nan("")})
    EXPECT_EQ(listener.prepare({48000.0, 2, 512}, duration_s), Status::out_of_range) << duration_s;
}

TEST(Listening, DoesNotAllocateWhileItListens) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  assist::SongListener listener;
  ASSERT_EQ(listener.prepare({48000.0, 2, 4096}, 4.0), Status::ok);
  Planes planes = test::music(2, 48000 * 6, 48000.0, 0.9, 1);
  (void)planes.slice(0, 0);
  const test::AllocationGuard guard;
  for (int at = 0; at < 48000 * 6; at += 480) listener.process(planes.slice(at, 480));
  EXPECT_EQ(guard.heap_calls(), 0);
}

}  // namespace
}  // namespace ag06::report
