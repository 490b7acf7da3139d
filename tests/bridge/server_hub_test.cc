// Clients at the hub: greeting, requests, deltas, streams at each client's pace, songs and their credit, limits. What is expected is bridge/PROTOCOL.md.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "bridge/support/hub_rig.h"
#include "params/params.gen.h"

namespace ag06::bridge::server {
namespace {

using namespace std::chrono_literals;
using protocol::FrameKind;
using test::HubRig;
using test::Json;
using test::Listener;

const std::string kToken(64, 'a');

std::string hello_with(const std::string& token) { return R"({"type":"hello","protocol":1,"id":1,"token":")" + token + "\"}"; }

std::vector<float> tone(std::size_t frames, double hz, double amplitude, double rate_hz = 48000.0) {
  std::vector<float> samples;
  for (std::size_t i = 0; i < frames; ++i) {
    const auto value = static_cast<float>(amplitude * std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz));
    samples.push_back(value);
    samples.push_back(value);
  }
  return samples;
}

std::vector<std::byte> song_piece(std::uint32_t stream_id, std::uint64_t first_frame, std::size_t frames, bool is_last = false, std::uint32_t rate_hz = 48000) {
  std::vector<std::byte> bytes;
  std::vector<float> samples(2 * frames);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>((2 * first_frame + i) % 1000) / 1000.0f;
  protocol::encode({FrameKind::song_audio, is_last, stream_id, first_frame, rate_hz, 2, static_cast<std::uint32_t>(frames)}, samples, bytes);
  return bytes;
}

TEST(ServerClient, AHelloWithTheTokenIsAnsweredByHelloStateOk) {
  HubRig rig;
  Listener listener(rig, false, false);
  listener.say(hello_with(kToken));
  const auto texts = listener.texts();
  ASSERT_EQ(texts.size(), 3u);
  EXPECT_EQ(texts[0]["type"], "hello");
  EXPECT_EQ(texts[0]["table_hash"], params::kTableHashHex);
  EXPECT_EQ(texts[1]["type"], "state");
  EXPECT_EQ(texts[1]["state"]["params"].size(), static_cast<std::size_t>(params::kCount));
  EXPECT_EQ(texts[2], (Json{{"type", "ok"}, {"id", 1}}));
  EXPECT_FALSE(listener.client->closing());
}

TEST(ServerClient, NoTokenAWrongTokenAndOtherFirstMessagesEndTheConnection) {
  const std::pair<const char*, std::string> cases[] = {
      {"unauthorized", R"({"type":"hello","protocol":1})"}, {"unauthorized", hello_with(std::string(64, 'b'))}, {"hello_expected", R"({"type":"ping"})"},
      {"hello_expected", R"({"type":"set_mode","mode":"bypass"})"}, {"bad_json", "{"}, {"unsupported_protocol", R"({"type":"hello","protocol":2})"},
      {"table_mismatch", R"({"type":"hello","protocol":1,"table_hash":"0"})"}};
  for (const auto& [code, text] : cases) {
    HubRig rig;
    Listener listener(rig, false, false);
    listener.say(text);
    EXPECT_EQ(listener.text()["code"], code) << text;
    ASSERT_TRUE(listener.client->closing()) << text;
    EXPECT_EQ(listener.client->closing()->code, 1008);
    listener.say(hello_with(kToken));   // too late
    EXPECT_TRUE(listener.texts().empty());
    EXPECT_EQ(rig.live.call_count(), 0u);
    EXPECT_EQ(rig.metrics.refusals(code == std::string("unauthorized") && text.find("token") != std::string::npos ? "wrong_token" : code), 1u) << text;
  }
}

TEST(ServerClient, AFrameBeforeHelloEndsTheConnection) {
  HubRig rig;
  Listener listener(rig, true, false);
  listener.client->receive_binary(song_piece(1, 0, 10));
  EXPECT_EQ(listener.text()["code"], "hello_expected");
  EXPECT_TRUE(listener.client->closing());
}

