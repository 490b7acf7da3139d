// The bridge's server: listens, serves HTTP and WebSocket on one thread, and ends gracefully. Not for what is answered (router.h, client.h).
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "live/live_door.h"
#include "server/hub.h"
#include "server/limits.h"
#include "server/log.h"

namespace ag06::bridge::server {

// The server cannot start; what() names the address or file and why.
class ServerError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ServerOptions {
  // The first must be had; the others are done without, with a warning, where the machine has no such address.
  std::vector<std::string> addresses = {"127.0.0.1", "::1"};
  std::uint16_t port = 5001;                  // 0: any free one
  std::string token;
  std::vector<std::string> extra_hosts;       // names that are ours besides the loopback's
  bool accepts_local_address = false;         // LAN: the address that a peer reached us on is ours too
  std::vector<std::string> allowed_origins;
  std::string web_folder;
  std::string tls_certificate, tls_key;       // PEM files; empty: no TLS
  Timeouts timeouts;
  HubOptions hub;
};

class Server {
 public:
  // Binds; nothing is answered before run(). door and log must outlive it. Throws ServerError.
  Server(LiveDoor& door, Log& log, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  // http://127.0.0.1:5001, of the first address.
  [[nodiscard]] std::string url() const;
  // Serves until stop(), or SIGINT or SIGTERM where handles_signals; clients are told (1001) and given a moment.
  void run(bool handles_signals = false);
  // Any thread.
  void stop();
  // Any thread; returns at once. For LiveStudio's on_change.
  void tell_change() noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ag06::bridge::server
