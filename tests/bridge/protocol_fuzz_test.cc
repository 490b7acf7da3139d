// 200 000 damaged messages and frames: the codec neither crashes nor accepts what it could not write itself. Seeded, so that a failure comes back.
#include <cmath>
#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bridge/support/documents.h"
#include "bridge/support/mutate.h"
#include "params/curves.h"
#include "protocol/frames.h"
#include "protocol/messages.h"
#include "protocol/requests.h"

namespace ag06::bridge::protocol {
namespace {

const std::vector<std::string> kTokens = {
    "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "false", "NaN", "Infinity", "1e999", "-1e999", "1e308", "1e-320",
    "-0", "0", "1", "-1", "0.5", "64", "120", "44100", "9007199254740993", "18446744073709551616", "\xff", "\xef\xbb\xbf", std::string(1, '\0'),
    "\"id\":7,", "\"type\":\"ping\",", "\"x\":", "[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":", "\"comp.ratio\":2,", "\"meters\"", "\"start\"",
    "\"auto\"", "\"file\"",
    "1.0000000000000000000000000000001", "00", "+1", ".5", "5.", "0x10", " ", "\n", "/**/",
};

// What parse() promises of every message it accepts.
struct Promises {
  void operator()(const Hello&) const {}
  void operator()(const SetParams& r) const {
    std::vector<bool> seen(params::kCount);
    for (const auto& [index, value] : r.values) {
      ASSERT_TRUE(index >= 0 && index < params::kCount);
      ASSERT_FALSE(seen[static_cast<std::size_t>(index)]);
      seen[static_cast<std::size_t>(index)] = true;
      ASSERT_EQ(params::check(params::kTable[index], value), Status::ok);
    }
  }
  void operator()(const SetWet& r) const { ASSERT_TRUE(r.wet_ratio >= 0.0 && r.wet_ratio <= 1.0); }
  void operator()(const SetMonitor& r) const {
    for (const double gain_db : {r.original_gain_db, r.processed_gain_db}) ASSERT_TRUE(gain_db >= kMinMonitorGainDb && gain_db <= 0.0);
  }
  void operator()(const OpenDevice& r) const {
    const double rate_hz = r.sample_rate_hz.value_or(kMinDeviceRateHz);
    const int frames = r.block_frames.value_or(kMinBlockFrames);
    ASSERT_TRUE(rate_hz >= kMinDeviceRateHz && rate_hz <= kMaxDeviceRateHz);
    ASSERT_TRUE(frames >= kMinBlockFrames && frames <= kMaxBlockFrames);
  }
  void operator()(const StartSong& r) const {
    ASSERT_TRUE(r.sample_rate_hz >= kMinSongRateHz && r.sample_rate_hz <= kMaxSongRateHz);
    ASSERT_LE(r.first_frame, kMaxSongFrame);
  }
  void operator()(const StartRecording& r) const {
    ASSERT_TRUE(r.input || r.processed);
    ASSERT_TRUE(r.format == "wav24" || r.format == "wav32f" || r.format == "flac24");
  }
  void operator()(const RemoveTake& r) const { ASSERT_FALSE(r.take_id.empty()); }
  void operator()(const Subscribe& r) const { ASSERT_TRUE(r.rate_hz >= kMinRateHz && r.rate_hz <= kMaxRateHz); }
  template <class Other>
  void operator()(const Other&) const {}
};

TEST(ProtocolFuzz, DamagedMessages) {
  const auto corpus = test::protocol_examples("client");
  test::Mutator mutate(20261121);
  int accepted = 0;
  for (int i = 0; i < 120000; ++i) {
    const std::string text = mutate(corpus[mutate.pick(corpus.size())], kTokens);
    const auto read = parse(text);
    if (const auto* const error = std::get_if<ProtocolError>(&read)) {
      ASSERT_FALSE(error->message.empty()) << text;
      ASSERT_TRUE(Json::accept(write_error(*error))) << text;
      continue;
    }
    ++accepted;
    const auto& message = std::get<ClientMessage>(read);
    const auto id = Json::parse(message.id.json);
    ASSERT_TRUE(id.is_null() || id.is_number() || id.is_string()) << text;
    std::visit(Promises{}, message.body);
    if (HasFatalFailure()) FAIL() << text;
    // An accepted message is JSON to another reader as well.
    ASSERT_TRUE(Json::accept(text)) << text;
  }
  // The damage must leave some alive, or nothing was tested behind the JSON.
  EXPECT_GT(accepted, 1000);
  EXPECT_LT(accepted, 60000);
}

TEST(ProtocolFuzz, DamagedFrames) {
  std::vector<std::string> corpus;
  std::vector<std::byte> wire;
  const std::vector<float> audio(64, 0.25f);
  encode_meters(1, 48000, {}, wire);
  corpus.emplace_back(reinterpret_cast<const char*>(wire.data()), wire.size());
  for (const bool is_last : {false, true}) {
    encode({FrameKind::song_audio, is_last, 1, 77, 44100, 2, 32}, audio, wire);
    corpus.emplace_back(reinterpret_cast<const char*>(wire.data()), wire.size());
  }
  encode_audio(FrameKind::audio_input, 1, 48000, 5, audio, wire);
  corpus.emplace_back(reinterpret_cast<const char*>(wire.data()), wire.size());
  const std::vector<std::string> tokens = {std::string(4, '\0'), std::string(8, '\xff'), "\x01", "\x20\x01\x02\x80",
                                           std::string("\0\0\x80\x7f", 4), "12345678"};

  test::Mutator mutate(7);
  int accepted = 0;
  for (int i = 0; i < 80000; ++i) {
    const std::string text = mutate(corpus[mutate.pick(corpus.size())], tokens);
    const auto bytes = std::as_bytes(std::span(text));
    const auto read = decode(bytes);
    const auto song = parse_song_audio(bytes);
    const auto* const frame = std::get_if<Frame>(&read);
    if (frame == nullptr) {
      ASSERT_TRUE(std::holds_alternative<ProtocolError>(song));
      ASSERT_TRUE(Json::accept(write_error(std::get<ProtocolError>(read))));
      continue;
    }
    ++accepted;
    // What is accepted is what we would write, to the bit (a signalling NaN may have been quieted on its way through a register).
    encode(frame->header, frame->samples, wire);
    ASSERT_EQ(wire.size(), bytes.size());
    ASSERT_EQ(std::memcmp(wire.data(), bytes.data(), kFrameHeaderBytes), 0);
    if (const auto* const piece = std::get_if<SongAudio>(&song)) {
      ASSERT_EQ(piece->interleaved.size(), std::size_t{2} * frame->header.frames);
      ASSERT_TRUE(piece->is_last || !piece->interleaved.empty());
      for (const float sample : piece->interleaved) ASSERT_TRUE(std::isfinite(sample));
    }
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace ag06::bridge::protocol