TEST(ServerClient, WhoSaysNothingForTwoSecondsIsSentAway) {
  HubRig rig;
  Listener stranger(rig, false, false), known(rig, true, false);
  rig.pass(1990ms);
  EXPECT_FALSE(stranger.client->closing());
  rig.pass(20ms);
  ASSERT_TRUE(stranger.client->closing());
  EXPECT_EQ(stranger.client->closing()->code, 1008);
  EXPECT_EQ(stranger.text()["code"], "unauthorized");
  EXPECT_FALSE(known.client->closing());   // its credentials came with the upgrade
  EXPECT_EQ(rig.metrics.refusals("no_hello"), 1u);
}

TEST(ServerClient, RequestsReachTheLiveSideAndAreAnsweredInOrder) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  for (const char* request : {R"({"type":"set_params","id":"x","values":{"comp.ratio":3}})", R"({"type":"set_mode","id":"x","mode":"bypass"})", R"({"type":"set_wet","id":"x","wet_ratio":0.5})",
                              R"({"type":"close_device","id":"x"})", R"({"type":"calibrate","id":"x"})", R"({"type":"reset_meters","id":"x"})",
                              R"({"type":"transport","id":"x","action":"source","source":"file"})", R"({"type":"subscribe","id":"x","streams":[]})", R"({"type":"ping","id":"x"})"}) {
    EXPECT_EQ(listener.ask(request), (Json{{"type", "ok"}, {"id", "x"}})) << request;
  }
  const StudioState state = rig.live.state();
  EXPECT_EQ(state.params[params::kCompRatioIndex], 3.0);
  EXPECT_EQ(state.mode, Mode::bypass);
  EXPECT_EQ(state.wet_ratio, 0.5);
  EXPECT_EQ(state.transport.source, Source::file);
  for (const char* call : {"close_device", "calibrate", "reset_meters"}) EXPECT_TRUE(rig.live.was_called(call)) << call;
}

TEST(ServerClient, OpeningADeviceFillsInWhatWasLeftOut) {
  HubRig rig;
  Listener listener(rig);
  (void)listener.ask(R"({"type":"open_device"})");
  (void)listener.ask(R"({"type":"open_device","device_id":"jack:AG06"})");
  (void)listener.ask(R"({"type":"open_device","sample_rate_hz":96000,"block_frames":64})");
  EXPECT_EQ(rig.live.calls, (std::vector<std::string>{"open_device as configured", "open_device jack:AG06 48000 128", "open_device  96000 64"}));
}

TEST(ServerClient, WhatTheLiveSideRefusesIsAnErrorWithItsCode) {
  HubRig rig;
  Listener listener(rig);
  const Json error = listener.ask(R"({"type":"calibrate","id":7})");
  EXPECT_EQ(error["type"], "error");
  EXPECT_EQ(error["code"], "no_device");
  EXPECT_EQ(error["id"], 7);
  EXPECT_EQ(rig.metrics.refusals("no_device"), 1u);
}

TEST(ServerClient, RefusedMessagesChangeNothing) {
  HubRig rig;
  Listener listener(rig);
  const StudioState before = rig.live.state();
  for (const char* request : {R"({"type":"set_params","values":{"comp.ratio":3,"comp.knee_db":9999}})", R"({"type":"set_params","values":{"comp.ratio":3,"no.such":1}})",
                              R"({"type":"set_mode","mode":"loud"})", R"({"type":"set_wet","wet_ratio":1.5})", R"({"type":"set_wet","wet_ratio":0.5,"more":1})", R"({"type":"reboot"})", "[]", "nonsense",
                              R"({"type":"record","action":"start","format":"mp3"})", R"({"type":"hello","protocol":1})"}) {
    EXPECT_EQ(listener.ask(request)["type"], "error") << request;
  }
  EXPECT_EQ(protocol::changes(before, rig.live.state()), Json(nullptr));
  EXPECT_EQ(rig.live.call_count(), 0u);
  EXPECT_FALSE(listener.client->closing());
  EXPECT_EQ(listener.ask(R"({"type":"ping"})")["type"], "ok");
}

