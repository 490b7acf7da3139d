// What the bridge says: the state and its deltas, and every writer, against bridge/PROTOCOL.md.
#include "protocol/messages.h"

#include <random>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bridge/support/documents.h"

namespace ag06::bridge::protocol {
namespace {

// Every member of it differs from a fresh one with the chance of one in two.
StudioState random_state(std::mt19937& random) {
  const auto coin = [&] { return random() % 2 == 0; };
  StudioState s;
  if (coin()) s.mode = static_cast<Mode>(random() % 3);
  if (coin()) s.wet_ratio = static_cast<double>(random() % 1000) / 1000.0;
  for (std::size_t i = 0; i < s.params.size(); ++i) {
    const params::Parameter& p = params::kTable[i];
    s.params[i] = coin() ? p.default_value : p.min + (p.max - p.min) * static_cast<double>(random()) / 4294967296.0;
  }
  if (coin()) s.device.phase = static_cast<DevicePhase>(random() % 5);
  if (coin()) s.device.name = "AG06/AG03 \"Analog\" Stereo \xC3\xA4";
  if (coin()) s.device.block_frames = 64;
  if (coin()) s.device.measured_round_trip_frames = static_cast<int>(random() % 1000);
  if (coin()) s.guard = static_cast<GuardPhase>(random() % 4);
  if (coin()) s.recorder.is_recording = true;
  if (coin()) s.recorder.take_id = "2026-11-21T16-40-12Z-input";
  if (coin()) s.transport = {Source::file, true, static_cast<std::uint32_t>(random()), 44100.0};
  return s;
}

// What PROTOCOL.md tells a client to do with a delta.
void apply(Json& state, const Json& changed) {
  for (const auto& [key, value] : changed.items()) {
    if (key != "params") {
      state[key] = value;
      continue;
    }
    for (const auto& [parameter, number] : value.items()) state["params"][parameter] = number;
  }
}

TEST(ProtocolMessages, SnapshotAndDeltasAddUpToTheState) {
  std::mt19937 random(7);
  StudioState now;
  Json client = Json::parse(write_state(1, now))["state"];
  std::uint64_t seq = 1;
  for (int step = 0; step < 300; ++step) {
    const StudioState next = random_state(random);
    const std::string delta = write_delta(seq + 1, now, next);
    ASSERT_FALSE(delta.empty());
    const Json message = Json::parse(delta);
    EXPECT_EQ(message["type"], "delta");
    EXPECT_EQ(message["seq"], ++seq);
    apply(client, message["changes"]);
    // Through the text: what a double loses in writing would show.
    ASSERT_EQ(client, Json::parse(text_of(state_json(next))));
    now = next;
  }
}

TEST(ProtocolMessages, ADeltaHoldsOnlyWhatDiffers) {
  std::mt19937 random(11);
  for (int step = 0; step < 300; ++step) {
    const StudioState a = random_state(random);
    const StudioState b = random_state(random);
    const Json before = state_json(a);
    const Json delta = changes(a, b);
    for (const auto& [key, value] : delta.items()) {
      EXPECT_NE(before[key], value) << key;
      if (key != "params") continue;
      for (const auto& [parameter, number] : value.items()) EXPECT_NE(before["params"][parameter], number) << parameter;
    }
    EXPECT_TRUE(changes(a, a).is_null());
    EXPECT_EQ(write_delta(3, b, b), "");
  }
}

TEST(ProtocolMessages, OneDragIsOneParameter) {
  StudioState before;
  StudioState after = before;
  after.params[params::kCompRatioIndex] = 3.0;
  EXPECT_EQ(write_delta(9, before, after), R"({"changes":{"params":{"comp.ratio":3.0}},"seq":9,"type":"delta"})");
}

TEST(ProtocolMessages, NamesThatAreNoUtf8StillGiveJson) {
  StudioState state;
  state.device.name = "AG06\xff\xfe";
  state.device.message = std::string("\0\x1b", 2);
  const Json message = Json::parse(write_state(1, state));
  EXPECT_EQ(message["state"]["device"]["name"], "AG06\uFFFD\uFFFD");
  EXPECT_TRUE(Json::accept(write_error(ErrorCode::internal, "\xc3", {})));
}

TEST(ProtocolMessages, UnmeasuredIsNull) {
  EXPECT_TRUE(state_json({})["device"]["measured_round_trip_frames"].is_null());
  StudioState measured;
  measured.device.measured_round_trip_frames = 0;
  EXPECT_EQ(state_json(measured)["device"]["measured_round_trip_frames"], 0);
}

// The page's own examples, written by the codec.
TEST(ProtocolMessages, EveryExampleOfThePageIsWrittenSo) {
  StudioState state;
  state.device = {.phase = DevicePhase::running, .id = "jack:AG06/AG03 Analog Stereo", .name = "AG06/AG03 Analog Stereo", .backend = "jack",
                  .sample_rate_hz = 48000.0, .block_frames = 128, .input_latency_frames = 240, .output_latency_frames = 240,
                  .buffer_latency_frames = 128, .engine_latency_frames = 72, .is_realtime = true, .message = ""};
  state.guard = GuardPhase::clear;
  state.auto_by = "ensemble";
  state.params[params::kCompEnabledIndex] = 1;
  state.params[params::kCompRatioIndex] = 2.5;
  StudioState next = state;
  next.params[params::kCompRatioIndex] = 3.0;
  next.mode = Mode::bypass;
  const DeviceRow device{"jack:AG06/AG03 Analog Stereo", "AG06/AG03 Analog Stereo", "jack", 2, 2, 48000.0, true};
  const TakeRow take{"2026-11-21T16-40-12Z-processed", "2026-11-21T16-40-12Z-processed.flac", "flac24", 48000.0, 2, 480000, 1843200,
                     "2026-11-21T16:40:12Z", true};
  const MoveRow move{params::kCompThresholdDbfsIndex, -18.0, -19.0, 0.8, "The voice jumps in level.", "Short-term loudness moves by 9.5 LU."};

  Json snapshot = Json::parse(write_state(41, state));
  Json few;   // the page shows three parameters of all
  for (const char* const key : {"input.gain_db", "comp.enabled", "comp.ratio"}) few[key] = snapshot["state"]["params"][key];
  EXPECT_EQ(snapshot["state"]["params"].size(), static_cast<std::size_t>(params::kCount));
  snapshot["state"]["params"] = few;

  std::vector<Json> written = {
      Json::parse(write_hello("0.1.0")),
      snapshot,
      Json::parse(write_ok({"1"})),
      Json::parse(write_delta(42, state, next)),
      Json::parse(write_ok_devices({"3"}, {{device}})),
      Json::parse(write_ok_stream({"8"}, 3)),
      Json::parse(write_ok_take({"11"}, take.id)),
      Json::parse(write_ok_takes({"12"}, {{take}})),
      Json::parse(write_devices({})),
      Json::parse(write_takes({})),
      Json::parse(write_credit(3, 16384)),
      Json::parse(write_song_ended(3, SongEnd::finished)),
      Json::parse(write_moves({{move}})),
      Json::parse(write_lagging(Stream::audio_output, 12)),
      Json::parse(write_error({ErrorCode::out_of_range, "set_params: \"comp.ratio\" is 99, but must lie in 1 to 20", {"\"drag-7\""}})),
      Json::parse(write_error(ErrorCode::bad_json, "the message is no JSON: it fails at byte 20", {})),
  };
  const auto examples = test::protocol_examples("server");
  ASSERT_EQ(examples.size(), written.size());
  for (std::size_t i = 0; i < examples.size(); ++i) EXPECT_EQ(Json::parse(examples[i]), written[i]);
}

TEST(ProtocolMessages, TheTableIsWhole) {
  const Json table = parameters_json();
  EXPECT_EQ(table["table_hash"], params::kTableHashHex);
  ASSERT_EQ(table["parameters"].size(), static_cast<std::size_t>(params::kCount));
  for (int i = 0; i < params::kCount; ++i) {
    const Json& row = table["parameters"][static_cast<std::size_t>(i)];
    EXPECT_EQ(row["key"], params::kTable[i].key);
    EXPECT_EQ(row["max"], params::kTable[i].max);
    const params::Parameter& p = params::kTable[i];
    const std::size_t choices = p.choices == nullptr ? 0 : static_cast<std::size_t>(p.max - p.min) + 1;
    EXPECT_EQ(row.contains("choices") ? row["choices"].size() : 0, choices) << p.key;
  }
}

}  // namespace
}  // namespace ag06::bridge::protocol
