#include "protocol/messages.h"

#include <array>

#include <nlohmann/json.hpp>

#include "params/params.gen.h"

namespace ag06::bridge::protocol {
namespace {

constexpr std::array<const char*, 3> kModeNames = {"auto", "manual", "bypass"};
constexpr std::array<const char*, 2> kSourceNames = {"live", "file"};
constexpr std::array<const char*, 5> kPhaseNames = {"none", "opening", "running", "lost", "failed"};
constexpr std::array<const char*, 4> kGuardNames = {"idle", "checking", "clear", "loopback"};
constexpr std::array<const char*, 6> kSongEndNames = {"finished", "stopped", "replaced", "rate_changed", "device_lost", "client_gone"};
constexpr std::array<const char*, 5> kCurveNames = {"linear", "log", "db", "choice", "toggle"};

template <std::size_t N, class Enum>
const char* word(const std::array<const char*, N>& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

Json device_json(const DeviceStatus& device) {
  return {
      {"phase", word(kPhaseNames, device.phase)},
      {"id", device.id},
      {"name", device.name},
      {"backend", device.backend},
      {"sample_rate_hz", device.sample_rate_hz},
      {"block_frames", device.block_frames},
      {"input_latency_frames", device.input_latency_frames},
      {"output_latency_frames", device.output_latency_frames},
      {"buffer_latency_frames", device.buffer_latency_frames},
      {"engine_latency_frames", device.engine_latency_frames},
      {"measured_round_trip_frames", device.measured_round_trip_frames < 0 ? Json(nullptr) : Json(device.measured_round_trip_frames)},
      {"is_realtime", device.is_realtime},
      {"memory_is_locked", device.memory_is_locked},
      {"message", device.message},
  };
}

Json recorder_json(const RecorderStatus& recorder) {
  return {{"is_recording", recorder.is_recording}, {"take_id", recorder.take_id}, {"message", recorder.message}};
}

Json transport_json(const TransportStatus& transport) {
  return {
      {"source", word(kSourceNames, transport.source)},
      {"is_playing", transport.is_playing},
      {"stream_id", transport.stream_id},
      {"sample_rate_hz", transport.sample_rate_hz},
  };
}

Json id_json(const RequestId& id) { return Json::parse(id.json); }

std::string ok_with(const RequestId& id, Json&& result) { return text_of({{"type", "ok"}, {"id", id_json(id)}, {"result", std::move(result)}}); }

}  // namespace

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json state_json(const StudioState& state) {
  Json params = Json::object();
  for (int i = 0; i < params::kCount; ++i) params[params::kTable[i].key] = state.params[static_cast<std::size_t>(i)];
  return {
      {"mode", word(kModeNames, state.mode)},
      {"auto_by", state.auto_by},
      {"wet_ratio", state.wet_ratio},
      {"params", std::move(params)},
      {"device", device_json(state.device)},
      {"guard", word(kGuardNames, state.guard)},
      {"recorder", recorder_json(state.recorder)},
      {"transport", transport_json(state.transport)},
  };
}

Json changes(const StudioState& before, const StudioState& after) {
  Json out;
  if (before.mode != after.mode) out["mode"] = word(kModeNames, after.mode);
  if (before.auto_by != after.auto_by) out["auto_by"] = after.auto_by;
  if (before.wet_ratio != after.wet_ratio) out["wet_ratio"] = after.wet_ratio;
  Json params;
  for (std::size_t i = 0; i < after.params.size(); ++i)
    if (before.params[i] != after.params[i]) params[params::kTable[i].key] = after.params[i];
  if (!params.is_null()) out["params"] = std::move(params);
  if (!(before.device == after.device)) out["device"] = device_json(after.device);
  if (before.guard != after.guard) out["guard"] = word(kGuardNames, after.guard);
  if (!(before.recorder == after.recorder)) out["recorder"] = recorder_json(after.recorder);
  if (!(before.transport == after.transport)) out["transport"] = transport_json(after.transport);
  return out;
}

Json devices_json(std::span<const DeviceRow> devices) {
  Json out = Json::array();
  for (const DeviceRow& device : devices)
    out.push_back({
        {"id", device.id},
        {"name", device.name},
        {"backend", device.backend},
        {"input_channels", device.input_channels},
        {"output_channels", device.output_channels},
        {"default_sample_rate_hz", device.default_sample_rate_hz},
        {"rate_is_fixed", device.rate_is_fixed},
    });
  return out;
}

Json takes_json(std::span<const TakeRow> takes) {
  Json out = Json::array();
  for (const TakeRow& take : takes)
    out.push_back({
        {"id", take.id},
        {"file_name", take.file_name},
        {"format", take.format},
        {"sample_rate_hz", take.sample_rate_hz},
        {"channels", take.channels},
        {"frames", take.frames},
        {"bytes", take.bytes},
        {"started_at", take.started_at},
        {"is_complete", take.is_complete},
    });
  return out;
}

Json parameters_json() {
  Json rows = Json::array();
  for (const params::Parameter& p : params::kTable) {
    Json row = {
        {"id", p.id},       {"key", p.key},           {"unit", p.unit},       {"min", p.min},
        {"max", p.max},     {"default", p.default_value}, {"curve", word(kCurveNames, p.curve)}, {"step", p.step},
        {"decimals", p.decimals}, {"smoothing_ms", p.smoothing_ms}, {"group", p.group}, {"label", p.label},
        {"help", p.help},
    };
    if (p.choices != nullptr) {
      Json choices = Json::array();
      for (int i = 0; i <= static_cast<int>(p.max - p.min); ++i) choices.push_back(p.choices[i]);
      row["choices"] = std::move(choices);
    }
    rows.push_back(std::move(row));
  }
  return {{"table_version", params::kTableVersion}, {"table_hash", params::kTableHashHex}, {"parameters", std::move(rows)}};
}

std::string write_hello(std::string_view program_version) {
  return text_of({
      {"type", "hello"},
      {"protocol", kProtocolVersion},
      {"version", program_version},
      {"table_hash", params::kTableHashHex},
      {"table_version", params::kTableVersion},
  });
}

std::string write_state(std::uint64_t seq, const StudioState& state) {
  return text_of({{"type", "state"}, {"seq", seq}, {"state", state_json(state)}});
}

std::string write_delta(std::uint64_t seq, const Json& changed) {
  return changed.is_null() ? std::string() : text_of({{"type", "delta"}, {"seq", seq}, {"changes", changed}});
}

std::string write_delta(std::uint64_t seq, const StudioState& before, const StudioState& after) { return write_delta(seq, changes(before, after)); }

std::string write_ok(const RequestId& id) { return R"({"type":"ok","id":)" + id.json + "}"; }

std::string write_ok_devices(const RequestId& id, std::span<const DeviceRow> devices) { return ok_with(id, {{"devices", devices_json(devices)}}); }

std::string write_ok_takes(const RequestId& id, std::span<const TakeRow> takes) { return ok_with(id, {{"takes", takes_json(takes)}}); }

std::string write_ok_stream(const RequestId& id, std::uint32_t stream_id) { return ok_with(id, {{"stream_id", stream_id}}); }

std::string write_ok_take(const RequestId& id, std::string_view take_id) { return ok_with(id, {{"take_id", take_id}}); }

std::string write_error(ErrorCode code, std::string_view message, const RequestId& id) {
  return text_of({{"type", "error"}, {"code", name_of(code)}, {"message", message}, {"id", id_json(id)}});
}

std::string write_error(const ProtocolError& error) { return write_error(error.code, error.message, error.id); }

std::string write_devices(std::span<const DeviceRow> devices) { return text_of({{"type", "devices"}, {"devices", devices_json(devices)}}); }

std::string write_takes(std::span<const TakeRow> takes) { return text_of({{"type", "takes"}, {"takes", takes_json(takes)}}); }

std::string write_credit(std::uint32_t stream_id, std::uint64_t frames) {
  return text_of({{"type", "credit"}, {"stream_id", stream_id}, {"frames", frames}});
}

std::string write_song_ended(std::uint32_t stream_id, SongEnd reason) {
  return text_of({{"type", "song_ended"}, {"stream_id", stream_id}, {"reason", word(kSongEndNames, reason)}});
}

std::string write_moves(std::span<const MoveRow> moves) {
  Json rows = Json::array();
  for (const MoveRow& move : moves)
    rows.push_back({
        {"param", params::kTable[move.param_index].key},
        {"from", move.from},
        {"to", move.to},
        {"confidence", move.confidence_01},
        {"reason", move.reason},
        {"evidence", move.evidence},
    });
  return text_of({{"type", "moves"}, {"moves", std::move(rows)}});
}

std::string write_lagging(Stream stream, std::uint64_t lost) { return text_of({{"type", "lagging"}, {"stream", name_of(stream)}, {"lost", lost}}); }

}  // namespace ag06::bridge::protocol
