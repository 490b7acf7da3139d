// Binary frames against conformance/frames.gen.json, which is packed by another program from bridge/PROTOCOL.md alone.
#include "protocol/frames.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bridge/support/documents.h"

namespace ag06::bridge::protocol {
namespace {

using Json = nlohmann::json;
using Bytes = std::vector<std::byte>;

Bytes bytes_of(const std::string& hex) {
  Bytes out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return out;
}

float sample_of(const Json& value) {
  if (value == "nan") return std::numeric_limits<float>::quiet_NaN();
  if (value == "-inf") return -std::numeric_limits<float>::infinity();
  return value.get<float>();
}

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }

Json vectors() { return Json::parse(test::file_text("tests/bridge/conformance/frames.gen.json")); }

TEST(ProtocolFrames, EveryGoodFrameIsReadAndWrittenToTheBit) {
  const Json all = vectors();
  for (const Json& v : all["good"]) {
    SCOPED_TRACE(v["name"].get<std::string>());
    const Bytes wire = bytes_of(v["hex"]);
    const auto read = decode(wire);
    ASSERT_TRUE(std::holds_alternative<Frame>(read)) << std::get<ProtocolError>(read).message;
    const auto& [header, samples] = std::get<Frame>(read);
    EXPECT_EQ(static_cast<int>(header.kind), v["kind"]);
    EXPECT_EQ(header.channels, v["channels"]);
    EXPECT_EQ(header.sequence, v["sequence"]);
    EXPECT_EQ(header.frames, v["frames"]);
    EXPECT_EQ(header.sample_rate_hz, v["sample_rate_hz"]);
    EXPECT_EQ(std::to_string(header.sample_time), v["sample_time"]);
    EXPECT_EQ(header.is_last, v["is_last"]);
    ASSERT_EQ(samples.size(), v["samples"].size());
    for (std::size_t i = 0; i < samples.size(); ++i) ASSERT_TRUE(same_bits(samples[i], sample_of(v["samples"][i]))) << i;
    Bytes written;
    encode(header, samples, written);
    EXPECT_EQ(written, wire);
  }
}

TEST(ProtocolFrames, EveryBadFrameIsRefused) {
  const Json all = vectors();
  for (const Json& v : all["bad"]) {
    const auto read = decode(bytes_of(v["hex"]));
    ASSERT_TRUE(std::holds_alternative<ProtocolError>(read)) << v["name"];
    EXPECT_EQ(name_of(std::get<ProtocolError>(read).code), v["code"].get<std::string>()) << v["name"];
  }
}

TEST(ProtocolFrames, NoPrefixOfAGoodFrameIsOne) {
  const Json all = vectors();
  for (const Json& v : all["good"]) {
    const Bytes wire = bytes_of(v["hex"]);
    for (std::size_t length = 0; length < wire.size(); ++length)
      ASSERT_TRUE(std::holds_alternative<ProtocolError>(decode(std::span(wire).first(length)))) << v["name"] << " cut to " << length;
  }
}

TEST(ProtocolFrames, MetersKeepTheirNamesOrder) {
  MeterFrame meters;
  meters.sample_time = 77;
  for (std::size_t i = 0; i < std::size(meters.monitor); ++i) meters.monitor[i] = static_cast<float>(i);
  meters.input_peak_dbfs[1] = -1.0f;
  meters.output_peak_dbfs[0] = -2.0f;
  meters.load_max_ratio = 0.5f;
  meters.xruns = 3.0f;
  meters.song_position_frames = 4.0f;
  meters.recorder_lost_frames = 5.0f;
  Bytes wire;
  encode_meters(12, 48000, meters, wire);
  const auto frame = std::get<Frame>(decode(wire));
  EXPECT_EQ(frame.header, (FrameHeader{FrameKind::meters, false, 12, 77, 48000, kMeterValues, 1}));
  const auto named = [&](std::string_view name) {
    const auto at = std::find(kMeterNames.begin(), kMeterNames.end(), name);
    EXPECT_NE(at, kMeterNames.end()) << name;
    return frame.samples[static_cast<std::size_t>(at - kMeterNames.begin())];
  };
  EXPECT_EQ(named("momentary_lufs"), 0.0f);
  EXPECT_EQ(named("gate_reduction_db"), 7.0f);      // engine::Telemetry's order
  EXPECT_EQ(named("compressor_input_dbfs"), 16.0f);
  EXPECT_EQ(named("input_peak_right_dbfs"), -1.0f);
  EXPECT_EQ(named("output_peak_left_dbfs"), -2.0f);
  EXPECT_EQ(named("load_max_ratio"), 0.5f);
  EXPECT_EQ(named("xruns"), 3.0f);
  EXPECT_EQ(named("song_position_frames"), 4.0f);
  EXPECT_EQ(named("recorder_lost_frames"), 5.0f);

  const MeterFrame back = meters_of(std::span<const float, kMeterValues>(frame.samples), frame.header.sample_time);
  EXPECT_EQ(values_of(back), values_of(meters));
  EXPECT_EQ(back.sample_time, 77u);
}

TEST(ProtocolFrames, TheShorthandsWriteTheirKinds) {
  Bytes wire;
  std::array<float, kSpectrumBins> spectrum{};
  std::array<float, 2 * kScopeFrames> scope{};
  const float audio[] = {0.1f, 0.2f, 0.3f, 0.4f};
  encode_spectrum(1, 48000, 10, spectrum, wire);
  EXPECT_EQ(std::get<Frame>(decode(wire)).header, (FrameHeader{FrameKind::spectrum, false, 1, 10, 48000, 1, 4096}));
  encode_scope(2, 48000, 11, scope, wire);
  EXPECT_EQ(std::get<Frame>(decode(wire)).header, (FrameHeader{FrameKind::scope, false, 2, 11, 48000, 2, 1024}));
  encode_features(3, 48000, 12, {.rms_dbfs = -3.0f, .high_dbfs = -60.0f}, wire);
  const auto features = std::get<Frame>(decode(wire));
  EXPECT_EQ(features.header, (FrameHeader{FrameKind::features, false, 3, 12, 48000, kFeatureValues, 1}));
  EXPECT_EQ(features.samples.front(), -3.0f);
  EXPECT_EQ(features.samples.back(), -60.0f);
  encode_audio(FrameKind::audio_output, 4, 48000, 13, audio, wire);
  EXPECT_EQ(std::get<Frame>(decode(wire)).header, (FrameHeader{FrameKind::audio_output, false, 4, 13, 48000, 2, 2}));
}

SongAudio song(const FrameHeader& header, std::span<const float> samples) {
  Bytes wire;
  encode(header, samples, wire);
  auto read = parse_song_audio(wire);
  if (auto* error = std::get_if<ProtocolError>(&read)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<SongAudio>(std::move(read));
}

ErrorCode song_error(const FrameHeader& header, std::span<const float> samples) {
  Bytes wire;
  encode(header, samples, wire);
  auto read = parse_song_audio(wire);
  return std::holds_alternative<ProtocolError>(read) ? std::get<ProtocolError>(read).code : ErrorCode::internal;
}

TEST(ProtocolFrames, ASongsPieceReachesItsPlace) {
  const float audio[] = {0.1f, 0.2f, 0.3f, 0.4f};
  const SongAudio piece = song({FrameKind::song_audio, true, 5, 1u << 30, 44100, 2, 2}, audio);
  EXPECT_EQ(piece.stream_id, 5u);
  EXPECT_EQ(piece.first_frame, 1u << 30);
  EXPECT_EQ(piece.sample_rate_hz, 44100u);
  EXPECT_TRUE(piece.is_last);
  EXPECT_EQ(piece.interleaved, std::vector<float>(std::begin(audio), std::end(audio)));
  const std::vector<float> longest(2 * 131069);
  EXPECT_EQ(song({FrameKind::song_audio, false, 5, 0, 44100, 2, 131069}, longest).interleaved.size(), longest.size());
}

TEST(ProtocolFrames, WhatAClientMayNotSendIsRefused) {
  const float audio[] = {0.1f, 0.2f};
  const float infinite[] = {0.0f, std::numeric_limits<float>::infinity()};
  const float unknown[] = {std::numeric_limits<float>::quiet_NaN(), 0.0f};
  EXPECT_EQ(song_error({FrameKind::audio_output, false, 5, 0, 44100, 2, 1}, audio), ErrorCode::bad_frame);
  EXPECT_EQ(song_error({FrameKind::song_audio, false, 5, 0, 7999, 2, 1}, audio), ErrorCode::bad_frame);
  EXPECT_EQ(song_error({FrameKind::song_audio, false, 5, 0, 192001, 2, 1}, audio), ErrorCode::bad_frame);
  EXPECT_EQ(song_error({FrameKind::song_audio, false, 5, kMaxSongFrame, 44100, 2, 1}, audio), ErrorCode::bad_frame);
  EXPECT_EQ(song_error({FrameKind::song_audio, false, 5, 0, 44100, 2, 1}, infinite), ErrorCode::not_finite);
  EXPECT_EQ(song_error({FrameKind::song_audio, false, 5, 0, 44100, 2, 1}, unknown), ErrorCode::not_finite);
  const Bytes large(kMaxFrameBytes + 1);
  EXPECT_EQ(std::get<ProtocolError>(parse_song_audio(large)).code, ErrorCode::too_large);
}

}  // namespace
}  // namespace ag06::bridge::protocol
