// What the bridge says: writers for the text messages of subprotocol ag06.v1, each giving one whole JSON text. Not for binary frames (frames.h).
// Texts that are not UTF-8 (a device's name may be anything) are repaired with U+FFFD. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "protocol/requests.h"
#include "protocol/studio_state.h"

namespace ag06::bridge::protocol {

using Json = nlohmann::json;

struct DeviceRow {
  std::string id;
  std::string name;
  std::string backend;
  int input_channels = 0;
  int output_channels = 0;
  double default_sample_rate_hz = 0.0;
  bool rate_is_fixed = false;
};

struct TakeRow {
  std::string id;
  std::string file_name;
  std::string format;
  double sample_rate_hz = 0.0;
  int channels = 0;
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::string started_at;
  bool is_complete = true;
};

// One step of the automatic mode.
struct MoveRow {
  int param_index = 0;
  double from = 0.0;
  double to = 0.0;
  double confidence_01 = 0.0;
  std::string reason;
  std::string evidence;
};

enum class SongEnd { finished, stopped, replaced, rate_changed, device_lost, client_gone };

// In the order of a connection: hello, state, ok for the client's hello, then everything else.
[[nodiscard]] std::string write_hello(std::string_view program_version);
[[nodiscard]] std::string write_state(std::uint64_t seq, const StudioState& state);
// seq is that of the delta or state sent before, plus one. Empty: nothing differs, nothing is sent and no number is used up.
[[nodiscard]] std::string write_delta(std::uint64_t seq, const StudioState& before, const StudioState& after);
[[nodiscard]] std::string write_delta(std::uint64_t seq, const Json& changes);

[[nodiscard]] std::string write_ok(const RequestId& id);
[[nodiscard]] std::string write_ok_devices(const RequestId& id, std::span<const DeviceRow> devices);   // list_devices
[[nodiscard]] std::string write_ok_takes(const RequestId& id, std::span<const TakeRow> takes);         // list_takes
[[nodiscard]] std::string write_ok_stream(const RequestId& id, std::uint32_t stream_id);               // transport start
[[nodiscard]] std::string write_ok_take(const RequestId& id, std::string_view take_id);                // record start and stop
[[nodiscard]] std::string write_error(const ProtocolError& error);
[[nodiscard]] std::string write_error(ErrorCode code, std::string_view message, const RequestId& id);

// Unasked: the list has changed.
[[nodiscard]] std::string write_devices(std::span<const DeviceRow> devices);
[[nodiscard]] std::string write_takes(std::span<const TakeRow> takes);
// The client may send so many song frames more.
[[nodiscard]] std::string write_credit(std::uint32_t stream_id, std::uint64_t frames);
[[nodiscard]] std::string write_song_ended(std::uint32_t stream_id, SongEnd reason);
[[nodiscard]] std::string write_moves(std::span<const MoveRow> moves);
// Binary frames of a stream that were dropped since the last notice because the client reads too slowly.
[[nodiscard]] std::string write_lagging(Stream stream, std::uint64_t lost);

// The whole state as the wire has it, also for GET /api/v1/status.
[[nodiscard]] Json state_json(const StudioState& state);
// The top-level members that differ, params as {key: value} of those that differ; null where nothing does.
[[nodiscard]] Json changes(const StudioState& before, const StudioState& after);
[[nodiscard]] Json devices_json(std::span<const DeviceRow> devices);
[[nodiscard]] Json takes_json(std::span<const TakeRow> takes);
// The parameter table for GET /api/v1/parameters.
[[nodiscard]] Json parameters_json();
// Compact, UTF-8 repaired.
[[nodiscard]] std::string text_of(const Json& json);

}  // namespace ag06::bridge::protocol
