// Which request gets which answer: the bridge's whole HTTP surface on plain data. Not for sockets (connection.h) and not for WebSocket messages (client.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/access.h"
#include "server/http.h"
#include "server/hub.h"
#include "server/static_files.h"

namespace ag06::bridge::server {

// An answer at once, or work that may wait for the disk and is to be run where that is allowed.
using Reply = std::variant<Response, std::function<Response()>>;

struct Upgrade {
  std::optional<Response> refusal;
  bool is_authorised = false;   // false: the first message must bring the token
};

// One thread, but for the work it returns.
class Router {
 public:
  Router(Hub& hub, Access& access, Metrics& metrics, Log& log, StaticFiles files);

  // Looks at a header before its body is read. nullopt: worth reading; then route() is called with the whole.
  [[nodiscard]] std::optional<Response> screen(const Request& head);
  // A request that passed screen().
  [[nodiscard]] Reply route(const Request& request);
  // True: a WebSocket handshake for /ws, to be answered by upgrade() instead of screen() and route().
  [[nodiscard]] static bool is_upgrade(const Request& head) noexcept;
  [[nodiscard]] Upgrade upgrade(const Request& head);
  // The answer to what is no request at all: 400, 408, 413, 431, 503, 505.
  [[nodiscard]] Response refuse(int status, std::string_view reason, std::string_view detail);
  // Fields that every answer carries; counts it. The last step of each answer.
  void finish(const Request& request, Response& response);
  void count_upgrade(const Request& head) { metrics_.count_request(head.method, 101); }
  // From now on /readyz says so.
  void begin_shutdown() noexcept { is_ending_ = true; }

 private:
  [[nodiscard]] Response refused(const Request& request, Refusal refusal);
  [[nodiscard]] Response ready() const;
  [[nodiscard]] Response pair(const Request& request, std::string_view code);
  [[nodiscard]] Reply takes(const Request& request, std::string_view take_id);

  void log_refusal(std::string_view reason, const Request& request);

  Hub& hub_;
  Access& access_;
  Metrics& metrics_;
  Log& log_;
  StaticFiles files_;
  bool is_ending_ = false;
  // Refusals are logged a few a second: who is refused must not fill the disk. All are counted.
  std::chrono::steady_clock::time_point log_second_{};
  int logged_ = 0, unlogged_ = 0;
};

}  // namespace ag06::bridge::server