TEST(ServerClient, EveryoneHearsOfAChangeInNumberedDeltas) {
  HubRig rig;
  Listener one(rig), two(rig, true, false), silent(rig, true, false);
  two.say(R"({"type":"hello","protocol":1})");
  std::uint64_t seq = two.texts()[1]["seq"];
  (void)one.ask(R"({"type":"set_params","values":{"comp.ratio":3}})");
  rig.pass(20ms);
  Json delta = two.text();
  EXPECT_EQ(delta["type"], "delta");
  EXPECT_EQ(delta["seq"], ++seq);
  EXPECT_EQ(delta["changes"], (Json{{"params", {{"comp.ratio", 3.0}}}}));
  rig.live.plug_in();
  rig.pass(20ms);
  delta = two.text();
  EXPECT_EQ(delta["seq"], ++seq);
  EXPECT_EQ(delta["changes"]["device"]["phase"], "running");
  EXPECT_TRUE(silent.texts().empty());   // who has not greeted hears nothing
}

TEST(ServerClient, ManyChangesAtOnceAreFewDeltasThatAddUp) {
  HubRig rig;
  Listener one(rig), two(rig);
  for (int i = 0; i < 1000; ++i) one.say(R"({"type":"set_wet","wet_ratio":)" + std::to_string(i / 1000.0) + "}");
  rig.pass(20ms);
  const auto deltas = two.texts();
  EXPECT_LE(deltas.size(), 3u);
  ASSERT_FALSE(deltas.empty());
  EXPECT_EQ(deltas.back()["changes"]["wet_ratio"], 0.999);
}

TEST(ServerClient, SlowRequestsWaitTogetherAndAreLimited) {
  HubRig rig;
  Listener listener(rig);
  rig.holds_slow_work = true;
  for (int i = 0; i < kMaxSlowRequests; ++i) listener.say(R"({"type":"list_devices","id":)" + std::to_string(i) + "}");
  EXPECT_TRUE(listener.texts().empty());
  EXPECT_EQ(listener.ask(R"({"type":"list_takes","id":"more"})")["code"], "rate_limited");
  EXPECT_EQ(listener.ask(R"({"type":"ping","id":"p"})")["type"], "ok");   // nobody waits for a disk who does not ask for it
  rig.do_slow_work();
  const auto answers = listener.texts();
  ASSERT_EQ(answers.size(), static_cast<std::size_t>(kMaxSlowRequests));
  for (int i = 0; i < kMaxSlowRequests; ++i) {
    EXPECT_EQ(answers[static_cast<std::size_t>(i)]["id"], i);
    EXPECT_EQ(answers[static_cast<std::size_t>(i)]["result"]["devices"][0]["id"], "fake:1");
  }
  EXPECT_EQ(rig.live.calls.size(), static_cast<std::size_t>(kMaxSlowRequests));
}

TEST(ServerClient, AnAnswerToWhoHasGoneIsDropped) {
  HubRig rig;
  rig.holds_slow_work = true;
  Listener listener(rig);
  listener.say(R"({"type":"list_devices"})");
  listener.leave();
  rig.do_slow_work();
  EXPECT_TRUE(rig.live.was_called("devices"));
}

TEST(ServerClient, RecordingIsAnsweredWithTheTakeAndToldToAll) {
  HubRig rig;
  Listener one(rig), two(rig);
  EXPECT_EQ(one.ask(R"({"type":"record","action":"stop","id":0})")["code"], "not_recording");
  const Json started = one.ask(R"({"type":"record","action":"start","format":"flac24","id":1})");
  EXPECT_EQ(started["result"]["take_id"], "2026-11-21T16-40-12Z-processed");
  EXPECT_EQ(one.ask(R"({"type":"record","action":"start","id":2})")["code"], "busy");
  EXPECT_EQ(one.ask(R"({"type":"record","action":"stop","id":3})")["result"]["take_id"], "2026-11-21T16-40-12Z-processed");
  rig.pass(20ms);
  bool told = false;
  for (const Json& text : two.texts()) told = told || text["type"] == "takes";
  EXPECT_TRUE(told);
  EXPECT_TRUE(rig.live.was_called("start_recording flac24"));
}

