// What clients may say, against bridge/PROTOCOL.md and the parameter table: everything described is read, everything else is refused by name.
#include "protocol/requests.h"

#include <cmath>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bridge/support/documents.h"
#include "protocol/strict_json.h"

namespace ag06::bridge::protocol {
namespace {

template <class Request>
Request accepted(const std::string& text) {
  auto read = parse(text);
  if (auto* error = std::get_if<ProtocolError>(&read)) {
    ADD_FAILURE() << text << "\nwas refused: " << error->message;
    return {};
  }
  auto* body = std::get_if<Request>(&std::get<ClientMessage>(read).body);
  if (body == nullptr) {
    ADD_FAILURE() << text << "\nwas read as another request";
    return {};
  }
  return *body;
}

ProtocolError refused(const std::string& text) {
  auto read = parse(text);
  if (auto* error = std::get_if<ProtocolError>(&read)) return *error;
  ADD_FAILURE() << text.substr(0, 200) << "\nwas accepted";
  return {};
}

std::string id_of(const std::string& text) {
  auto read = parse(text);
  if (auto* error = std::get_if<ProtocolError>(&read)) return "refused: " + error->message;
  return std::get<ClientMessage>(read).id.json;
}

TEST(ProtocolRequests, EveryExampleOfThePageIsRead) {
  const auto examples = test::protocol_examples("client");
  EXPECT_GE(examples.size(), 17u);
  std::set<std::size_t> kinds;
  for (const std::string& example : examples) {
    auto read = parse(example);
    ASSERT_TRUE(std::holds_alternative<ClientMessage>(read)) << example << "\n" << std::get<ProtocolError>(read).message;
    kinds.insert(std::get<ClientMessage>(read).body.index());
  }
  // All but stop, which is written like pause.
  EXPECT_GE(kinds.size(), std::variant_size_v<decltype(ClientMessage::body)> - 1);
}

TEST(ProtocolRequests, MembersReachTheirPlaces) {
  EXPECT_EQ(accepted<Hello>(R"({"type":"hello","protocol":1,"token":"secret"})").token, "secret");
  EXPECT_FALSE(accepted<Hello>(R"({"type":"hello","protocol":1})").token.has_value());
  EXPECT_EQ(accepted<SetMode>(R"({"type":"set_mode","mode":"auto"})").mode, Mode::automatic);
  EXPECT_EQ(accepted<SetMode>(R"({"type":"set_mode","mode":"bypass"})").mode, Mode::bypass);
  EXPECT_EQ(accepted<SetMonitor>(R"({"type":"set_monitor","original_gain_db":0,"processed_gain_db":-4.5})").processed_gain_db, -4.5);
  EXPECT_EQ(accepted<SetWet>(R"({"type":"set_wet","wet_ratio":0.25})").wet_ratio, 0.25);
  const auto device = accepted<OpenDevice>(R"({"type":"open_device","device_id":"x","sample_rate_hz":96000,"block_frames":64.0})");
  EXPECT_EQ(device.device_id, "x");
  EXPECT_EQ(device.sample_rate_hz, 96000.0);
  EXPECT_EQ(device.block_frames, 64);
  EXPECT_FALSE(accepted<OpenDevice>(R"({"type":"open_device"})").block_frames.has_value());
  EXPECT_EQ(accepted<SetSource>(R"({"type":"transport","action":"source","source":"file"})").source, Source::file);
  const auto song = accepted<StartSong>(R"({"type":"transport","action":"start","sample_rate_hz":44100,"first_frame":9007199254740991})");
  EXPECT_EQ(song.sample_rate_hz, 44100.0);
  EXPECT_EQ(song.first_frame, 9007199254740991u);
  EXPECT_EQ(accepted<StartSong>(R"({"type":"transport","action":"start","sample_rate_hz":44100})").first_frame, 0u);
  EXPECT_TRUE(accepted<PauseSong>(R"({"type":"transport","action":"pause"})").paused);
  EXPECT_FALSE(accepted<PauseSong>(R"({"type":"transport","action":"resume"})").paused);
  accepted<StopSong>(R"({"type":"transport","action":"stop"})");
  const auto record = accepted<StartRecording>(R"({"type":"record","action":"start"})");
  EXPECT_FALSE(record.input);
  EXPECT_TRUE(record.processed);
  EXPECT_EQ(record.format, "wav24");
  EXPECT_EQ(accepted<StartRecording>(R"({"type":"record","action":"start","format":"flac24"})").format, "flac24");
  const auto streams = accepted<Subscribe>(R"({"type":"subscribe","streams":["scope","audio_output"]})");
  EXPECT_EQ(streams.rate_hz, 60.0);
  for (int i = 0; i < kStreamCount; ++i) {
    const auto stream = static_cast<Stream>(i);
    EXPECT_EQ(streams.has(stream), stream == Stream::scope || stream == Stream::audio_output) << name_of(stream);
  }
}

TEST(ProtocolRequests, EveryParameterTakesItsWholeRangeAndNothingBeyond) {
  for (int i = 0; i < params::kCount; ++i) {
    const params::Parameter& p = params::kTable[i];
    const auto message = [&](double value) { return Json{{"type", "set_params"}, {"values", {{p.key, value}}}}.dump(); };
    for (const double value : {p.min, p.max, p.default_value}) {
      const auto read = accepted<SetParams>(message(value));
      ASSERT_EQ(read.values.size(), 1u);
      EXPECT_EQ(read.values[0], std::make_pair(i, value)) << p.key;
    }
    for (const double value : {std::nextafter(p.min, -1e300), std::nextafter(p.max, 1e300)})
      EXPECT_EQ(refused(message(value)).code, ErrorCode::out_of_range) << p.key;
    if (p.choices != nullptr || p.curve == params::Curve::toggle) {
      EXPECT_EQ(refused(message(p.min + 0.5)).code, ErrorCode::out_of_range) << p.key;
    }
  }
}

TEST(ProtocolRequests, OneBadValueRefusesAll) {
  const ProtocolError error = refused(R"({"type":"set_params","id":"d","values":{"comp.ratio":2,"comp.knee_db":1e6,"eq.1.q":1}})");
  EXPECT_EQ(error.code, ErrorCode::out_of_range);
  EXPECT_NE(error.message.find("comp.knee_db"), std::string::npos) << error.message;
  EXPECT_EQ(error.id.json, "\"d\"");
}

TEST(ProtocolRequests, WhatIsWrongIsNamed) {
  struct Case {
    const char* text;
    ErrorCode code;
    const char* names;
  };
  const Case cases[] = {
      {"", ErrorCode::bad_json, "byte"},
      {"{", ErrorCode::bad_json, "byte"},
      {"null", ErrorCode::bad_json, "object"},
      {R"(["type","ping"])", ErrorCode::bad_json, "object"},
      {R"({"type":"ping"} x)", ErrorCode::bad_json, "byte"},
      {R"({"type":"ping"}{"type":"ping"})", ErrorCode::bad_json, "byte"},
      {R"({"type":"ping",})", ErrorCode::bad_json, "byte"},
      {R"({'type':'ping'})", ErrorCode::bad_json, "byte"},
      {R"({"type":"ping"/*x*/})", ErrorCode::bad_json, "byte"},
      {"\xEF\xBB\xBF{\"type\":\"ping\"}", ErrorCode::bad_json, "byte order mark"},
      {"{\"type\":\"ping\",\"id\":\"\xff\"}", ErrorCode::bad_json, "byte"},
      {"{\"type\":\"ping\",\"id\":\"\xed\xa0\x80\"}", ErrorCode::bad_json, "byte"},
      {R"({"type":"ping","id":"\ud800"})", ErrorCode::bad_json, "byte"},
      {R"({"type":"set_wet","wet_ratio":NaN})", ErrorCode::bad_json, "byte"},
      {R"({"type":"set_wet","wet_ratio":0,"wet_ratio":1})", ErrorCode::bad_json, "wet_ratio"},
      {R"({"type":"set_params","values":{"comp.ratio":2,"comp.ratio":2}})", ErrorCode::bad_json, "comp.ratio"},
      {R"({"type":"set_wet","wet_ratio":1e999})", ErrorCode::not_finite, "double"},
      {R"({"type":"set_params","values":{"comp.ratio":-1e999}})", ErrorCode::not_finite, "double"},
      {R"({})", ErrorCode::missing_key, "type"},
      {R"({"type":7})", ErrorCode::wrong_type, "type"},
      {R"({"type":"launch"})", ErrorCode::unknown_type, "launch"},
      {R"({"type":"Ping"})", ErrorCode::unknown_type, "Ping"},
      {R"({"type":"ping","x":1})", ErrorCode::unknown_key, "\"x\""},
      {R"({"type":"hello","protocol":1,"secret":""})", ErrorCode::unknown_key, "secret"},
      {R"({"type":"hello"})", ErrorCode::missing_key, "protocol"},
      {R"({"type":"hello","protocol":"1"})", ErrorCode::wrong_type, "protocol"},
      {R"({"type":"hello","protocol":true})", ErrorCode::wrong_type, "protocol"},
      {R"({"type":"hello","protocol":2})", ErrorCode::unsupported_protocol, "2"},
      {R"({"type":"hello","protocol":1,"token":7})", ErrorCode::wrong_type, "token"},
      {R"({"type":"hello","protocol":1,"table_hash":"0000000000000000"})", ErrorCode::table_mismatch, "0000000000000000"},
      {R"({"type":"set_params"})", ErrorCode::missing_key, "values"},
      {R"({"type":"set_params","values":[1]})", ErrorCode::wrong_type, "values"},
      {R"({"type":"set_params","values":{"comp.rati":2}})", ErrorCode::unknown_parameter, "comp.rati"},
      {R"({"type":"set_params","values":{"comp.ratio":"2"}})", ErrorCode::wrong_type, "comp.ratio"},
      {R"({"type":"set_params","values":{"comp.enabled":true}})", ErrorCode::wrong_type, "comp.enabled"},
      {R"({"type":"set_mode"})", ErrorCode::missing_key, "mode"},
      {R"({"type":"set_mode","mode":"Auto"})", ErrorCode::out_of_range, "Auto"},
      {R"({"type":"set_mode","mode":0})", ErrorCode::wrong_type, "mode"},
      {R"({"type":"set_wet","wet_ratio":1.0000001})", ErrorCode::out_of_range, "wet_ratio"},
      {R"({"type":"set_wet","wet_ratio":null})", ErrorCode::wrong_type, "wet_ratio"},
      {R"({"type":"set_monitor","original_gain_db":0.1,"processed_gain_db":0})", ErrorCode::out_of_range, "original_gain_db"},
      {R"({"type":"set_monitor","original_gain_db":0,"processed_gain_db":-60.1})", ErrorCode::out_of_range, "processed_gain_db"},
      {R"({"type":"set_monitor","original_gain_db":0})", ErrorCode::missing_key, "processed_gain_db"},
      {R"({"type":"open_device","block_frames":31})", ErrorCode::out_of_range, "block_frames"},
      {R"({"type":"open_device","block_frames":128.5})", ErrorCode::wrong_type, "block_frames"},
      {R"({"type":"open_device","sample_rate_hz":8000})", ErrorCode::out_of_range, "sample_rate_hz"},
      {R"({"type":"transport"})", ErrorCode::missing_key, "action"},
      {R"({"type":"transport","action":"rewind"})", ErrorCode::out_of_range, "rewind"},
      {R"({"type":"transport","action":"start"})", ErrorCode::missing_key, "sample_rate_hz"},
      {R"({"type":"transport","action":"start","sample_rate_hz":44100,"first_frame":-1})", ErrorCode::out_of_range, "first_frame"},
      {R"({"type":"transport","action":"start","sample_rate_hz":44100,"first_frame":9007199254740992})", ErrorCode::out_of_range, "first_frame"},
      {R"({"type":"transport","action":"stop","source":"live"})", ErrorCode::unknown_key, "source"},
      {R"({"type":"transport","action":"source"})", ErrorCode::missing_key, "source"},
      {R"({"type":"record","action":"start","processed":false})", ErrorCode::out_of_range, "nothing to record"},
      {R"({"type":"record","action":"start","format":"mp3"})", ErrorCode::out_of_range, "mp3"},
      {R"({"type":"record","action":"stop","format":"wav24"})", ErrorCode::unknown_key, "format"},
      {R"({"type":"remove_take"})", ErrorCode::missing_key, "take_id"},
      {R"({"type":"remove_take","take_id":""})", ErrorCode::out_of_range, "take_id"},
      {R"({"type":"subscribe"})", ErrorCode::missing_key, "streams"},
      {R"({"type":"subscribe","streams":"meters"})", ErrorCode::wrong_type, "streams"},
      {R"({"type":"subscribe","streams":[1]})", ErrorCode::wrong_type, "streams"},
      {R"({"type":"subscribe","streams":["meter"]})", ErrorCode::out_of_range, "\"meter\""},
      {R"({"type":"subscribe","streams":["scope","scope"]})", ErrorCode::out_of_range, "scope"},
      {R"({"type":"subscribe","streams":[],"rate_hz":0.5})", ErrorCode::out_of_range, "rate_hz"},
      {R"({"type":"subscribe","streams":[],"rate_hz":121})", ErrorCode::out_of_range, "rate_hz"},
      {R"({"type":"ping","id":true})", ErrorCode::wrong_type, "id"},
      {R"({"type":"ping","id":null})", ErrorCode::wrong_type, "id"},
  };
  for (const Case& c : cases) {
    const ProtocolError error = refused(c.text);
    EXPECT_EQ(name_of(error.code), name_of(c.code)) << c.text << "\n" << error.message;
    EXPECT_NE(error.message.find(c.names), std::string::npos) << c.text << "\n" << error.message;
  }
}

TEST(ProtocolRequests, AnIdComesBackAsItWas) {
  EXPECT_EQ(id_of(R"({"type":"ping"})"), "null");
  EXPECT_EQ(id_of(R"({"type":"ping","id":0})"), "0");
  EXPECT_EQ(id_of(R"({"type":"ping","id":-1.5})"), "-1.5");
  EXPECT_EQ(id_of(R"({"type":"ping","id":18446744073709551615})"), "18446744073709551615");
  EXPECT_EQ(id_of(R"({"type":"ping","id":""})"), "\"\"");
  EXPECT_EQ(id_of(R"({"type":"ping","id":"a\"b"})"), R"("a\"b")");
  std::string umlauts;
  for (int i = 0; i < kMaxIdCharacters; ++i) umlauts += "\u00e4";
  EXPECT_EQ(id_of("{\"type\":\"ping\",\"id\":\"" + umlauts + "\"}"), "\"" + umlauts + "\"");
  EXPECT_EQ(refused("{\"type\":\"ping\",\"id\":\"" + umlauts + "x\"}").code, ErrorCode::out_of_range);
}

TEST(ProtocolRequests, ARefusalCarriesTheIdWheneverItCanBeRead) {
  for (const char* const text : {R"({"id":"q","type":"launch"})", R"({"type":"ping","x":1,"id":"q"})", R"({"id":"q"})",
                                 R"({"type":"set_wet","id":"q","wet_ratio":2})"})
    EXPECT_EQ(refused(text).id.json, "\"q\"") << text;
  EXPECT_EQ(refused(R"({"type":"ping","id":"q")").id.json, "null");
}

TEST(ProtocolRequests, SizeAndDepthEndWhereTheySay) {
  std::string ping = R"({"type":"ping"})";
  ping += std::string(kMaxTextBytes - ping.size(), ' ');
  accepted<Ping>(ping);
  EXPECT_EQ(refused(ping + " ").code, ErrorCode::too_large);

  const auto nested = [](int depth) { return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']'); };
  EXPECT_TRUE(std::holds_alternative<Json>(read_json(nested(kMaxJsonDepth))));
  EXPECT_EQ(std::get<BadJson>(read_json(nested(kMaxJsonDepth + 1))).code, ErrorCode::too_deep);
  // As deep as the size allows: refused without having been built.
  EXPECT_EQ(refused(std::string(kMaxTextBytes, '[')).code, ErrorCode::too_deep);
  std::string objects;
  for (int i = 0; i < 9; ++i) objects += R"({"a":)";
  EXPECT_EQ(refused(objects).code, ErrorCode::too_deep);
}

TEST(ProtocolRequests, TextsEndAt256Characters) {
  accepted<RemoveTake>(R"({"type":"remove_take","take_id":")" + std::string(256, 'x') + "\"}");
  EXPECT_EQ(refused(R"({"type":"remove_take","take_id":")" + std::string(257, 'x') + "\"}").code, ErrorCode::out_of_range);
}

TEST(ProtocolRequests, AMessageQuotesStrangersOnlyShortAndHarmless) {
  const ProtocolError error = refused("{\"type\":\"\\u001b[2J\\\"" + std::string(5000, 'x') + "\"}");
  EXPECT_EQ(error.code, ErrorCode::unknown_type);
  EXPECT_LT(error.message.size(), 120u);
  for (const char c : error.message) EXPECT_TRUE(c >= ' ' && c <= '~');
}

}  // namespace
}  // namespace ag06::bridge::protocol
