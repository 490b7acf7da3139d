#include "protocol/requests.h"

#include <array>

#include "params/curves.h"
#include "protocol/members.h"

namespace ag06::bridge::protocol {
namespace {

using Body = decltype(ClientMessage::body);

constexpr std::array<std::string_view, kStreamCount> kStreamNames = {
    "meters", "spectrum", "scope", "features", "audio_input", "audio_output", "moves",
};

Body read_hello(Members& in) {
  in.need("protocol");
  const auto protocol = in.whole("protocol", 0, 1e9);
  const auto table_hash = in.text("table_hash");
  Hello out{in.text("token")};
  in.finish();
  if (protocol && *protocol != kProtocolVersion)
    in.refuse(ErrorCode::unsupported_protocol, "protocol " + plain(*protocol) + " is not spoken here, only " + plain(kProtocolVersion));
  if (table_hash && *table_hash != params::kTableHashHex)
    in.refuse(ErrorCode::table_mismatch, "the client's parameter table is " + shown(*table_hash) + ", the bridge's " + shown(params::kTableHashHex) +
                                             ": they are of different versions of the studio");
  return out;
}

Body read_set_params(Members& in) {
  SetParams out;
  const Json* const values = in.need("values");
  in.finish();
  if (values == nullptr) return out;
  if (!values->is_object()) {
    in.refuse(ErrorCode::wrong_type, "\"values\" must be an object");
    return out;
  }
  out.values.reserve(values->size());
  for (const auto& [key, value] : values->items()) {
    const int index = params::index_of_key(key);
    if (index < 0) {
      in.refuse(ErrorCode::unknown_parameter, "there is no parameter " + shown(key));
      return out;
    }
    if (!value.is_number()) {
      in.refuse(ErrorCode::wrong_type, shown(key) + " must be a number");
      return out;
    }
    const params::Parameter& parameter = params::kTable[index];
    const double found = value.get<double>();
    if (params::check(parameter, found) != Status::ok) {
      in.refuse(ErrorCode::out_of_range, Members::outside(key, found, parameter.min, parameter.max));
      return out;
    }
    const bool is_stepped = parameter.curve == params::Curve::choice || parameter.curve == params::Curve::toggle;
    if (is_stepped && found != std::floor(found)) {
      in.refuse(ErrorCode::out_of_range, shown(key) + " is " + plain(found) + ", but must be a whole number");
      return out;
    }
    out.values.emplace_back(index, found);
  }
  return out;
}

Body read_set_mode(Members& in) {
  in.need("mode");
  const int mode = in.choice("mode", {"auto", "manual", "bypass"});
  in.finish();
  return SetMode{mode < 0 ? Mode::manual : static_cast<Mode>(mode)};
}

Body read_set_wet(Members& in) {
  in.need("wet_ratio");
  const SetWet out{in.number("wet_ratio", 0.0, 1.0).value_or(1.0)};
  in.finish();
  return out;
}

Body read_set_monitor(Members& in) {
  in.need("original_gain_db");
  in.need("processed_gain_db");
  SetMonitor out;
  out.original_gain_db = in.number("original_gain_db", kMinMonitorGainDb, 0.0).value_or(0.0);
  out.processed_gain_db = in.number("processed_gain_db", kMinMonitorGainDb, 0.0).value_or(0.0);
  in.finish();
  return out;
}

Body read_open_device(Members& in) {
  OpenDevice out;
  out.device_id = in.text("device_id");
  out.sample_rate_hz = in.number("sample_rate_hz", kMinDeviceRateHz, kMaxDeviceRateHz);
  if (const auto frames = in.whole("block_frames", kMinBlockFrames, kMaxBlockFrames)) out.block_frames = static_cast<int>(*frames);
  in.finish();
  return out;
}

Body read_transport(Members& in) {
  in.need("action");
  switch (in.choice("action", {"source", "start", "pause", "resume", "stop"})) {
    case 0: {
      in.need("source");
      const int source = in.choice("source", {"live", "file"});
      in.finish();
      return SetSource{source == 1 ? Source::file : Source::live};
    }
    case 1: {
      in.need("sample_rate_hz");
      const double rate_hz = in.number("sample_rate_hz", kMinSongRateHz, kMaxSongRateHz).value_or(0.0);
      const double first_frame = in.whole("first_frame", 0.0, static_cast<double>(kMaxSongFrame)).value_or(0.0);
      in.finish();
      return StartSong{rate_hz, static_cast<std::uint64_t>(first_frame)};
    }
    case 2: in.finish(); return PauseSong{true};
    case 3: in.finish(); return PauseSong{false};
    case 4: in.finish(); return StopSong{};
    default: return StopSong{};   // refused already
  }
}

Body read_record(Members& in) {
  in.need("action");
  switch (in.choice("action", {"start", "stop"})) {
    case 0: {
      StartRecording out;
      out.input = in.flag("input").value_or(out.input);
      out.processed = in.flag("processed").value_or(out.processed);
      constexpr std::array<const char*, 3> kFormats = {"wav24", "wav32f", "flac24"};
      const int format = in.choice("format", {kFormats[0], kFormats[1], kFormats[2]});
      if (format >= 0) out.format = kFormats[static_cast<std::size_t>(format)];
      in.finish();
      if (!out.input && !out.processed) in.refuse(ErrorCode::out_of_range, "\"input\" and \"processed\" are both false: there is nothing to record");
      return out;
    }
    case 1: in.finish(); return StopRecording{};
    default: return StopRecording{};   // refused already
  }
}

Body read_remove_take(Members& in) {
  in.need("take_id");
  RemoveTake out{in.text("take_id").value_or("")};
  in.finish();
  if (out.take_id.empty()) in.refuse(ErrorCode::out_of_range, "\"take_id\" is empty");
  return out;
}

Body read_subscribe(Members& in) {
  Subscribe out;
  const Json* const streams = in.need("streams");
  out.rate_hz = in.number("rate_hz", kMinRateHz, kMaxRateHz).value_or(kDefaultRateHz);
  in.finish();
  if (streams == nullptr) return out;
  if (!streams->is_array()) {
    in.refuse(ErrorCode::wrong_type, "\"streams\" must be a list");
    return out;
  }
  for (const Json& stream : *streams) {
    if (!stream.is_string()) {
      in.refuse(ErrorCode::wrong_type, "\"streams\" must hold names of streams");
      return out;
    }
    const auto& name = stream.get_ref<const std::string&>();
    int place = 0;
    while (place < kStreamCount && kStreamNames[static_cast<std::size_t>(place)] != name) ++place;
    if (place == kStreamCount) {
      in.refuse(ErrorCode::out_of_range, "there is no stream " + shown(name));
      return out;
    }
    if (out.wants[place]) {
      in.refuse(ErrorCode::out_of_range, "the stream " + shown(name) + " is named twice");
      return out;
    }
    out.wants[place] = true;
  }
  return out;
}

template <class Request>
Body read_bare(Members& in) {
  in.finish();
  return Request{};
}

struct Reader {
  std::string_view type;
  Body (*read)(Members&);
};

constexpr Reader kReaders[] = {
    {"hello", read_hello},           {"set_params", read_set_params},
    {"set_mode", read_set_mode},     {"set_wet", read_set_wet},
    {"set_monitor", read_set_monitor},
    {"list_devices", read_bare<ListDevices>}, {"open_device", read_open_device},
    {"close_device", read_bare<CloseDevice>}, {"calibrate", read_bare<Calibrate>},
    {"reset_meters", read_bare<ResetMeters>}, {"transport", read_transport},
    {"record", read_record},         {"list_takes", read_bare<ListTakes>},
    {"remove_take", read_remove_take},        {"subscribe", read_subscribe},
    {"ping", read_bare<Ping>},
};

// "null" and an error where the id is none.
RequestId read_id(const Json& message, std::optional<BadJson>& error) {
  const auto at = message.find("id");
  if (at == message.end()) return {};
  if (at->is_number()) return {at->dump()};
  if (!at->is_string()) {
    error = BadJson{ErrorCode::wrong_type, "\"id\" must be a text or a number"};
    return {};
  }
  if (characters_of(at->get_ref<const std::string&>()) > kMaxIdCharacters) {
    error = BadJson{ErrorCode::out_of_range, "\"id\" is longer than " + std::to_string(kMaxIdCharacters) + " characters"};
    return {};
  }
  return {at->dump()};
}

}  // namespace

std::string_view name_of(Stream stream) noexcept { return kStreamNames[static_cast<std::size_t>(stream)]; }

std::variant<ClientMessage, ProtocolError> parse(std::string_view text) {
  std::variant<Json, BadJson> read = read_json(text);
  if (auto* const bad = std::get_if<BadJson>(&read)) return ProtocolError{bad->code, std::move(bad->message), {}};
  const Json& message = std::get<Json>(read);
  if (!message.is_object()) return ProtocolError{ErrorCode::bad_json, "the message is no JSON object", {}};

  std::optional<BadJson> bad_id;
  ClientMessage out{read_id(message, bad_id), Ping{}};
  if (bad_id) return ProtocolError{bad_id->code, std::move(bad_id->message), {}};

  const auto type = message.find("type");
  if (type == message.end()) return ProtocolError{ErrorCode::missing_key, "\"type\" is missing", out.id};
  if (!type->is_string()) return ProtocolError{ErrorCode::wrong_type, "\"type\" must be a text", out.id};
  const auto& name = type->get_ref<const std::string&>();
  for (const Reader& reader : kReaders) {
    if (reader.type != name) continue;
    Members in(message, name);
    in.allow("type");
    in.allow("id");
    out.body = reader.read(in);
    if (in.error()) return ProtocolError{in.error()->code, in.error()->message, out.id};
    return out;
  }
  return ProtocolError{ErrorCode::unknown_type, "there is no message " + shown(name), out.id};
}

}  // namespace ag06::bridge::protocol