TEST(ServerClient, AFloodOfMessagesIsCutAtTheRate) {
  HubRig rig;
  Listener listener(rig);
  int ok = 0, limited = 0;
  for (int i = 0; i < 10000; ++i) {
    const Json answer = listener.ask(R"({"type":"ping"})");
    ok += answer["type"] == "ok";
    limited += answer.value("code", "") == "rate_limited";
  }
  EXPECT_NEAR(ok, kControlBurst, 2.0);
  EXPECT_EQ(ok + limited, 10000);
  rig.now += 500ms;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(listener.ask(R"({"type":"ping"})")["type"], "ok");
}

TEST(ServerClient, WhoDoesNotReadIsNotAskedForMoreAndThenSentAway) {
  HubRig rig;
  Listener deaf(rig), other(rig);
  for (std::size_t i = 0; i < kPauseReadingMessages; ++i) {
    EXPECT_TRUE(deaf.client->may_read());
    deaf.say(R"({"type":"ping"})");
  }
  EXPECT_FALSE(deaf.client->may_read());
  for (std::size_t i = 0; i < kMaxControlMessages; ++i) {
    (void)other.ask(R"({"type":"set_wet","wet_ratio":)" + std::to_string(static_cast<double>(i) / 5000.0) + "}");
    rig.pass(10ms);
  }
  ASSERT_TRUE(deaf.client->closing());
  EXPECT_EQ(deaf.client->closing()->code, 1013);
  EXPECT_TRUE(deaf.client->closing()->at_once);
  EXPECT_TRUE(deaf.texts().empty());   // its memory is free again
  EXPECT_FALSE(other.client->closing());
  EXPECT_EQ(rig.metrics.refusals("slow_client"), 1u);
}

TEST(ServerStreams, MetersComeAtEachClientsRateAndNoPeakIsLost) {
  HubRig rig;
  rig.live.plug_in();
  Listener fast(rig), slow(rig);
  (void)fast.ask(R"({"type":"subscribe","streams":["meters"],"rate_hz":50})");
  (void)slow.ask(R"({"type":"subscribe","streams":["meters"],"rate_hz":10})");
  float loudest = -100.0f, fast_peak = -100.0f, slow_peak = -100.0f;
  int fast_frames = 0, slow_frames = 0;
  std::uint32_t next = 0;
  for (int i = 0; i < 200; ++i) {   // 1 s of ticks
    MeterFrame meters;
    meters.sample_time = static_cast<std::uint64_t>(i) * 240;
    meters.input_peak_dbfs[0] = i % 37 == 5 ? -1.0f - static_cast<float>(i) / 1000.0f : -60.0f;
    meters.xruns = static_cast<float>(i);
    loudest = std::max(loudest, meters.input_peak_dbfs[0]);
    rig.live.measure(meters);
    rig.pass(5ms);
    for (const auto& frame : fast.frames_of(FrameKind::meters)) {
      ++fast_frames;
      EXPECT_EQ(frame.header.sequence, next++);
      EXPECT_EQ(frame.header.sample_rate_hz, 48000u);
      fast_peak = std::max(fast_peak, frame.samples[17]);
    }
    for (const auto& frame : slow.frames_of(FrameKind::meters)) {
      ++slow_frames;
      slow_peak = std::max(slow_peak, frame.samples[17]);
      EXPECT_EQ(frame.samples[23], static_cast<float>(i));   // counts: the latest
    }
  }
  EXPECT_NEAR(fast_frames, 50, 1);
  EXPECT_NEAR(slow_frames, 10, 1);
  EXPECT_EQ(fast_peak, loudest);
  EXPECT_EQ(slow_peak, loudest);
}

TEST(ServerStreams, AClientThatDoesNotTakeItsMetersFindsThePeaksInTheNext) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  (void)listener.ask(R"({"type":"subscribe","streams":["meters"],"rate_hz":60})");
  for (int i = 0; i < 100; ++i) {
    MeterFrame meters;
    meters.output_peak_dbfs[1] = i == 20 ? -3.0f : -50.0f;
    rig.live.measure(meters);
    rig.pass(20ms);
  }
  const auto frames = listener.frames_of(FrameKind::meters);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].samples[20], -3.0f);
}

