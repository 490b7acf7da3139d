// Every error code that the bridge says on the wire, in one list. Not for HTTP statuses, which the server chooses.
// web/src/protocol/bridge.ts and protocol.schema.json hold the same list; tests/bridge/protocol_lists_test.cc compares them.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace ag06::bridge::protocol {

enum class ErrorCode {
  bad_json,              // no JSON object as RFC 8259 has it, or a member named twice
  too_large,             // a text of more than kMaxTextBytes, a frame of more than kMaxFrameBytes
  too_deep,              // JSON nested deeper than kMaxJsonDepth
  unknown_type,
  unknown_key,
  missing_key,
  wrong_type,
  out_of_range,
  not_finite,            // a number beyond what a double holds, a sample that is NaN or infinite
  unknown_parameter,
  unsupported_protocol,
  table_mismatch,        // the client was built with another parameter table
  hello_expected,        // the first message of a connection is hello, and no other one is
  bad_frame,             // a binary frame that its header does not describe
  unauthorized,
  rate_limited,
  too_many_clients,
  no_device,             // no device runs that the request needs
  unknown_device,
  device_failed,         // the device refused
  busy,                  // what the request needs is in use, e.g. a recording or calibration runs already
  not_recording,
  not_playing,           // no song stream is there to pause, resume or stop
  not_owner,             // another client's song plays
  unknown_take,
  disk_failed,
  shutting_down,
  internal,              // our fault; the log says more
};

inline constexpr std::array<std::string_view, 28> kErrorCodeNames = {
    "bad_json", "too_large", "too_deep", "unknown_type", "unknown_key", "missing_key", "wrong_type", "out_of_range", "not_finite",
    "unknown_parameter", "unsupported_protocol", "table_mismatch", "hello_expected", "bad_frame", "unauthorized", "rate_limited", "too_many_clients",
    "no_device", "unknown_device", "device_failed", "busy", "not_recording", "not_playing", "not_owner", "unknown_take", "disk_failed",
    "shutting_down", "internal",
};
static_assert(kErrorCodeNames.size() == static_cast<std::size_t>(ErrorCode::internal) + 1);

constexpr std::string_view name_of(ErrorCode code) noexcept { return kErrorCodeNames[static_cast<std::size_t>(code)]; }

// nullopt for a word that is no code.
constexpr std::optional<ErrorCode> error_code_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kErrorCodeNames.size(); ++i)
    if (kErrorCodeNames[i] == name) return static_cast<ErrorCode>(i);
  return std::nullopt;
}

}  // namespace ag06::bridge::protocol
