// SongFeed: what is pulled is what was pushed, converted by the core's Resampler; fades, starts, ends and positions.
#include "live/song_feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "bridge/support/live_rig.h"
#include "support/measure.h"

namespace ag06::bridge {
namespace {
using test::first_difference;
using test::frame_count;
using test::interleaved;
using test::LiveRig;
using test::music;
using test::Planes;
using test::Random;

constexpr double kRateHz = 48000.0;
constexpr int kStartFrames = 9600;   // 200 ms
constexpr int kFadeFrames = 241;     // 5 ms and the frame on which it stands still
constexpr int kBlockFrames = 128;

// Pushes a song as a client would: as far as there is room, in uneven pieces.
struct Client {
  Client(SongFeed& feed_of, const Planes& song_of, std::uint32_t id) : feed(feed_of), samples(interleaved(song_of)), stream_id(id), random(id) {}
  [[nodiscard]] bool is_done() const { return at == samples.size() && was_last; }
  void send(std::size_t most_frames = 1u << 30) {
    while (most_frames > 0 && !is_done()) {
      std::size_t piece = std::min<std::size_t>({most_frames, static_cast<std::size_t>(1 + random.below(5000)), (samples.size() - at) / 2});
      const std::size_t room = feed.room_frames();
      const bool is_last = at + 2 * piece == samples.size();
      const std::size_t taken = feed.push(stream_id, std::span(samples).subspan(at, 2 * piece), is_last);
      ASSERT_EQ(taken, std::min(piece, room)) << "room_frames() is what push() takes";
      at += 2 * taken;
      was_last = is_last && taken == piece;
      most_frames -= taken;
      if (taken < piece) return;
    }
  }
  SongFeed& feed;
  std::vector<float> samples;
  std::uint32_t stream_id;
  Random random;
  std::size_t at = 0;
  bool was_last = false;
};

Planes pull(SongFeed& feed, int frames, int block_frames = kBlockFrames) {
  Planes out(2, frames);
  for (int at = 0; at < frames; at += block_frames) {
    const AudioBlock block = out.slice(at, std::min(block_frames, frames - at));
    feed.pull(block.channels, block.frames);
  }
  return out;
}

Planes cut(const Planes& from, int at, int frames) {
  Planes part(2, frames);
  for (std::size_t c = 0; c < 2; ++c) std::copy_n(from.samples[c].begin() + at, frames, part.samples[c].begin());
  return part;
}

bool is_silent(const Planes& planes, int from, int to) {
  for (const auto& plane : planes.samples)
    for (int i = from; i < to; ++i)
      if (plane[static_cast<std::size_t>(i)] != 0.0f) return false;
  return true;
}

// The whole of a song through the feed at full speed: what comes out after its start.
Planes whole_song(SongFeed& feed, const Planes& song, double song_rate_hz, int out_frames, std::uint32_t id) {
  EXPECT_TRUE(feed.begin(id, song_rate_hz, 0));
  Client client(feed, song, id);
  Planes out(2, out_frames);
  Random cuts(id);
  for (int at = 0; at < out_frames;) {
    client.send();
    const int frames = std::min(1 + cuts.below(512), out_frames - at);
    const AudioBlock block = out.slice(at, frames);
    feed.pull(block.channels, frames);
    at += frames;
  }
  EXPECT_TRUE(client.is_done());
  return out;
}

TEST(SongFeed, EqualRatesPassEveryBitFromTheFirstFrameToTheLast) {
  SongFeed feed;
  feed.prepare(kRateHz, 0);
  const Planes song = music(2, 5 * 48000 + 77, kRateHz, 0.9, 3);
  const Planes out = whole_song(feed, song, kRateHz, frame_count(song) + 4800, 1);
  EXPECT_EQ(first_difference(cut(out, 0, frame_count(song)), song), -1);
  EXPECT_TRUE(is_silent(out, frame_count(song), frame_count(out)));
  EXPECT_EQ(feed.status().phase, SongPhase::ended);
  EXPECT_EQ(feed.status().underruns, 0u);
  EXPECT_EQ(feed.status().position_frames, frame_count(song));
}

TEST(SongFeed, OtherRatesAreTheCoresResamplersBitForBit) {
  for (const double song_rate_hz : {44100.0, 96000.0, 8000.0, 192000.0, 22050.0}) {
    SongFeed feed;
    feed.prepare(kRateHz, 0);
    const int frames = static_cast<int>(4 * song_rate_hz) + 13;
    const Planes song = music(2, frames, song_rate_hz, 0.7, 4);
    dsp::Resampler resampler;
    ASSERT_EQ(resampler.prepare({song_rate_hz, kRateHz, 2}), Status::ok);
    Planes expected(2, resampler.max_output_frames(frames) + 48000), in = song;
    int made = resampler.process(in.block(), expected.block());
    made += resampler.drain(expected.slice(made, 48000));
    EXPECT_EQ(made, static_cast<int>(std::floor(frames * kRateHz / song_rate_hz + 0.5)));
    const Planes out = whole_song(feed, song, song_rate_hz, made + 1000, 2);
    EXPECT_EQ(first_difference(cut(out, 0, made), cut(expected, 0, made)), -1) << song_rate_hz;
    EXPECT_TRUE(is_silent(out, made, made + 1000));
  }
}

TEST(SongFeed, HoldsAtLeastTwoSecondsAndTakesNoMoreThanThereIsRoomFor) {
  for (const double song_rate_hz : {44100.0, 48000.0, 192000.0, 8000.0}) {
    for (const double device_rate_hz : {44100.0, 48000.0, 192000.0}) {
      SongFeed feed;
      feed.prepare(device_rate_hz, 0);
      ASSERT_TRUE(feed.begin(1, song_rate_hz, 0));
      const std::size_t room = feed.room_frames();
      EXPECT_GE(static_cast<double>(room), 2.0 * song_rate_hz);
      EXPECT_LE(static_cast<double>(room), 8.0 * song_rate_hz);
      const std::vector<float> silence(2 * (room + 5000));
      EXPECT_EQ(feed.push(1, silence, true), room);
      std::size_t more = 0;   // the converter holds back the frames it still waits for, so a little more fits
      for (std::size_t taken = 1; taken > 0;) more += taken = feed.push(1, silence, true);
      EXPECT_LE(static_cast<double>(more), 1.5 * song_rate_hz);
      EXPECT_EQ(feed.room_frames(), 0u);
      EXPECT_LE(feed.status().buffered_ms, 6000.0);
    }
  }
}

TEST(SongFeed, StartsOnlyWhenTwoHundredMillisecondsAreThereOrTheSongIsShorter) {
  SongFeed feed;
  feed.prepare(kRateHz, 0);
  const Planes song = music(2, 48000, kRateHz, 0.9, 3);
  ASSERT_TRUE(feed.begin(1, kRateHz, 0));
  Client client(feed, song, 1);
  client.send(kStartFrames - 1);
  EXPECT_TRUE(is_silent(pull(feed, 9600), 0, 9600));
  EXPECT_EQ(feed.status().phase, SongPhase::buffering);
  EXPECT_EQ(feed.status().position_frames, 0.0);
  client.send(1);
  EXPECT_EQ(first_difference(pull(feed, 128), cut(song, 0, 128)), -1);
  EXPECT_EQ(feed.status().phase, SongPhase::playing);

  ASSERT_TRUE(feed.begin(2, kRateHz, 0));
  Client brief(feed, cut(song, 0, 100), 2);
  brief.send();
  const Planes out = pull(feed, 1024);
  // After the fade of the one before, within the first blocks.
  EXPECT_NE(out.samples[0][300], 0.0f);
  EXPECT_TRUE(is_silent(out, 384, 1024));
  EXPECT_EQ(feed.status().phase, SongPhase::ended);
  EXPECT_EQ(feed.status().position_frames, 100.0);

  ASSERT_TRUE(feed.begin(3, kRateHz, 500));
  EXPECT_EQ(feed.push(3, {}, true), 0u);   // a song of no frames ends at once
  static_cast<void>(pull(feed, 128));
  EXPECT_EQ(feed.status().phase, SongPhase::ended);
  EXPECT_EQ(feed.status().position_frames, 500.0);
}

TEST(SongFeed, FadesOverFiveMillisecondsAtPauseResumeSeekAndStopAndLosesNoFrame) {
  SongFeed feed;
  feed.prepare(kRateHz, 0);
  const Planes song = test::constant(2, 3 * 48000, 0.5f);
  ASSERT_TRUE(feed.begin(1, kRateHz, 1000));
  Client client(feed, song, 1);
  client.send(90000);
  const auto expect_ramp = [](const Planes& out, bool rises) {
    for (int i = 0; i < frame_count(out); ++i) {
      const double share = std::min(1.0, (i + 1.0) / kFadeFrames);
      const double gain = 0.5 - 0.5 * std::cos(kPi * (rises ? share : 1.0 - share));
      ASSERT_NEAR(out.samples[1][static_cast<std::size_t>(i)], 0.5 * gain, 1e-6) << i;
    }
  };
  expect_ramp(pull(feed, 1280), true);   // begins in the middle of a song
  feed.set_paused(true);
  expect_ramp(pull(feed, 1280), false);
  EXPECT_EQ(feed.status().phase, SongPhase::paused);
  EXPECT_EQ(feed.status().position_frames, 1000.0 + 1280.0 + kFadeFrames);
  EXPECT_TRUE(is_silent(pull(feed, 4800), 0, 4800));
  EXPECT_EQ(feed.status().position_frames, 1000.0 + 1280.0 + kFadeFrames);
  feed.set_paused(false);
  expect_ramp(pull(feed, 1280), true);
  EXPECT_EQ(feed.status().position_frames, 1000.0 + 2560.0 + kFadeFrames);

  // Resumed before it was quiet: turns round where it is.
  feed.set_paused(true);
  const Planes down = pull(feed, 128);
  feed.set_paused(false);
  const Planes up = pull(feed, 256);
  EXPECT_GT(up.samples[0][0], down.samples[0][127] - 1e-6f);
  EXPECT_EQ(up.samples[0][255], 0.5f);
  for (std::size_t i = 1; i < 256; ++i) ASSERT_GE(up.samples[0][i], up.samples[0][i - 1]);

  // A seek: the old fades out on its own frames, the new starts as soon as it may.
  ASSERT_TRUE(feed.begin(2, kRateHz, 40000));
  Client second(feed, test::constant(2, 48000, -0.25f), 2);
  second.send(20000);
  const Planes seek = pull(feed, 2560);
  expect_ramp(cut(seek, 0, kFadeFrames), false);
  for (int i = kFadeFrames; i < 2560; ++i) ASSERT_LE(seek.samples[0][static_cast<std::size_t>(i)], 0.0f);
  EXPECT_EQ(seek.samples[0][2559], -0.25f);
  EXPECT_EQ(feed.status().stream_id, 2u);
  EXPECT_EQ(feed.push(1, client.samples, false), 0u) << "audio of an older stream";
  EXPECT_EQ(feed.push(7, client.samples, false), 0u) << "audio of no stream";

  feed.stop();
  const Planes stopped = pull(feed, 1280);
  EXPECT_TRUE(is_silent(stopped, kFadeFrames, 1280));
  EXPECT_EQ(feed.status().phase, SongPhase::none);
  EXPECT_EQ(feed.room_frames(), 0u);
  EXPECT_EQ(feed.push(2, client.samples, false), 0u);
}

TEST(SongFeed, AnOldStreamNeverRunsIntoTheNewOnesFrames) {
  SongFeed feed;
  feed.prepare(kRateHz, 0);
  ASSERT_TRUE(feed.begin(1, kRateHz, 0));
  Client old(feed, test::constant(2, kStartFrames + 1, 0.5f), 1);
  old.send();                                          // whole: it may play to its last frame
  static_cast<void>(pull(feed, kStartFrames - 99, kStartFrames - 99));   // 100 frames are left
  ASSERT_TRUE(feed.begin(2, kRateHz, 1));
  Client young(feed, test::constant(2, 20000, -0.5f), 2);
  young.send();
  const Planes out = pull(feed, 1280);
  for (std::size_t i = 0; i < 100; ++i) ASSERT_GT(out.samples[0][i], 0.0f);
  for (std::size_t i = 100; i < 1280; ++i) ASSERT_LE(out.samples[0][i], 0.0f);
  ASSERT_NEAR(out.samples[0][100], 0.0, 1e-3);         // fades in
}

TEST(SongFeed, AnUnderrunFadesIsCountedAndGoesOnWithoutLosingAFrame) {
  SongFeed feed;
  feed.prepare(kRateHz, 0);
  const Planes song = test::sine(2, 3 * 48000, kRateHz, 100.0, 0.5);
  ASSERT_TRUE(feed.begin(1, kRateHz, 0));
  Client client(feed, song, 1);
  client.send(20000);
  Planes out(2, 0);
  for (auto& plane : out.samples) plane.clear();
  const auto play_on = [&](int frames) {
    const Planes part = pull(feed, frames);
    for (std::size_t c = 0; c < 2; ++c) out.samples[c].insert(out.samples[c].end(), part.samples[c].begin(), part.samples[c].end());
  };
  play_on(19200 + 3840);
  EXPECT_EQ(feed.status().underruns, 1u);
  EXPECT_EQ(feed.status().phase, SongPhase::buffering);
  const double stopped_at = feed.status().position_frames;
  EXPECT_GE(stopped_at, 20000 - 2 * (kBlockFrames + kFadeFrames));
  client.send(1000);
  play_on(1280);
  EXPECT_EQ(feed.status().position_frames, stopped_at) << "waits for 200 ms again";
  client.send(40000);
  play_on(12800);
  EXPECT_EQ(feed.status().underruns, 1u);
  EXPECT_EQ(feed.status().position_frames, stopped_at + 12800.0);
  // The phase of the tone tells that no frame was lost or doubled.
  const auto tone = test::tone_of(out.samples[0], frame_count(out) - 9600, 9600, kRateHz, 100.0);
  const double song_at = stopped_at + 12800.0 - 9600.0;
  EXPECT_NEAR(std::remainder(std::arg(tone) - 2.0 * kPi * 100.0 * (song_at - (frame_count(out) - 9600)) / kRateHz, 2.0 * kPi), 0.0, 1e-3);
  EXPECT_NEAR(std::abs(tone), 0.5, 1e-4);
  EXPECT_LE(test::click_db(out.samples[0], kRateHz, 0.5, 4800), -50.0);   // a 5 ms cosine fade; a cut would be -10 dB
}

TEST(SongFeed, PositionIsOfTheFrameThatLeavesTheChain) {
  constexpr int kLatency = 68;
  SongFeed feed;
  feed.prepare(kRateHz, kLatency);
  ASSERT_TRUE(feed.begin(1, 44100.0, 123456789012ull));
  Client client(feed, test::constant(2, 88200, 0.5f), 1);
  client.send(60000);
  // Every frame through a delay as long as the chain's, each marked with whether it is the song's: the reference.
  std::vector<bool> went_in;
  Random random(5);
  bool paused = false;
  for (int k = 0; k < 400; ++k) {
    if (random.below(6) == 0) feed.set_paused(paused = !paused);
    const double read_before_ms = feed.status().buffered_ms;
    const int frames = 1 + random.below(40);
    static_cast<void>(pull(feed, frames, frames));
    const int played = static_cast<int>(std::lround((read_before_ms - feed.status().buffered_ms) * 48.0));
    // Within one call frames are played first when closing, last when opening; both only happen at the edges, where either all or the first ones
    // play.
    for (int i = 0; i < frames; ++i) went_in.push_back(i < played);
    long heard = 0;
    for (std::size_t i = 0; i + kLatency < went_in.size(); ++i) heard += went_in[i] ? 1 : 0;
    ASSERT_NEAR(feed.status().position_frames, 123456789012.0 + static_cast<double>(heard) * 44100.0 / 48000.0, 1e-4) << k;
  }
}

TEST(SongFeed, ARateChangeInterruptsAndTheSameRateGoesOn) {
  SongFeed feed;
  EXPECT_FALSE(feed.begin(1, 44100.0, 0)) << "no device was ever opened";
  feed.prepare(kRateHz, 0);
  EXPECT_FALSE(feed.begin(1, 1e6, 0));
  EXPECT_FALSE(feed.begin(1, std::numeric_limits<double>::quiet_NaN(), 0));
  const Planes song = test::constant(2, 96000, 0.5f);
  ASSERT_TRUE(feed.begin(1, kRateHz, 0));
  Client client(feed, song, 1);
  client.send(48000);
  static_cast<void>(pull(feed, 1280));
  feed.prepare(kRateHz, 0);   // unplugged and back
  const Planes back = pull(feed, 1280);
  EXPECT_EQ(feed.status().phase, SongPhase::playing);
  EXPECT_EQ(feed.status().position_frames, 2560.0);
  EXPECT_LT(back.samples[0][0], 0.01f) << "fades in";
  feed.prepare(44100.0, 0);
  EXPECT_EQ(feed.status().phase, SongPhase::interrupted);
  EXPECT_EQ(feed.status().position_frames, 2560.0) << "where the client has to begin anew";
  EXPECT_TRUE(is_silent(pull(feed, 1280), 0, 1280));
  EXPECT_EQ(feed.status().position_frames, 2560.0);
  EXPECT_EQ(feed.push(1, client.samples, false), 0u);
  ASSERT_TRUE(feed.begin(2, kRateHz, 2560));
  Client again(feed, song, 2);
  again.send();
  static_cast<void>(pull(feed, 4096));
  EXPECT_EQ(feed.status().phase, SongPhase::playing);
}

TEST(SongFeed, WhatIsNotFiniteIsSilence) {
  SongFeed feed;
  feed.prepare(kRateHz, 0);
  ASSERT_TRUE(feed.begin(1, 44100.0, 0));
  std::vector<float> samples(2 * 20000, 0.25f);
  samples[777] = std::numeric_limits<float>::quiet_NaN();
  samples[2000] = std::numeric_limits<float>::infinity();
  ASSERT_EQ(feed.push(1, samples, true), 20000u);
  const Planes out = pull(feed, 20480);
  for (const float x : out.samples[0]) ASSERT_LE(std::fabs(x), 0.5f);
}

// A client on another thread, an audio thread, seeks, pauses: every frame heard is the song's, whole and in order.
TEST(SongFeed, ThreadsNeverMixStreamsOrFrames) {
  SongFeed feed;
  feed.prepare(kRateHz, 0);
  constexpr std::uint32_t kStreams = 60;
  std::atomic<bool> done{false};
  std::thread server([&] {
    Random random(9);
    for (std::uint32_t id = 1; id <= kStreams; ++id) {
      ASSERT_TRUE(feed.begin(id, kRateHz, 0));
      // Left: the stream's number; right: the frame's.
      std::uint64_t frame = 0;
      const std::uint64_t frames = 12000 + static_cast<std::uint64_t>(random.below(40000));
      std::vector<float> piece;
      while (frame < frames) {
        piece.clear();
        for (int i = 0; i < 700; ++i) {
          piece.push_back(static_cast<float>(id));
          piece.push_back(static_cast<float>(frame + static_cast<std::uint64_t>(i)));
        }
        const std::size_t taken = feed.push(id, piece, false);
        frame += taken;
        if (taken == 0) std::this_thread::yield();
      }
      if (random.below(3) == 0) feed.set_paused(true);
      if (random.below(3) == 0) feed.set_paused(false);
    }
    done = true;
  });
  float planes_of[2][256];
  float* planes[2] = {planes_of[0], planes_of[1]};
  Random random(10);
  float last_id = 0.0f, last_frame = -1.0f;
  while (!done) {
    const int frames = 1 + random.below(256);
    feed.pull(planes, frames);
    for (int i = 0; i < frames; ++i) {
      if (planes[0][i] == 0.0f) continue;
      if (planes[0][i] != std::floor(planes[0][i])) continue;   // fading: both are scaled
      if (planes[0][i] != last_id) {
        ASSERT_GT(planes[0][i], last_id);
        last_id = planes[0][i];
        last_frame = -1.0f;
      } else {
        ASSERT_GT(planes[1][i], last_frame);
      }
      last_frame = planes[1][i];
    }
  }
  server.join();
}

TEST(SongFeed, PlaysThroughTheEngineAndSourcesSwitchWithFades) {
  LiveRig rig;
  rig.open();
  rig.settle();
  const Planes song = test::constant(2, 96000, 0.5f);
  rig.engine.set_source(Source::file);
  Planes out = rig.play(test::constant(2, 4800, 0.25f), 128);
  EXPECT_EQ(out.samples[0][4799], 0.0f);
  ASSERT_TRUE(rig.song.begin(1, kRateHz, 0));
  Client client(rig.song, song, 1);
  client.send(60000);
  out = rig.play(test::constant(2, 9600, 0.25f), 128);
  EXPECT_EQ(out.samples[0][9599], 0.5f);
  MeterFrame meters;
  ASSERT_TRUE(rig.engine.read_meters(meters));
  EXPECT_EQ(meters.song_position_frames, static_cast<float>(9600 - rig.engine.latency_frames()));
  EXPECT_GT(meters.song_buffered_ms, 1000.0f);
  rig.engine.set_source(Source::live);
  out = rig.play(test::constant(2, 4800, 0.25f), 128);
  const auto latency = static_cast<std::size_t>(rig.engine.latency_frames());
  for (std::size_t i = 0; i < kFadeFrames; ++i) {
    const double share = 0.5 - 0.5 * std::cos(kPi * (static_cast<double>(i) + 1.0) / kFadeFrames);
    ASSERT_NEAR(out.samples[0][i + latency], 0.25 * share + 0.5 * (1.0 - share), 1e-6) << i;
  }
  EXPECT_EQ(out.samples[0][4799], 0.25f);
}

}  // namespace
}  // namespace ag06::bridge
