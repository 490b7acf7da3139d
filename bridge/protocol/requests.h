// What clients say: the text messages of subprotocol ag06.v1, read from JSON into plain structs. Not for binary frames (frames.h) and not for
// deciding whether a request can be met. bridge/PROTOCOL.md explains every message, protocol.schema.json is the same as a JSON Schema.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/error_codes.h"
#include "protocol/studio_state.h"

namespace ag06::bridge::protocol {

inline constexpr char kSubprotocol[] = "ag06.v1";
inline constexpr int kProtocolVersion = 1;
inline constexpr std::size_t kMaxTextBytes = 64 * 1024;
inline constexpr int kMaxJsonDepth = 8;             // the message itself is 1
inline constexpr int kMaxTextCharacters = 256;      // of any text in a message but its id
inline constexpr int kMaxIdCharacters = 64;
inline constexpr double kMinRateHz = 1.0;           // of streams
inline constexpr double kMaxRateHz = 120.0;
inline constexpr double kDefaultRateHz = 60.0;
inline constexpr double kMinMonitorGainDb = -60.0;  // engine/monitor.h
inline constexpr double kMinDeviceRateHz = 44100.0;
inline constexpr double kMaxDeviceRateHz = 192000.0;
inline constexpr int kMinBlockFrames = 32;
inline constexpr int kMaxBlockFrames = 1024;
inline constexpr double kMinSongRateHz = 8000.0;    // base/stream_spec.h
inline constexpr double kMaxSongRateHz = 192000.0;
inline constexpr std::uint64_t kMaxSongFrame = (std::uint64_t{1} << 53) - 1;   // what a JavaScript number counts exactly

// A request's id as JSON, to be echoed as it is: `7`, `"a"`; "null" where the request had none.
struct RequestId {
  std::string json = "null";
  friend bool operator==(const RequestId&, const RequestId&) = default;
};

struct ProtocolError {
  ErrorCode code = ErrorCode::internal;
  std::string message;   // a sentence for people; quotes what the client sent, shortened and with control characters taken out
  RequestId id;          // "null" where it could not be read
};

struct Hello {
  std::optional<std::string> token;
};
// Every value was checked against the table. Each parameter at most once.
struct SetParams {
  std::vector<std::pair<int, double>> values;   // table index, real units
};
struct SetMode {
  Mode mode = Mode::manual;
};
struct SetWet {
  double wet_ratio = 1.0;
};
// Match loudness: what each version is turned down by for listening. No member of the state.
struct SetMonitor {
  double original_gain_db = 0.0;
  double processed_gain_db = 0.0;
};
struct ListDevices {};
// What is left out is as configured.
struct OpenDevice {
  std::optional<std::string> device_id;
  std::optional<double> sample_rate_hz;
  std::optional<int> block_frames;
};
struct CloseDevice {};
struct Calibrate {};
struct ResetMeters {};
struct SetSource {          // transport, action "source"
  Source source = Source::live;
};
struct StartSong {          // transport, action "start"; the answer carries the stream_id
  double sample_rate_hz = 0.0;
  std::uint64_t first_frame = 0;
};
struct PauseSong {          // transport, actions "pause" and "resume"
  bool paused = true;
};
struct StopSong {};         // transport, action "stop"
struct StartRecording {     // record, action "start"; input or processed is true
  bool input = false;
  bool processed = true;
  std::string format = "wav24";   // "wav24", "wav32f", "flac24"
};
struct StopRecording {};
struct ListTakes {};
struct RemoveTake {
  std::string take_id;      // not checked against path tricks
};

enum class Stream { meters, spectrum, scope, features, audio_input, audio_output, moves };
inline constexpr int kStreamCount = 7;
[[nodiscard]] std::string_view name_of(Stream stream) noexcept;

// Replaces what was subscribed before.
struct Subscribe {
  bool wants[kStreamCount] = {};
  double rate_hz = kDefaultRateHz;
  [[nodiscard]] bool has(Stream stream) const noexcept { return wants[static_cast<int>(stream)]; }
};
struct Ping {};

struct ClientMessage {
  RequestId id;
  std::variant<Hello, SetParams, SetMode, SetWet, SetMonitor, ListDevices, OpenDevice, CloseDevice, Calibrate, ResetMeters, SetSource,
               StartSong, PauseSong, StopSong, StartRecording, StopRecording, ListTakes, RemoveTake, Subscribe, Ping>
      body;
};

// Reads one text message. Every member is checked before anything is returned; never throws but for want of memory. Any thread.
[[nodiscard]] std::variant<ClientMessage, ProtocolError> parse(std::string_view text);

}  // namespace ag06::bridge::protocol