TEST(ServerStreams, TheSpectrumIsThatOfTheOutput) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  (void)listener.ask(R"({"type":"subscribe","streams":["spectrum","scope","features"],"rate_hz":60})");
  constexpr int kBin = 300;
  const auto samples = tone(48000, kBin * 48000.0 / 8192.0, 0.5);
  for (std::size_t at = 0; at + 480 <= samples.size(); at += 480) {
    rig.live.run({samples.begin() + static_cast<std::ptrdiff_t>(at), samples.begin() + static_cast<std::ptrdiff_t>(at + 480)});
    rig.pass(5ms);
  }
  const auto spectra = listener.frames_of(FrameKind::spectrum);
  ASSERT_FALSE(spectra.empty());
  const auto& bins = spectra.back().samples;
  EXPECT_EQ(std::max_element(bins.begin(), bins.end()) - bins.begin(), kBin);
  EXPECT_NEAR(bins[kBin], -6.02f, 0.05f);   // 0.5 of full scale
  EXPECT_LT(bins[kBin + 40], -90.0f);
  const auto waves = listener.frames_of(FrameKind::scope);
  ASSERT_FALSE(waves.empty());
  const std::uint64_t first = waves.back().header.sample_time - protocol::kScopeFrames;
  for (std::size_t i = 0; i < 2048; ++i) ASSERT_EQ(waves.back().samples[i], samples[2 * first + i]) << i;
  const auto features = listener.frames_of(FrameKind::features);
  ASSERT_FALSE(features.empty());
  const auto& f = features.back().samples;
  EXPECT_NEAR(f[0], -6.02f, 0.02f);    // rms of a sine, sine = 0 dB
  EXPECT_NEAR(f[1], 3.01f, 0.02f);     // crest
  EXPECT_NEAR(f[2], 1.0f, 1e-6f);      // correlation
  EXPECT_NEAR(f[3], 0.0f, 1e-6f);      // balance
  EXPECT_NEAR(f[4], 0.0f, 1e-6f);      // side
  EXPECT_NEAR(f[5], 1757.8f, 5.0f);    // centroid
  EXPECT_NEAR(f[6], 1757.8f, 12.0f);   // roll-off
  EXPECT_LT(f[7], 0.01f);              // flatness
  EXPECT_NEAR(f[9], -6.02f, 0.05f);    // all in the middle band
  EXPECT_LT(f[8], -80.0f);
}

TEST(ServerStreams, SilenceHasNoFeaturesAndAnEmptySpectrum) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  (void)listener.ask(R"({"type":"subscribe","streams":["spectrum","features"]})");
  rig.live.run(std::vector<float>(2 * 9000));
  rig.pass(50ms);
  const auto spectra = listener.frames_of(FrameKind::spectrum);
  ASSERT_FALSE(spectra.empty());
  for (const float value : spectra.back().samples) ASSERT_EQ(value, -std::numeric_limits<float>::infinity());
  const auto features = listener.frames_of(FrameKind::features);
  ASSERT_FALSE(features.empty());
  for (const float value : features.back().samples) EXPECT_TRUE(std::isnan(value));
  rig.pass(200ms);   // and nothing new is not sent again
  EXPECT_TRUE(listener.frames_of(FrameKind::spectrum).empty());
}

