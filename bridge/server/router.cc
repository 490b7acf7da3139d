#include "server/router.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "protocol/messages.h"
#include "server/rows.h"

namespace ag06::bridge::server {
namespace {

using protocol::Json;

constexpr std::string_view kTakes = "/api/v1/takes", kTracks = "/api/v1/tracks";

enum class Kind { files, health, ready, metrics, status, stream, parameters, takes, take, later };

struct Route {
  Kind kind = Kind::files;
  std::string_view methods = "GET, HEAD";   // as the Allow field has them
  bool is_open = false;                      // needs neither cookie nor token
};

struct Row {
  std::string_view path;
  Route route;
};

// The surface of CONTRACTS.md. Kind::later: other parts of the studio bring these; until then they say so.
constexpr std::array<Row, 19> kRows = {{
    {"/healthz", {Kind::health, "GET, HEAD", true}},
    {"/readyz", {Kind::ready, "GET, HEAD", true}},
    {"/metrics", {Kind::metrics, "GET, HEAD", false}},
    {"/api/v1/status", {Kind::status, "GET, HEAD", false}},
    {"/api/v1/stream", {Kind::stream, "GET, HEAD", false}},
    {"/api/v1/parameters", {Kind::parameters, "GET, HEAD", false}},
    {kTakes, {Kind::takes, "GET, HEAD", false}},
    {"/api/v1/analyze/audio", {Kind::later, "POST", false}},
    {"/api/v1/analyze/project", {Kind::later, "POST", false}},
    {"/api/v1/mix", {Kind::later, "POST", false}},
    {"/api/v1/generate/midi", {Kind::later, "POST", false}},
    {"/api/v1/generate/bassline", {Kind::later, "POST", false}},
    {"/api/v1/generate/melody", {Kind::later, "POST", false}},
    {"/api/v1/mixing/suggest", {Kind::later, "POST", false}},
    {"/api/v1/mixing/auto_level", {Kind::later, "POST", false}},
    {"/api/v1/tracks/compare", {Kind::later, "POST", false}},
    {"/api/v1/feedback", {Kind::later, "POST", false}},
    {"/api/v1/cache/stats", {Kind::later, "GET, HEAD", false}},
    {"/ws", {Kind::files, "GET", true}},   // without an upgrade: see screen()
}};

// What follows "prefix/", when that is one segment.
[[nodiscard]] std::optional<std::string_view> segment_below(std::string_view path, std::string_view prefix) noexcept {
  if (path.size() <= prefix.size() + 1 || path.substr(0, prefix.size()) != prefix || path[prefix.size()] != '/') return std::nullopt;
  const std::string_view rest = path.substr(prefix.size() + 1);
  return rest.find('/') == std::string_view::npos ? std::optional(rest) : std::nullopt;
}

[[nodiscard]] Route route_of(std::string_view path) noexcept {
  for (const Row& row : kRows) {
    if (row.path == path) return row.route;
  }
  if (segment_below(path, kTakes)) return {Kind::take, "GET, HEAD, DELETE", false};
  if (segment_below(path, kTracks)) return {Kind::later, "GET, HEAD, PUT", false};
  return {Kind::files, "GET, HEAD", true};
}

[[nodiscard]] bool list_has(std::string_view list, std::string_view wanted, bool ignoring_case) noexcept {
  while (!list.empty()) {
    const std::size_t end = list.find(',');
    const std::string_view item = trimmed(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    if (ignoring_case ? equal_ignoring_case(item, wanted) : item == wanted) return true;
  }
  return false;
}

[[nodiscard]] bool field_has(const Request& request, std::string_view name, std::string_view wanted, bool ignoring_case) noexcept {
  return std::any_of(request.fields.begin(), request.fields.end(),
                     [&](const auto& field) { return equal_ignoring_case(field.first, name) && list_has(field.second, wanted, ignoring_case); });
}

[[nodiscard]] int status_of(std::string_view code) noexcept {
  if (code == "unknown_take" || code == "unknown_device") return 404;
  if (code == "busy" || code == "not_recording" || code == "not_playing") return 409;
  if (code == "no_device" || code == "shutting_down") return 503;
  if (code == "out_of_range" || code == "unknown_parameter" || code == "not_finite") return 400;
  return 500;
}

// RFC 6455, 4.2.1: 16 bytes in base64.
[[nodiscard]] bool is_handshake_key(std::string_view key) noexcept {
  if (key.size() != 24 || key.substr(22) != "==") return false;
  return std::all_of(key.begin(), key.begin() + 22, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/'; });
}

// Runs what may fail as the live side fails.
template <class Work>
[[nodiscard]] Response guarded(Log& log, Work work) {
  try {
    return work();
  } catch (const LiveError& error) {
    return problem(status_of(error.code), error.code, error.what());
  } catch (const std::exception& error) {
    log.error("request_failed", {{"why", error.what()}});
    return problem(500, "internal", "the bridge failed at this; its log says more");
  }
}

}  // namespace

Router::Router(Hub& hub, Access& access, Metrics& metrics, Log& log, StaticFiles files)
    : hub_(hub), access_(access), metrics_(metrics), log_(log), files_(std::move(files)) {}

Response Router::refused(const Request& request, Refusal refusal) {
  metrics_.count_refusal(name_of(refusal));
  log_refusal(name_of(refusal), request);
  return response_to(refusal);
}

void Router::log_refusal(std::string_view reason, const Request& request) {
  constexpr int kLinesPerSecond = 5;
  const auto now = hub_.now();
  if (now - log_second_ >= std::chrono::seconds(1)) {
    if (unlogged_ > 0) log_.warning("more_requests_refused", {{"count", unlogged_}});
    log_second_ = now;
    logged_ = unlogged_ = 0;
  }
  if (++logged_ > kLinesPerSecond) {
    ++unlogged_;
    return;
  }
  log_.warning("request_refused", {{"reason", reason}, {"address", request.address}, {"path", split_target(request.target).first}});
}

Response Router::refuse(int status, std::string_view reason, std::string_view detail) {
  metrics_.count_refusal(reason);
  Response response = problem(status, reason, detail);
  response.closes = true;
  return response;
}

bool Router::is_upgrade(const Request& head) noexcept {
  return split_target(head.target).first == "/ws" && field_has(head, "Connection", "upgrade", true) && field_has(head, "Upgrade", "websocket", true);
}

Upgrade Router::upgrade(const Request& head) {
  if (const Refusal refusal = access_.check_sender(head); refusal != Refusal::none) return {refused(head, refusal), false};
  if (head.method != "GET") return {refuse(405, "method", "a WebSocket begins with GET"), false};
  if (!field_has(head, "Sec-WebSocket-Protocol", protocol::kSubprotocol, false)) {
    return {refuse(400, "subprotocol", "the bridge speaks the subprotocol ag06.v1 only"), false};
  }
  if (!is_handshake_key(head.field("Sec-WebSocket-Key").value_or(""))) return {refuse(400, "handshake", "Sec-WebSocket-Key must be 16 bytes in base64"), false};
  const Refusal refusal = access_.authorise_upgrade(head);
  if (refusal == Refusal::none) return {std::nullopt, true};
  if (refusal == Refusal::unauthorized) return {std::nullopt, false};   // hello may still bring the token
  return {refused(head, refusal), false};
}

std::optional<Response> Router::screen(const Request& head) {
  if (const Refusal refusal = access_.check_sender(head); refusal != Refusal::none) return refused(head, refusal);
  const std::string_view path = split_target(head.target).first;
  if (path.empty() || path.front() != '/') return refuse(400, "bad_target", "the target of a request must be a path");
  const Route route = route_of(path);
  if (head.method == "OPTIONS" && !access_.foreign_origin_of(head).empty()) {
    Response response;
    response.status = 204;
    response.with("Access-Control-Allow-Methods", std::string(route.methods)).with("Access-Control-Allow-Headers", "Authorization, Content-Type").with("Access-Control-Max-Age", "600");
    return response;
  }
  if (!list_has(route.methods, head.method, false)) {
    metrics_.count_refusal("method");
    Response response = problem(405, "method", "this address does not know the method");
    return response.with("Allow", std::string(route.methods));
  }
  if (path == "/ws") {
    Response response = problem(426, "upgrade_required", "this address speaks WebSocket only");
    return response.with("Upgrade", "websocket");
  }
  if (!route.is_open) {
    if (const Refusal refusal = access_.authorise(head); refusal != Refusal::none) return refused(head, refusal);
  }
  if (route.kind == Kind::later) return problem(501, "not_implemented", "this part of the studio is not in the bridge yet; the page and the program ag06 have it");
  return std::nullopt;
}

Response Router::ready() const {
  const StudioState& state = hub_.state();
  const bool runs = state.device.phase == DevicePhase::running && !is_ending_;
  Json json = {{"ready", runs}};
  if (is_ending_) json["reason"] = "the bridge is shutting down";
  else if (!runs) json["reason"] = state.device.message.empty() ? std::string("no audio device is open") : state.device.message;
  return text_response(runs ? 200 : 503, "application/json", protocol::text_of(json) + "\n");
}

Response Router::pair(const Request& request, std::string_view code) {
  const Refusal refusal = access_.redeem(code, request.address);
  Response response;
  response.status = 303;
  response.with("Location", "/").with("Cache-Control", "no-store");
  if (refusal == Refusal::none) {
    log_.info("paired", {{"address", request.address}});
    return response.with("Set-Cookie", access_.set_cookie());
  }
  if (refusal == Refusal::wrong_token && access_.authorise(request) == Refusal::none) return response;   // paired before: the old link still opens the page
  metrics_.count_refusal("pair_code");
  log_refusal("pair_code", request);
  const bool is_limited = refusal == Refusal::too_many_attempts;
  response = text_response(is_limited ? 429 : 403, "text/html; charset=utf-8",
                           std::string("<!doctype html><html lang=en><title>AG06 Studio</title><h1>AG06 Studio</h1><p>") +
                               (is_limited ? "Too many wrong links came from this address. Wait a moment." : "This link was used already or is too old. Run ag06-bridge --pair for a new one.") +
                               "</p></html>\n");
  if (is_limited) response.with("Retry-After", "60");
  return response;
}

Reply Router::takes(const Request& request, std::string_view take_id) {
  const auto id = percent_decoded(take_id);
  if (!id || id->empty()) return problem(404, "unknown_take", "there is no such take");
  const auto work = [this, request, id = *id]() -> Response {
    if (request.method == "DELETE") {
      hub_.door().remove_take(id);
      hub_.takes_have_changed();
      Response response;
      response.status = 204;
      return response;
    }
    for (const Take& take : hub_.door().takes()) {
      if (take.id != id) continue;
      if (!take.is_complete) return problem(409, "busy", "the take is being recorded; stop the recording first");
      auto file = OpenFile::open(hub_.door().take_path(id));
      if (!file) break;
      Response response = file_response(request, std::move(file), content_type_of(take.file_name), "no-store");
      std::string name = take.file_name;
      std::replace_if(name.begin(), name.end(), [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e; }, '_');
      return response.with("Content-Disposition", "attachment; filename=\"" + name + "\"");
    }
    return problem(404, "unknown_take", "there is no such take");
  };
  return [this, work] { return guarded(log_, work); };
}

Reply Router::route(const Request& request) {
  const auto [path, query] = split_target(request.target);
  switch (route_of(path).kind) {
    case Kind::health: return text_response(200, "application/json", "{\"status\":\"ok\"}\n");
    case Kind::ready: return ready();
    case Kind::metrics:
      return text_response(200, "text/plain; version=0.0.4; charset=utf-8", metrics_.text(hub_.state(), hub_.latest_meters(), hub_.door().callback_times()));
    case Kind::status: return text_response(200, "application/json", hub_.status_text());
    case Kind::stream: {
      Response response;
      response.with("Content-Type", "text/event-stream").with("Cache-Control", "no-store");
      response.events = hub_.make_feed();
      response.closes = true;
      return response;
    }
    case Kind::parameters: return text_response(200, "application/json", protocol::text_of(protocol::parameters_json()) + "\n");
    case Kind::takes:
      return [this] {
        return guarded(log_, [this] { return text_response(200, "application/json", protocol::text_of({{"takes", protocol::takes_json(rows_of(hub_.door().takes()))}}) + "\n"); });
      };
    case Kind::take: return takes(request, *segment_below(path, kTakes));
    case Kind::later: break;   // answered by screen()
    case Kind::files:
      if (path == "/" && request.method == "GET") {
        if (const auto code = query_value(query, "pair")) return pair(request, *code);
      }
      return files_.serve(request);
  }
  return problem(404, "not_found", "there is nothing under this address");
}

void Router::finish(const Request& request, Response& response) {
  add_security_headers(response, access_.host_of(request), access_.is_tls());
  if (const std::string origin = access_.foreign_origin_of(request); !origin.empty() && access_.check_sender(request) == Refusal::none) {
    response.with("Access-Control-Allow-Origin", origin).with("Vary", "Origin");
    for (auto& [name, value] : response.fields) {
      if (name == "Cross-Origin-Resource-Policy") value = "cross-origin";   // that page may embed what it was allowed to read
    }
  }
  metrics_.count_request(request.method, response.status);
}

}  // namespace ag06::bridge::server