TEST(ServerStreams, AudioComesWithoutGaps) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  rig.live.run(tone(1000, 440.0, 0.3));   // from before: not sent
  (void)listener.ask(R"({"type":"subscribe","streams":["audio_input","audio_output"]})");
  rig.pass(5ms);
  const auto samples = tone(48000, 997.0, 0.7);
  std::vector<float> input, output;
  std::uint32_t next = 0;
  std::uint64_t place = 1000;
  for (std::size_t at = 0; at + 466 <= samples.size(); at += 466) {   // blocks that fit nothing
    rig.live.run({samples.begin() + static_cast<std::ptrdiff_t>(at), samples.begin() + static_cast<std::ptrdiff_t>(at + 466)});
    rig.pass(5ms);
    for (const auto& frame : listener.frames_of(FrameKind::audio_output)) {
      EXPECT_EQ(frame.header.sequence, next++);
      EXPECT_EQ(frame.header.sample_time, place);
      EXPECT_LE(frame.header.frames, 512u);
      place += frame.header.frames;
      output.insert(output.end(), frame.samples.begin(), frame.samples.end());
    }
    for (const auto& frame : listener.frames_of(FrameKind::audio_input)) input.insert(input.end(), frame.samples.begin(), frame.samples.end());
  }
  ASSERT_GT(output.size(), 90000u);
  EXPECT_TRUE(std::equal(output.begin(), output.end(), samples.begin()));
  EXPECT_EQ(input, output);
  EXPECT_TRUE(listener.other_texts.empty());
}

TEST(ServerStreams, ASlowListenerLosesTheOldestAudioAndIsToldOthersLoseNothing) {
  HubRig rig;
  rig.live.plug_in();
  Listener slow(rig), quick(rig);
  (void)slow.ask(R"({"type":"subscribe","streams":["audio_output"]})");
  (void)quick.ask(R"({"type":"subscribe","streams":["audio_output"]})");
  rig.pass(5ms);
  std::uint32_t next = 0;
  constexpr std::uint32_t kPieces = 100;
  for (std::uint32_t i = 0; i < kPieces; ++i) {
    rig.live.run(tone(480, 440.0, 0.3));
    rig.pass(10ms);
    for (const auto& frame : quick.frames_of(FrameKind::audio_output)) EXPECT_EQ(frame.header.sequence, next++);
  }
  EXPECT_EQ(next, kPieces);
  EXPECT_TRUE(quick.other_texts.empty());
  const auto late = slow.frames_of(FrameKind::audio_output);
  ASSERT_EQ(late.size(), kMaxAudioPieces);
  EXPECT_EQ(late.front().header.sequence, kPieces - kMaxAudioPieces);
  EXPECT_EQ(late.back().header.sequence, kPieces - 1);
  ASSERT_EQ(slow.other_texts.size(), 1u);
  EXPECT_EQ(slow.other_texts[0], (Json{{"type", "lagging"}, {"stream", "audio_output"}, {"lost", kPieces - kMaxAudioPieces}}));
  EXPECT_FALSE(slow.client->closing());
}

TEST(ServerStreams, ANewSubscriptionReplacesTheOld) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  (void)listener.ask(R"({"type":"subscribe","streams":["audio_output","meters"]})");
  rig.live.run(tone(4800, 440.0, 0.3));
  rig.live.measure({});
  rig.pass(5ms);
  listener.client->receive_text(R"({"type":"subscribe","streams":[]})");   // what waits is for nobody now
  EXPECT_EQ(listener.texts().size(), 1u);
  EXPECT_TRUE(listener.frames.empty());
  rig.live.run(tone(4800, 440.0, 0.3));
  rig.pass(50ms);
  EXPECT_TRUE(listener.texts().empty());
  EXPECT_TRUE(listener.frames.empty());
}

TEST(ServerStreams, MovesGoToThoseWhoAskedForThem) {
  HubRig rig;
  Listener one(rig), two(rig);
  (void)one.ask(R"({"type":"subscribe","streams":["moves"]})");
  rig.live.add_move({params::kCompRatioIndex, 2.0, 2.5, 0.8, "The voice jumps in level.", "Short-term loudness moves by 9.5 LU."});
  rig.pass(20ms);
  const Json moves = one.text();
  EXPECT_EQ(moves["type"], "moves");
  EXPECT_EQ(moves["moves"][0]["param"], "comp.ratio");
  EXPECT_EQ(moves["moves"][0]["to"], 2.5);
  EXPECT_TRUE(two.texts().empty());
}

// Sends what was granted; returns the frames sent.
struct Singer {
  Listener& listener;
  std::uint32_t stream_id = 0;
  std::uint64_t granted = 0, sent = 0;
  std::vector<Json> others{};
  void start(std::uint64_t first_frame = 0) {
    stream_id = listener.ask(R"({"type":"transport","action":"start","sample_rate_hz":48000,"first_frame":)" + std::to_string(first_frame) + "}")["result"]["stream_id"];
    sent = first_frame;
    granted = 0;
  }
  void listen() {
    for (const Json& text : listener.texts()) {
      if (text["type"] == "credit") {
        EXPECT_EQ(text["stream_id"], stream_id);
        granted += text["frames"].get<std::uint64_t>();
      } else if (text["type"] != "delta") {
        others.push_back(text);
      }
    }
  }
  void sing(std::uint64_t until_frame = ~0ull) {
    listen();
    while (granted > 0 && sent < until_frame) {
      const auto frames = std::min<std::uint64_t>({granted, 4096, until_frame - sent});
      listener.client->receive_binary(song_piece(stream_id, sent, static_cast<std::size_t>(frames), sent + frames == until_frame));
      sent += frames;
      granted -= frames;
    }
    listen();
  }
};

TEST(ServerSong, CreditKeepsTheSongASecondAndAHalfAheadAndNothingIsLost) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  Singer singer{listener};
  singer.start();
  rig.pass(20ms);
  singer.sing();
  EXPECT_EQ(rig.live.song_waiting(), 72000u);
  for (int i = 0; i < 500; ++i) {
    rig.live.play_song(480);
    rig.pass(10ms);
    singer.sing(200000);
    EXPECT_LE(rig.live.song_waiting(), 72000u);
    if (i < 250) {
      EXPECT_GT(rig.live.song_waiting(), 60000u);
    }   // then the last of 200 000 frames is sent
  }
  EXPECT_TRUE(singer.others.empty()) << singer.others[0];
  ASSERT_EQ(rig.live.song.size(), 400000u);
  for (std::size_t i = 0; i < rig.live.song.size(); ++i) ASSERT_EQ(rig.live.song[i], static_cast<float>(i % 1000) / 1000.0f) << i;
  EXPECT_TRUE(rig.live.song_is_last);
  rig.live.end_song();
  rig.pass(20ms);
  singer.listen();
  ASSERT_EQ(singer.others.size(), 1u);
  EXPECT_EQ(singer.others[0], (Json{{"type", "song_ended"}, {"stream_id", singer.stream_id}, {"reason", "finished"}}));
}

TEST(ServerSong, WhatWasNotGrantedGapsAndOtherRatesAreRefusedWhole) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  Singer singer{listener};
  singer.start();
  listener.client->receive_binary(song_piece(singer.stream_id, 0, 100));
  EXPECT_EQ(listener.text()["code"], "bad_frame");   // before any credit
  rig.pass(20ms);
  singer.listen();
  ASSERT_EQ(singer.granted, 72000u);
  for (const auto& piece : {song_piece(singer.stream_id, 0, 72001), song_piece(singer.stream_id, 10, 100), song_piece(singer.stream_id, 0, 100, false, 44100)}) {
    listener.client->receive_binary(piece);
    EXPECT_EQ(listener.text()["code"], "bad_frame");
  }
  EXPECT_EQ(rig.live.song_waiting(), 0u);
  listener.client->receive_binary(song_piece(singer.stream_id, 0, 100, true));
  listener.client->receive_binary(song_piece(singer.stream_id, 100, 100));
  EXPECT_EQ(listener.text()["code"], "bad_frame");   // after the last
  EXPECT_EQ(rig.live.song_waiting(), 100u);
}

TEST(ServerSong, PiecesOfAnOlderStreamAreDroppedSilently) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  Singer singer{listener};
  singer.start();
  rig.pass(20ms);
  singer.sing();
  const std::uint32_t old_id = singer.stream_id;
  singer.start(48000);
  EXPECT_NE(singer.stream_id, old_id);
  listener.client->receive_binary(song_piece(old_id, 72000, 100));
  EXPECT_TRUE(listener.texts().empty());
  EXPECT_EQ(rig.live.song_waiting(), 0u);
  rig.pass(20ms);
  singer.sing();
  EXPECT_EQ(rig.live.song_waiting(), 72000u);
}

TEST(ServerSong, OnlyTheOwnerStopsItAndAnotherStartReplacesIt) {
  HubRig rig;
  rig.live.plug_in();
  Listener one(rig), two(rig);
  EXPECT_EQ(one.ask(R"({"type":"transport","action":"pause"})")["code"], "not_playing");
  Singer first{one}, second{two};
  first.start();
  EXPECT_EQ(two.ask(R"({"type":"transport","action":"stop"})")["code"], "not_owner");
  EXPECT_FALSE(rig.live.was_called("stop_song"));
  rig.pass(20ms);
  second.start();
  first.listen();
  ASSERT_FALSE(first.others.empty());
  EXPECT_EQ(first.others.back(), (Json{{"type", "song_ended"}, {"stream_id", first.stream_id}, {"reason", "replaced"}}));
  EXPECT_EQ(one.ask(R"({"type":"transport","action":"stop"})")["code"], "not_owner");
  EXPECT_EQ(two.ask(R"({"type":"transport","action":"stop"})")["type"], "ok");
}

TEST(ServerSong, APauseIsNoEnd) {
  HubRig rig;
  rig.live.plug_in();
  Listener listener(rig);
  Singer singer{listener};
  singer.start();
  EXPECT_EQ(listener.ask(R"({"type":"transport","action":"pause"})")["type"], "ok");
  rig.pass(1s);
  EXPECT_EQ(listener.ask(R"({"type":"transport","action":"resume"})")["type"], "ok");
  rig.pass(100ms);
  singer.listen();
  EXPECT_TRUE(singer.others.empty());
}

TEST(ServerSong, ItEndsWithItsDeviceAndWithItsClient) {
  HubRig rig;
  rig.live.plug_in();
  {
    Listener listener(rig);
    Singer singer{listener};
    singer.start();
    rig.live.unplug("the device was unplugged");
    rig.pass(20ms);
    singer.listen();
    ASSERT_EQ(singer.others.size(), 1u);
    EXPECT_EQ(singer.others[0]["reason"], "device_lost");
    EXPECT_EQ(listener.ask(R"({"type":"transport","action":"start","sample_rate_hz":48000})")["code"], "no_device");
    rig.live.plug_in();
    singer.start();
    EXPECT_FALSE(rig.live.was_called("stop_song"));
  }
  EXPECT_TRUE(rig.live.was_called("stop_song"));
}

TEST(ServerFeed, TellsTheStateOnceAndMetersMerged) {
  HubRig rig;
  rig.live.plug_in();
  EventFeed feed = rig.hub.make_feed();
  EXPECT_TRUE(rig.hub.has_listeners());
  std::string events = feed();
  EXPECT_EQ(events.rfind("event: state\n", 0), 0u);
  EXPECT_EQ(feed(), "");
  for (int i = 0; i < 10; ++i) {
    MeterFrame meters;
    meters.input_peak_dbfs[0] = i == 3 ? -6.0f : -40.0f;
    meters.monitor[0] = std::nanf("");
    rig.live.measure(meters);
    rig.pass(5ms);
  }
  events = feed();
  const std::string data = events.substr(events.find("data: ") + 6);
  EXPECT_EQ(events.rfind("event: meters\n", 0), 0u);
  EXPECT_EQ(events.substr(events.size() - 2), "\n\n");
  const Json meters = Json::parse(data);
  EXPECT_EQ(meters["input_peak_left_dbfs"], -6.0);
  EXPECT_TRUE(meters["momentary_lufs"].is_null());
  feed = {};
  EXPECT_FALSE(rig.hub.has_listeners());
}

TEST(ServerHub, AtTheEndEveryoneIsTold) {
  HubRig rig;
  Listener listener(rig);
  rig.hub.close_all("the bridge is shutting down");
  ASSERT_TRUE(listener.client->closing());
  EXPECT_EQ(listener.client->closing()->code, 1001);
}

}  // namespace
}  // namespace ag06::bridge::server
